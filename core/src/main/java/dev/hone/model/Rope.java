package dev.hone.model;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Rotary position embedding (Su et al., 2021) in the half-rotation layout: dimension j is paired with j + d/2, and the
 * pair is turned by {@code position · θ^(−2j/d)}.
 *
 * <p>Angles are computed in float32, as the reference does, and only then cast.
 */
final class Rope {
    private final float[] frequencies;

    Rope(int headSize, double theta, RopeScaling scaling) {
        frequencies = new float[headSize / 2];
        for (int j = 0; j < frequencies.length; j++) {
            float plain = (float) (1.0 / Math.pow(theta, 2.0 * j / headSize));
            frequencies[j] = (float) scaling.scaled(plain);
        }
    }

    float[] frequencies() {
        return frequencies.clone();
    }

    /** The turn of every token: cosines and sines of shape [tokens, 1, d/2]. */
    Turn at(int[] positions, DType compute) {
        int half = frequencies.length;
        float[] cosines = new float[positions.length * half];
        float[] sines = new float[positions.length * half];
        for (int i = 0; i < positions.length; i++) {
            for (int j = 0; j < half; j++) {
                float angle = positions[i] * frequencies[j];
                cosines[i * half + j] = (float) Math.cos(angle);
                sines[i * half + j] = (float) Math.sin(angle);
            }
        }
        return new Turn(
                Tensor.of(cosines, positions.length, 1, half).to(compute),
                Tensor.of(sines, positions.length, 1, half).to(compute));
    }

    /** Cosines and sines for the tokens of one batch. */
    record Turn(Tensor cosines, Tensor sines) {
        /** Turns queries or keys [tokens, heads, d]. */
        Tensor apply(Tensor x) {
            long half = x.size(2) / 2;
            Tensor[] parts = x.split(2, half, half);
            Tensor first = parts[0].times(cosines).minus(parts[1].times(sines));
            Tensor second = parts[1].times(cosines).plus(parts[0].times(sines));
            return Tensor.concatenate(2, first, second);
        }
    }
}
