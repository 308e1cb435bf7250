package dev.hone.gguf.convert;

import dev.hone.gguf.block.GgmlType;
import dev.hone.tensor.DType;

/**
 * The type that a file's weights are written in, by llama.cpp's names. Norms and biases are float32 in all of them.
 *
 * <p>{@code Q4_K_M} is a mix: four bits for most matrices, and six where an error costs most: the output head, and the value and down
 * projections of the first eighth of the layers, the last eighth and every third between. A matrix whose rows are no multiple of 256 gets the
 * nearest type with blocks of 32, one whose rows are no multiple of 32 float16.
 */
public enum WeightType {
    F32(0),
    F16(1),
    BF16(32),
    Q8_0(7),
    Q4_K_M(15);

    private final int fileType;

    WeightType(int fileType) {
        this.fileType = fileType;
    }

    /** The type that keeps what a checkpoint stores. */
    public static WeightType keeping(DType stored) {
        return switch (stored) {
            case F16 -> F16;
            case BF16 -> BF16;
            default -> F32;
        };
    }

    /** The number that says it in {@code general.file_type}. */
    int fileType() {
        return fileType;
    }

    /** Whether numbers lose more than the last bits. */
    public boolean isQuantised() {
        return this == Q8_0 || this == Q4_K_M;
    }

    /**
     * The type of one tensor.
     *
     * @param name in the file
     * @param shape rows first
     * @param layers of the model
     * @param tied whether the embedding is the head too
     */
    GgmlType of(String name, long[] shape, int layers, boolean tied) {
        if (shape.length < 2) {
            return GgmlType.F32;
        }
        long row = shape[shape.length - 1];
        return switch (this) {
            case F32 -> GgmlType.F32;
            case F16 -> GgmlType.F16;
            case BF16 -> GgmlType.BF16;
            case Q8_0 -> fitting(GgmlType.Q8_0, row);
            case Q4_K_M -> fitting(mixed(name, layers, tied), row);
        };
    }

    private static GgmlType mixed(String name, int layers, boolean tied) {
        if (name.equals("output.weight") || tied && name.equals("token_embd.weight")) {
            return GgmlType.Q6_K;
        }
        if (name.startsWith("blk.") && (name.contains(".attn_v.") || name.contains(".ffn_down."))) {
            return isDelicate(Integer.parseInt(name.split("\\.")[1]), layers) ? GgmlType.Q6_K : GgmlType.Q4_K;
        }
        return name.contains(".attn_qkv.") ? GgmlType.Q5_K : GgmlType.Q4_K;
    }

    private static boolean isDelicate(int layer, int layers) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }

    private static GgmlType fitting(GgmlType type, long row) {
        GgmlType narrow = switch (type) {
            case Q4_K -> GgmlType.Q5_0;
            case Q5_K -> GgmlType.Q5_1;
            default -> GgmlType.Q8_0;
        };
        if (row % type.block() == 0) {
            return type;
        }
        return row % narrow.block() == 0 ? narrow : GgmlType.F16;
    }
}
