package dev.hone.recipes.alarm;

import dev.hone.recipes.reward.RewardTerm;
import dev.hone.recipes.reward.RewardTerms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The alarms of a run that learns from rollouts, as a function of its steps so far: a run that is resumed with the same steps raises the
 * same ones. Immutable.
 *
 * <p>A rise or a fall is one between windows of steps whose means differ by several standard errors. What has fallen since its best has to
 * be below it in two windows, one after another, since the best of many is partly luck: of simulated runs of 400 steps in which a judge only
 * wavered while the reward rose (windows of 20, 4 standard errors, neighbouring steps correlated by 0 to 0.6), 2 to 35 % were stopped by one
 * window, and at most 5 % by two.
 *
 * @param rewards what is trained on, and by weight 0 watched
 */
public record RolloutAlarms(AlarmSettings settings, RewardTerms rewards) {
    /** Windows that a comparison looks back. */
    private static final int MOST_WINDOWS = 50;

    /**
     * The alarms that the last step raises: those that hold after it and did not within the window of steps before it.
     *
     * @param steps all steps of the run so far, in their order
     */
    public List<Alarm> after(List<StepStatistics> steps) {
        if (steps.isEmpty()) {
            return List.of();
        }
        List<Alarm> alarms = new ArrayList<>();
        Map<AlarmType, String> now = holding(steps);
        for (int before = 1; !now.isEmpty() && before <= settings.window() && before < steps.size(); before++) {
            now.keySet()
                    .removeAll(holding(steps.subList(0, steps.size() - before)).keySet());
        }
        long step = steps.get(steps.size() - 1).step();
        now.forEach((type, saw) ->
                alarms.add(new Alarm(type, step, saw, settings.stop().contains(type))));
        return alarms;
    }

    /**
     * The alarms that the last validation raises: a reward that is only watched lies below its best on the same held-out prompts, so that
     * the intervals of both are apart, for the second time, and the reward that is trained on is higher than it was there.
     *
     * @param validations what was measured on held-out prompts so far, in its order
     */
    public List<Alarm> afterValidation(List<StepStatistics> validations) {
        List<Alarm> alarms = new ArrayList<>();
        int count = validations.size();
        if (count < 3 || settings.off().contains(AlarmType.JUDGE)) {
            return alarms;
        }
        for (RewardTerm term : rewards.rewards()) {
            String name = StepStatistics.heldOut(term.title());
            Optional<String> saw = term.weight() == 0 ? fallen(validations, name) : Optional.empty();
            boolean isKnown = saw.isPresent()
                    && fallen(validations.subList(0, count - 1), name).isPresent();
            if (saw.isPresent() && !isKnown) {
                long step = validations.get(count - 1).step();
                alarms.add(new Alarm(
                        AlarmType.JUDGE, step, saw.get(), settings.stop().contains(AlarmType.JUDGE)));
            }
        }
        return alarms;
    }

    private static Optional<String> fallen(List<StepStatistics> validations, String name) {
        List<StepStatistics> measured = validations.stream()
                .filter(one -> !Double.isNaN(one.value(name + StepStatistics.LOW)))
                .toList();
        if (measured.size() < 3) {
            return Optional.empty();
        }
        StepStatistics now = measured.get(measured.size() - 1);
        StepStatistics lately = measured.get(measured.size() - 2);
        StepStatistics best = now;
        for (StepStatistics one : measured) {
            best = one.value(name) > best.value(name) ? one : best;
        }
        double lowest = best.value(name + StepStatistics.LOW);
        boolean isBelow = now.value(name + StepStatistics.HIGH) < lowest
                && lately.value(name + StepStatistics.HIGH) < lowest
                && lately.step() > best.step();
        boolean rises = now.value(StepStatistics.HELD_OUT) > best.value(StepStatistics.HELD_OUT);
        return isBelow && rises
                ? Optional.of(
                        "on held-out prompts " + name + " fell from " + History.plain(best.value(name)) + " after step "
                                + best.step() + " to " + History.plain(now.value(name)) + " while reward rose from "
                                + History.plain(best.value(StepStatistics.HELD_OUT)) + " to "
                                + History.plain(now.value(StepStatistics.HELD_OUT)))
                : Optional.empty();
    }

    /** What each alarm that holds after these steps has seen. */
    private Map<AlarmType, String> holding(List<StepStatistics> steps) {
        Map<AlarmType, String> found = new EnumMap<>(AlarmType.class);
        History history = new History(steps, settings);
        add(found, AlarmType.KL, history.distance());
        add(found, AlarmType.MISMATCH, history.mismatch());
        add(
                found,
                AlarmType.EVEN_GROUPS,
                history.above(
                        StepStatistics.EVEN_GROUPS,
                        settings.evenGroups(),
                        "in %s of the groups all completions have one reward, above %s"));
        add(
                found,
                AlarmType.REPETITION,
                history.above(
                        StepStatistics.REPETITION,
                        settings.repetition(),
                        "%s of what completions say repeats itself, above %s"));
        add(
                found,
                AlarmType.CUT,
                history.above(
                        StepStatistics.CUT, settings.cut(), "%s of the completions do not come to an end, above %s"));
        add(
                found,
                AlarmType.UNJUDGED,
                history.above(
                        StepStatistics.UNJUDGED, settings.unjudged(), "%s of the completions have no score, above %s"));
        add(found, AlarmType.ENTROPY, history.entropy());
        add(found, AlarmType.LENGTH, history.length());
        add(found, AlarmType.FORM, form(history));
        for (RewardTerm term : rewards.rewards()) {
            add(found, term.weight() == 0 ? AlarmType.JUDGE : AlarmType.PART, parted(history, term));
        }
        settings.off().forEach(found::remove);
        return found;
    }

    private static void add(Map<AlarmType, String> found, AlarmType type, Optional<String> saw) {
        saw.ifPresent(text -> found.merge(type, text, (one, other) -> one + ", and " + other));
    }

    /** A reward that falls while the sum rises. */
    private Optional<String> parted(History history, RewardTerm term) {
        boolean alone =
                rewards.rewards().stream().filter(other -> other.weight() != 0).count() < 2;
        return term.weight() < 0 || term.weight() > 0 && alone
                ? Optional.empty()
                : history.with(StepStatistics.REWARD, StepStatistics.reward(term.title()))
                        .parted(StepStatistics.reward(term.title()));
    }

    /** The share of what is earned that form earns, where answers do not earn more than in the window before. */
    private Optional<String> form(History history) {
        double form = 0;
        double all = 0;
        boolean rising = false;
        for (RewardTerm term : rewards.rewards()) {
            double earned = term.weight() * history.mean(StepStatistics.reward(term.title()));
            if (Double.isNaN(earned)) {
                return Optional.empty();
            }
            all += Math.max(0, earned);
            if (term.kind().judgesForm()) {
                form += Math.max(0, earned);
            } else if (term.weight() > 0) {
                rising |= history.rises(StepStatistics.reward(term.title()));
            }
        }
        double share = form / all;
        return form > 0 && form < all && share > settings.formShare() && !rising
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%.0f %% of the reward is for form, above %.0f %%, and answers do not become better",
                        100 * share,
                        100 * settings.formShare()))
                : Optional.empty();
    }

    /** Steps so far, as windows that end with the last one. */
    private record History(List<StepStatistics> steps, AlarmSettings settings) {
        /** The steps that measured all of these: further passes over the same rollouts do not, and some numbers are taken seldom. */
        private History with(String... names) {
            return new History(
                    steps.stream()
                            .filter(step -> Arrays.stream(names).noneMatch(name -> Double.isNaN(step.value(name))))
                            .toList(),
                    settings);
        }

        private Optional<Window> window(String name, int back) {
            List<StepStatistics> measured = with(name).steps;
            int to = measured.size() - back * settings.window();
            int from = to - settings.window();
            return from < 0 ? Optional.empty() : Optional.of(Window.of(measured.subList(from, to), name));
        }

        private Optional<Window> first(String name) {
            List<StepStatistics> measured = with(name).steps;
            return measured.size() < 2 * settings.window()
                    ? Optional.empty()
                    : Optional.of(Window.of(measured.subList(0, settings.window()), name));
        }

        private double last(String name) {
            return steps.get(steps.size() - 1).value(name);
        }

        double mean(String name) {
            return window(name, 0).map(Window::mean).orElse(Double.NaN);
        }

        boolean rises(String name) {
            Optional<Window> now = window(name, 0);
            Optional<Window> before = window(name, 1);
            return now.isPresent() && before.isPresent() && now.get().isAbove(before.get(), settings.certainty());
        }

        Optional<String> distance() {
            double later = last(StepStatistics.STEP_KL);
            double value = Double.isNaN(later) ? last(StepStatistics.MISMATCH) : later;
            return value > settings.stepKl()
                    ? Optional.of("what is trained is KL " + plain(value)
                            + " away from what sampled the rollouts, above " + plain(settings.stepKl()))
                    : Optional.empty();
        }

        Optional<String> above(String name, double limit, String saw) {
            return window(name, 0)
                    .filter(now -> now.mean() > limit)
                    .map(now -> String.format(Locale.ROOT, saw, percent(now.mean()), percent(limit)));
        }

        Optional<String> entropy() {
            Optional<Window> first = first(StepStatistics.ENTROPY);
            return window(StepStatistics.ENTROPY, 0)
                    .filter(now -> first.isPresent()
                            && now.mean() < settings.entropy() * first.get().mean())
                    .map(now -> "entropy fell from " + plain(first.orElseThrow().mean()) + " to " + plain(now.mean())
                            + ", below " + percent(settings.entropy()) + " of it");
        }

        /** Where sampler and trainer agreed to the bit, the first difference; else growth. */
        Optional<String> mismatch() {
            double start = steps.get(0).value(StepStatistics.MISMATCH);
            if (start == 0) {
                double value = last(StepStatistics.MISMATCH);
                return value > 0
                        ? Optional.of("sampling and training agreed to the bit, and now differ by " + plain(value))
                        : Optional.empty();
            }
            Optional<Window> first = first(StepStatistics.MISMATCH);
            return window(StepStatistics.MISMATCH, 0)
                    .filter(now -> first.isPresent()
                            && now.mean()
                                    > settings.mismatchGrowth() * first.get().mean()
                            && now.isAbove(first.get(), settings.certainty()))
                    .map(now -> "sampling and training differ by " + plain(now.mean()) + " where it was "
                            + plain(first.orElseThrow().mean()));
        }

        Optional<String> length() {
            double correlation = mean(StepStatistics.LENGTH_CORRELATION);
            return rises(StepStatistics.REWARD)
                            && rises(StepStatistics.LENGTH)
                            && correlation > settings.lengthCorrelation()
                    ? Optional.of(String.format(
                            Locale.ROOT,
                            "reward rose to %s while completions grew from %.0f to %.0f tokens, and within groups the longer ones"
                                    + " earn more (correlation %.2f, above %.2f)",
                            plain(mean(StepStatistics.REWARD)),
                            window(StepStatistics.LENGTH, 1).orElseThrow().mean(),
                            mean(StepStatistics.LENGTH),
                            correlation,
                            settings.lengthCorrelation()))
                    : Optional.empty();
        }

        /** A number that has fallen since its best window while the reward has risen since then; of steps that measured both. */
        Optional<String> parted(String name) {
            int best = 0;
            for (int back = 1; back < MOST_WINDOWS && window(name, back).isPresent(); back++) {
                if (window(name, back).orElseThrow().mean()
                        > window(name, best).map(Window::mean).orElse(Double.NEGATIVE_INFINITY)) {
                    best = back;
                }
            }
            Optional<Window> now = window(name, 0);
            Optional<Window> lately = window(name, 1);
            Optional<Window> then = window(name, best);
            Optional<Window> reward = window(StepStatistics.REWARD, 0);
            Optional<Window> rewardThen = window(StepStatistics.REWARD, best);
            return best > 1
                            && now.isPresent()
                            && lately.isPresent()
                            && then.isPresent()
                            && reward.isPresent()
                            && rewardThen.isPresent()
                            && then.get().isAbove(now.get(), settings.certainty())
                            && then.get().isAbove(lately.get(), settings.certainty())
                            && reward.get().isAbove(rewardThen.get(), settings.certainty())
                    ? Optional.of(name + " fell from " + plain(then.get().mean()) + " to "
                            + plain(now.get().mean()) + " while reward rose from "
                            + plain(rewardThen.get().mean()) + " to "
                            + plain(reward.get().mean()))
                    : Optional.empty();
        }

        private static String plain(double value) {
            return String.format(Locale.ROOT, Math.abs(value) < 0.001 && value != 0 ? "%.2g" : "%.3f", value);
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.0f %%", 100 * share);
        }
    }
}
