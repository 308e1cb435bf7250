package dev.hone.checkpoint;

import dev.hone.files.Digest;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Arrays;

/** Adds weights to a digest, so that what was computed from them is known to belong to them. */
public final class WeightDigest {
    /** Elements that are read at once: a buffer holds less than 2 GiB. */
    private static final long CHUNK = 1L << 24;

    private WeightDigest() {}

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
