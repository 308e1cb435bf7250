package dev.hone.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element type of a tensor, under its name in the safetensors format. */
public enum DType {
    F32(ScalarType.Float, 4),
    BF16(ScalarType.BFloat16, 2),
    F16(ScalarType.Half, 2),
    F64(ScalarType.Double, 8),
    I64(ScalarType.Long, 8),
    I32(ScalarType.Int, 4),
    U8(ScalarType.Byte, 1),
    BOOL(ScalarType.Bool, 1);

    private final ScalarType scalar;
    private final int bytes;

    DType(ScalarType scalar, int bytes) {
        this.scalar = scalar;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether gradients can flow through tensors of this type. */
    public boolean isFloating() {
        return this == F32 || this == BF16 || this == F16 || this == F64;
    }

    ScalarType scalar() {
        return scalar;
    }

    static DType of(ScalarType scalar) {
        for (DType type : values()) {
            if (type.scalar.value == scalar.value) {
                return type;
            }
        }
        throw new IllegalArgumentException("element type (" + scalar + ") is not one we use");
    }
}
