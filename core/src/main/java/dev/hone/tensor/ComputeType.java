package dev.hone.tensor;

/** The element type of products, as a user names it. */
public enum ComputeType {
    /** BF16 where the processor multiplies it natively, else FP32. */
    AUTO,
    FP32,
    BF16;

    /** The type to compute in on this machine. */
    public DType type() {
        return switch (this) {
            case AUTO -> Engine.fastestCompute();
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
        };
    }
}
