package dev.hone.checkpoint;

import dev.hone.files.Digest;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Digests of weights, so that what was computed from them or trained on them is known to belong to them: of all their bytes, or of a
 * sample of their numbers.
 *
 * <p>A sample is quick, and good for telling models apart: training and merging change all of a matrix, if a little. Of each weight up to
 * 2¹⁶ numbers are read, as 32 blocks spread evenly over a larger one (small weights are read whole), and rounded to bf16, so that a copy
 * of a model in another type, read or in memory, has the same digest as far as it is the same model. What lies between the blocks, or
 * below the rounding, is not seen.
 */
public final class WeightDigest {
    /** Elements that are read at once: a buffer holds less than 2 GiB. */
    private static final long CHUNK = 1L << 24;

    private static final int BLOCKS = 32;
    private static final int BLOCK = 2048;

    private WeightDigest() {}

    /** The digest of a sample of a checkpoint's weights, in hexadecimal digits. */
    public static String ofSample(Checkpoint checkpoint) {
        return ofSample(checkpoint.config(), spec -> (from, count) -> checkpoint.part(spec, from, count));
    }

    /** The same of a model in memory. */
    public static String ofSample(LanguageModel model) {
        return ofSample(model.config(), spec -> {
            Parameter weight = model.parameter(spec.name());
            Tensor flat = weight.in(weight.dtype()).detach().contiguous().view(-1);
            return (from, count) -> flat.narrow(0, from, count);
        });
    }

    /** Reads some numbers of a weight, counted row after row. */
    private interface Numbers {
        Tensor part(long from, long count);
    }

    private static String ofSample(ModelConfig model, Function<ParameterSpec, Numbers> weights) {
        Digest digest = new Digest();
        for (ParameterSpec spec : ParameterSpec.of(model)) {
            digest.add(spec.name() + " " + Arrays.toString(spec.shape()));
            Autograd.withoutDo(() -> {
                try (Scope scope = Scope.open()) {
                    addSample(digest, weights.apply(spec), spec.count());
                }
            });
        }
        return digest.hex();
    }

    private static void addSample(Digest digest, Numbers numbers, long count) {
        if (count <= (long) BLOCKS * BLOCK) {
            add(digest, numbers.part(0, count));
            return;
        }
        for (int block = 0; block < BLOCKS; block++) {
            add(digest, numbers.part((count - BLOCK) * block / (BLOCKS - 1), BLOCK));
        }
    }

    private static void add(Digest digest, Tensor numbers) {
        digest.addPart(numbers.to(DType.BF16).bytes());
    }

    /** Adds a weight's name, type, shape and values. */
    public static void add(Digest digest, Parameter weight) {
        Tensor value = weight.value();
        digest.add(weight.name() + " " + value.dtype() + " " + Arrays.toString(value.shape()));
        try (Scope scope = Scope.open()) {
            Tensor flat = value.detach().contiguous().view(-1);
            for (long at = 0; at < flat.count(); at += CHUNK) {
                digest.addPart(
                        flat.narrow(0, at, Math.min(CHUNK, flat.count() - at)).bytes());
            }
        }
    }
}
