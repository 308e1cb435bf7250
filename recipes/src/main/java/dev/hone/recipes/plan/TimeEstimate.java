package dev.hone.recipes.plan;

import java.util.List;
import java.util.Locale;

/**
 * The time a run takes, by its parts.
 *
 * @param before seconds before the first step: reading, loading, the numbers of a reference
 * @param step seconds of one step
 * @param evaluation seconds of measuring all held-out rows once
 * @param state seconds of saving a state to resume from
 * @param result seconds of saving the model or adapter
 * @param evaluateEvery steps between evaluations; 0: only at the end
 * @param checkpointEvery steps between states; 0: only at the end
 */
public record TimeEstimate(
        double before,
        double step,
        double evaluation,
        double state,
        double result,
        int evaluateEvery,
        int checkpointEvery) {
    /** A part of the time, in seconds. */
    public record TimePart(String what, double seconds) {}

    /** The parts of a run of {@code steps} steps. Every evaluation is taken to be the best so far, and so saved. */
    public List<TimePart> parts(long steps) {
        long evaluations = evaluation > 0 ? times(steps, evaluateEvery) : 0;
        return List.of(
                        new TimePart("before the first step", before),
                        new TimePart(String.format(Locale.ROOT, "%,d steps", steps), steps * step),
                        new TimePart(evaluations + " evaluations", evaluations * (evaluation + result)),
                        new TimePart(times(steps, checkpointEvery) + " states", times(steps, checkpointEvery) * state),
                        new TimePart("the result", result))
                .stream()
                .filter(part -> part.seconds() > 0)
                .toList();
    }

    public double seconds(long steps) {
        return parts(steps).stream().mapToDouble(TimePart::seconds).sum();
    }

    /** The largest number of steps that end within a time: at least one, and at most {@code most}. */
    public long stepsIn(double seconds, long most) {
        long least = 1;
        long above = most + 1;
        while (above - least > 1) {
            long middle = least + (above - least) / 2;
            if (seconds(middle) <= seconds) {
                least = middle;
            } else {
                above = middle;
            }
        }
        return least;
    }

    private static long times(long steps, int every) {
        return every == 0 ? 1 : (steps + every - 1) / every;
    }
}
