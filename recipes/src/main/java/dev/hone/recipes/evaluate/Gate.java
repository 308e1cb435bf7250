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
        List<String> broken = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        if (atLeast != null) {
            (now.value() >= atLeast ? kept : broken).add("at least " + shown(atLeast, now));
        }
        if (atMost != null) {
            (now.value() <= atMost ? kept : broken).add("at most " + shown(atMost, now));
        }
        if (loseAtMost != null && before != null) {
            double loss = now.lossFrom(before);
            String limit = String.format(
                    Locale.ROOT,
                    "a loss of at most %.1f %% from %s (%s %.1f %%)",
                    100 * loseAtMost,
                    shown(before.value(), now),
                    loss > 0 ? "lost" : "gained",
                    100 * Math.abs(loss));
            (loss <= loseAtMost ? kept : broken).add(limit);
        }
        String found = shown(now.value(), now) + " (95 %: "
                + shown(now.interval().low(), now) + " to "
                + shown(now.interval().high(), now) + ")";
        return broken.isEmpty()
                ? new Verdict(
                        true,
                        kept.isEmpty()
                                ? found + ", with nothing to compare with"
                                : found + " is " + String.join(" and ", kept))
                : new Verdict(false, found + " is not " + String.join(" and not ", broken));
    }

    private static String shown(double value, Measure of) {
        return of.direction() == Direction.HIGHER_IS_BETTER
                ? String.format(Locale.ROOT, "%.1f %%", 100 * value)
                : String.format(Locale.ROOT, "%.3f", value);
    }
}
