package dev.hone.checkpoint;

import dev.hone.tensor.DType;

/** The type that a trained model's weights are saved in, as a user names it. */
public enum SaveType {
    /** What training computed with: nothing of an update is lost. */
    FP32,
    BF16,
    FP16,
    /** As the base is stored. */
    BASE;

    /**
     * The element type.
     *
     * @param base what most weights of the base are stored in
     */
    public DType of(DType base) {
        return switch (this) {
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
            case FP16 -> DType.F16;
            case BASE -> base;
        };
    }
}
