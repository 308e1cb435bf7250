package dev.hone.recipes.alarm;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import java.util.List;

/**
 * When a run that learns from rollouts raises an alarm, and which of them end it; {@code alarms} in its file. Shares and trends are
 * those of windows, so that one odd step is none.
 *
 * @param window steps whose mean counts
 * @param certainty standard errors by which two windows have to differ for a rise or a fall
 * @param lengthCorrelation of reward and length within groups, from which a rise of both is an alarm
 * @param formShare of the reward that is for form alone
 * @param evenGroups share of groups whose completions all have one reward
 * @param entropy share of the first window's that has to be left
 * @param stepKl divergence of the policy that is trained from the one that sampled, in one step
 * @param mismatchGrowth times the first window's
 * @param repetition share of n-grams that have stood in their completion before
 * @param cut share of completions that do not come to an end
 * @param unjudged share of completions without a score
 * @param stop alarms that end the run
 * @param off alarms that are not raised
 */
public record AlarmSettings(
        @Default("20") int window,
        @Default("4.0") double certainty,
        @Default("0.5") double lengthCorrelation,
        @Default("0.5") double formShare,
        @Default("0.8") double evenGroups,
        @Default("0.1") double entropy,
        @Default("0.01") double stepKl,
        @Default("2.0") double mismatchGrowth,
        @Default("0.5") double repetition,
        @Default("0.1") double cut,
        @Default("0.1") double unjudged,
        @Default("[judge]") List<AlarmType> stop,
        @Default("[]") List<AlarmType> off) {
    public AlarmSettings {
        require(window > 1, "window (%d) must be at least 2 steps", window);
        requireAtMost("window", window, 100_000);
        require(certainty > 0, "certainty (%s) must be positive", certainty);
        require(
                lengthCorrelation >= -1 && lengthCorrelation <= 1,
                "lengthCorrelation (%s) must be from -1 to 1",
                lengthCorrelation);
        share("formShare", formShare);
        share("evenGroups", evenGroups);
        share("entropy", entropy);
        require(stepKl > 0, "stepKl (%s) must be positive", stepKl);
        require(mismatchGrowth >= 1, "mismatchGrowth (%s) must be at least 1", mismatchGrowth);
        share("repetition", repetition);
        share("cut", cut);
        share("unjudged", unjudged);
        stop = List.copyOf(stop);
        off = List.copyOf(off);
        for (AlarmType type : stop) {
            require(!off.contains(type), "stop and off both name %s; leave it out of one", type.word());
        }
    }

    private static void share(String name, double value) {
        require(value >= 0 && value <= 1, "%s (%s) must be a share from 0 to 1", name, value);
    }

    /** What holds where nothing is said. */
    public static AlarmSettings usual() {
        return new AlarmSettings(
                20, 4, 0.5, 0.5, 0.8, 0.1, 0.01, 2, 0.5, 0.1, 0.1, List.of(AlarmType.JUDGE), List.of());
    }
}
