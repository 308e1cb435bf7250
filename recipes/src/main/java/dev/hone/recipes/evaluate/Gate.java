package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;

import dev.hone.train.Validation.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A condition that a measured value has to meet; {@code gate} of a task. Values are those of a {@link Measure}: an accuracy from 0 to
 * 1, a loss in nats. Immutable.
 *
 * @param atLeast the lowest value that passes
 * @param atMost the highest value that passes
 * @param loseAtMost how much worse it may be than before, relative to that: 0.02 lets an accuracy of 0.50 fall to 0.49
 */
public record Gate(
        @Nullable Double atLeast,
        @Nullable Double atMost,
        @Nullable Double loseAtMost) {
    public Gate {
        require(
                atLeast != null || atMost != null || loseAtMost != null,
                "gate has no condition; write at-least, at-most or lose-at-most");
        require(loseAtMost == null || loseAtMost >= 0, "loseAtMost (%s) must not be negative", loseAtMost);
    }

    /**
     * Whether the condition is met, in a sentence.
     *
     * @param sentence names the values on both sides
     */
    public record Verdict(boolean holds, String sentence) {}

    /** Whether it compares with an earlier measurement. */
    public boolean comparesWithBefore() {
        return loseAtMost != null;
    }

    /**
     * Judges the value itself, not the ends of its interval, which the sentence names.
     *
     * @param before the same of the model that is compared with; null: there is none, and nothing can have been lost
     */
    public Verdict judge(Measure now, @Nullable Measure before) {
        List<String> clauses = new ArrayList<>();
        boolean holds = true;
        if (atLeast != null) {
            boolean met = now.value() >= atLeast;
            holds &= met;
            clauses.add((met ? "is at least " : "is below ") + shown(atLeast, now));
        }
        if (atMost != null) {
            boolean met = now.value() <= atMost;
            holds &= met;
            clauses.add((met ? "is at most " : "is above ") + shown(atMost, now));
        }
        if (loseAtMost != null && before != null) {
            double loss = now.lossFrom(before);
            boolean met = loss <= loseAtMost;
            holds &= met;
            clauses.add(String.format(
                    Locale.ROOT,
                    "has %s %.1f %% since %s, %s %.1f %%",
                    loss > 0 ? "lost" : "gained",
                    100 * Math.abs(loss),
                    shown(before.value(), now),
                    met ? "and may lose" : "more than",
                    100 * loseAtMost));
        }
        String found = shown(now.value(), now) + " (95 %: "
                + shown(now.interval().low(), now) + " to "
                + shown(now.interval().high(), now) + ")";
        return new Verdict(
                holds,
                clauses.isEmpty()
                        ? found + ", with nothing before it to have lost from"
                        : found + " " + String.join(" and ", clauses));
    }

    private static String shown(double value, Measure of) {
        return of.direction() == Direction.HIGHER_IS_BETTER
                ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
                : String.format(Locale.ROOT, "%.3f", value);
    }
}
