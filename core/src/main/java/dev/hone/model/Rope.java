package dev.hone.model;

import dev.hone.model.architecture.RopeScaling;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Rotary position embedding (Su et al., 2021) in the half-rotation layout: dimension j is paired with j + d/2, and the
 * pair is rotated by {@code position · θ^(−2j/d)}.
 *
 * <p>Angles are computed in float32, as the reference does, and only then cast.
 */
public final class Rope {
    private final float[] frequencies;

    public Rope(int headSize, double theta, RopeScaling scaling) {
        frequencies = new float[headSize / 2];
        for (int j = 0; j < frequencies.length; j++) {
            float plain = (float) (1.0 / Math.pow(theta, 2.0 * j / headSize));
            frequencies[j] = (float) scaling.scaled(plain);
        }
    }

    float[] frequencies() {
        return frequencies.clone();
    }

    /** The rotation of every token. */
    public Rotation at(int[] positions, DType compute) {
        int half = frequencies.length;
        float[] cosines = new float[positions.length * 2 * half];
        float[] sines = new float[positions.length * 2 * half];
        for (int i = 0; i < positions.length; i++) {
            for (int j = 0; j < half; j++) {
                float angle = positions[i] * frequencies[j];
                int first = 2 * half * i + j;
                int second = first + half;
                cosines[first] = cosines[second] = (float) Math.cos(angle);
                sines[second] = (float) Math.sin(angle);
                sines[first] = -sines[second];
            }
        }
        return new Rotation(
                Tensor.of(cosines, positions.length, 1, 2L * half).to(compute),
                Tensor.of(sines, positions.length, 1, 2L * half).to(compute));
    }

    /**
     * Cosines and sines for the tokens of one batch.
     *
     * @param cosines of both entries of a pair [tokens, 1, d]
     * @param sines the factor of the other entry: negative in the first half [tokens, 1, d]
     */
    public record Rotation(Tensor cosines, Tensor sines) {
        /** Rotates queries or keys [tokens, heads, d]. */
        Tensor apply(Tensor x) {
            return rotated(x, 1);
        }

        /** Maps the gradient of rotated queries or keys to that of those before rotation. */
        Tensor backward(Tensor gradient) {
            return rotated(gradient, -1);
        }

        private Tensor rotated(Tensor x, int direction) {
            long half = x.size(2) / 2;
            Tensor swapped = Tensor.concatenate(2, x.narrow(2, half, half), x.narrow(2, 0, half));
            return x.times(cosines).addProductInPlace(swapped, sines, direction);
        }
    }
}
