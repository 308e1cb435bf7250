package dev.hone.checkpoint;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Locale;

/**
 * What rounding did to an update of weights when they were stored. Neighbouring bf16 numbers near 0.02 lie 1.2e-4 apart, and an entry of
 * the update ΔW below half of that mostly leaves W where it was. With {@code D = cast(W + ΔW) − cast(W)}, what really happened to the
 * stored weights,
 *
 * <pre>
 * lost  = 1 − ⟨D, ΔW⟩ / ⟨ΔW, ΔW⟩     how much of the update is missing: 0 none of it, 1 all of it
 * error = ‖D − ΔW‖ / ‖ΔW‖            the same with the noise that rounding adds, which partly averages out
 * </pre>
 *
 * @param lost share of the update that is missing; slightly below 0 where rounding happened to add to it
 * @param error norm of what rounding changed, relative to the update's norm
 */
public record Rounding(double lost, double error) {
    /** Beyond this error an update is not what was trained. */
    private static final double MUCH = 0.25;

    /** Whether so much was changed that a wider type should be chosen. */
    public boolean isMuch() {
        return error > MUCH;
    }

    /** {@code rounding took 44.4 % of the update and changed it by 78.0 %}. */
    public String describe() {
        return String.format(
                Locale.ROOT, "rounding took %.1f %% of the update and changed it by %.1f %%", 100 * lost, 100 * error);
    }

    /** Sums over entries: ⟨D, ΔW⟩, ⟨ΔW, ΔW⟩ and ‖D − ΔW‖². */
    record Sums(double moved, double wanted, double missed) {
        static final Sums NONE = new Sums(0, 0, 0);

        /**
         * Those of one weight.
         *
         * @param before W in float32
         * @param update ΔW in float32
         * @param stored cast(W + ΔW)
         */
        static Sums of(Tensor before, Tensor update, Tensor stored) {
            DType type = stored.dtype();
            Tensor moved = stored.to(DType.F32).minus(before.to(type).to(DType.F32));
            return new Sums(
                    moved.times(update).sum().scalar(),
                    update.square().sum().scalar(),
                    moved.minus(update).square().sum().scalar());
        }

        Sums plus(Sums other) {
            return new Sums(moved + other.moved, wanted + other.wanted, missed + other.missed);
        }

        Rounding rounding() {
            return wanted == 0 ? new Rounding(0, 0) : new Rounding(1 - moved / wanted, Math.sqrt(missed / wanted));
        }
    }
}
