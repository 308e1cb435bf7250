package dev.hone.train;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;

/**
 * How the learning rate moves over a run, as a multiplier of its peak; the names are those of transformers.
 *
 * <p>The first update uses {@code multiplier(0)}, so with warm-up it changes nothing.
 *
 * @param warmup at least 1: that many steps; below 1: that share of the run, rounded up, but never all of its steps
 * @param decay steps of the final decay of {@code warmup-stable-decay}, as steps or share
 * @param decayShape how that decay falls
 * @param floor share of the peak that is left at the end, for kinds that have one
 * @param cycles how often {@code cosine-with-restarts} falls
 * @param power of {@code polynomial}
 */
public record Schedule(
        @Default("cosine") ScheduleType kind,
        @Default("0.0") double warmup,
        @Default("0.1") double decay,
        @Default("cosine") DecayShape decayShape,
        @Default("0.0") double floor,
        @Default("1") int cycles,
        @Default("1.0") double power) {
    /** The shape after warm-up. */
    public enum ScheduleType {
        CONSTANT,
        LINEAR,
        COSINE,
        /** Back at the peak after each fall. */
        COSINE_WITH_RESTARTS,
        /** A step ahead of {@code cosine}: the first update already has a rate above zero. */
        COSINE_WARMUP_WITH_MIN_LR,
        POLYNOMIAL,
        WARMUP_STABLE_DECAY,
        INVERSE_SQRT
    }

    /** How something falls from one to zero. */
    public enum DecayShape {
        LINEAR {
            @Override
            double at(double progress) {
                return 1 - progress;
            }
        },
        COSINE {
            @Override
            double at(double progress) {
                return 0.5 * (1 + Math.cos(Math.PI * progress));
            }
        },
        ONE_MINUS_SQRT {
            @Override
            double at(double progress) {
                return 1 - Math.sqrt(progress);
            }
        };

        /** What is left, for a progress from 0 to 1. */
        abstract double at(double progress);
    }

    public Schedule {
        require(warmup >= 0, "warmup (%s) must not be negative", warmup);
        requireAtMost("warmup", warmup, 1e8);
        require(decay >= 0, "decay (%s) must not be negative", decay);
        requireAtMost("decay", decay, 1e8);
        require(floor >= 0 && floor <= 1, "floor (%s) must be between 0 and 1", floor);
        require(cycles >= 1, "cycles (%d) must be at least 1", cycles);
        requireAtMost("cycles", cycles, 1e6);
        require(power > 0, "power (%s) must be positive", power);
        requireAtMost("power", power, 1000);
    }

    /** A schedule whose remaining settings are the usual ones. */
    public Schedule(ScheduleType kind, double warmup, double decay, double floor) {
        this(kind, warmup, decay, DecayShape.COSINE, floor, 1, 1);
    }

    /** A kind with its usual settings, without warm-up. */
    @FromScalar
    public static Schedule of(ScheduleType kind) {
        return new Schedule(kind, 0, 0.1, 0);
    }

    public static Schedule cosine(double warmup) {
        return new Schedule(ScheduleType.COSINE, warmup, 0, 0);
    }

    public static Schedule constant() {
        return new Schedule(ScheduleType.CONSTANT, 0, 0, 0);
    }

    /** The multiplier for the update after {@code step} completed ones, in a run of {@code total}. */
    public double multiplier(long step, long total) {
        long warm = warmUpSteps(total);
        long at = kind == ScheduleType.COSINE_WARMUP_WITH_MIN_LR ? step + 1 : step;
        if (at < warm) {
            double risen = at / (double) warm;
            return kind == ScheduleType.WARMUP_STABLE_DECAY ? aboveFloor(risen) : risen;
        }
        double progress = Math.min(1, (at - warm) / (double) Math.max(1, total - warm));
        return switch (kind) {
            case CONSTANT -> 1;
            case LINEAR -> aboveFloor(DecayShape.LINEAR.at(progress));
            case COSINE, COSINE_WARMUP_WITH_MIN_LR -> aboveFloor(DecayShape.COSINE.at(progress));
            case COSINE_WITH_RESTARTS ->
                aboveFloor(progress == 1 ? 0 : DecayShape.COSINE.at(cycles * progress - Math.floor(cycles * progress)));
            case POLYNOMIAL -> aboveFloor(Math.pow(1 - progress, power));
            case WARMUP_STABLE_DECAY -> {
                long falling = count(decay, total);
                long fallen = at - Math.max(warm, total - falling);
                yield aboveFloor(fallen <= 0 ? 1 : decayShape.at(Math.min(1, fallen / (double) Math.max(1, falling))));
            }
            case INVERSE_SQRT -> {
                double scale = warm > 0 ? warm : 10_000;
                yield 1 / Math.sqrt((at + scale - warm) / scale);
            }
        };
    }

    /** Steps of warm-up in a run of {@code total}. */
    public long warmUpSteps(long total) {
        long warm = count(warmup, total);
        boolean isShare = warmup < 1;
        return isShare && kind != ScheduleType.COSINE_WARMUP_WITH_MIN_LR ? Math.min(warm, total - 1) : warm;
    }

    /** The largest multiplier of a run of {@code total} steps; 0: it changes nothing. */
    public double largest(long total) {
        long first = warmUpSteps(total) - (kind == ScheduleType.COSINE_WARMUP_WITH_MIN_LR ? 1 : 0);
        return multiplier(Math.max(0, Math.min(first, total - 1)), total);
    }

    private double aboveFloor(double share) {
        return floor + (1 - floor) * share;
    }

    private static long count(double stepsOrShare, long total) {
        return stepsOrShare >= 1 ? Math.round(stepsOrShare) : (long) Math.ceil(total * stepsOrShare);
    }
}
