package dev.hone.train;

import static dev.hone.config.Require.require;

/**
 * How the learning rate moves over a run, as a multiplier of its peak; the names are those of transformers.
 *
 * <p>The first update uses {@code multiplier(0)}, so with warm-up it changes nothing.
 *
 * @param warmup at least 1: that many steps; below 1: that share of the run, rounded up
 * @param decay steps of the final decay of {@code warmup-stable-decay}, as steps or share
 * @param floor share of the peak that is left at the end, for kinds that have one
 */
public record Schedule(Kind kind, double warmup, double decay, double floor) {
    /** The shape after warm-up. */
    public enum Kind {
        CONSTANT,
        LINEAR,
        COSINE,
        WARMUP_STABLE_DECAY,
        INVERSE_SQRT
    }

    public Schedule {
        require(warmup >= 0, "warmup (%s) must not be negative", warmup);
        require(decay >= 0, "decay (%s) must not be negative", decay);
        require(floor >= 0 && floor <= 1, "floor (%s) must be between 0 and 1", floor);
    }

    public static Schedule cosine(double warmup) {
        return new Schedule(Kind.COSINE, warmup, 0, 0);
    }

    public static Schedule constant() {
        return new Schedule(Kind.CONSTANT, 0, 0, 0);
    }

    /** The multiplier for the update after {@code step} completed ones, in a run of {@code total}. */
    public double multiplier(long step, long total) {
        long warm = count(warmup, total);
        if (kind == Kind.WARMUP_STABLE_DECAY) {
            return floor + (1 - floor) * stableDecay(step, warm, total);
        }
        if (step < warm) {
            return step / (double) Math.max(1, warm);
        }
        double progress = (step - warm) / (double) Math.max(1, total - warm);
        return switch (kind) {
            case CONSTANT -> 1;
            case LINEAR -> floor + (1 - floor) * Math.max(0, 1 - progress);
            case COSINE -> floor + (1 - floor) * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
            case INVERSE_SQRT -> {
                double scale = warm > 0 ? warm : 10_000;
                yield 1 / Math.sqrt((step + scale - warm) / scale);
            }
            case WARMUP_STABLE_DECAY -> throw new IllegalStateException("handled above");
        };
    }

    private double stableDecay(long step, long warm, long total) {
        long falling = count(decay, total);
        long stable = Math.max(0, total - warm - falling);
        if (step < warm) {
            return step / (double) warm;
        }
        if (step < warm + stable) {
            return 1;
        }
        double progress = (step - warm - stable) / (double) Math.max(1, falling);
        return progress >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    private static long count(double stepsOrShare, long total) {
        return stepsOrShare >= 1 ? Math.round(stepsOrShare) : (long) Math.ceil(total * stepsOrShare);
    }
}
