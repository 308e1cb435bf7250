package dev.hone.model;

import dev.hone.model.layer.RopeScaling;
import dev.hone.model.layer.RopeSpec;
import dev.hone.model.layer.RopeSpec.PairLayout;
import dev.hone.model.layer.RopeSpec.QueryGrowth;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding (Su et al., 2021): entries of a head are rotated in pairs, pair j by {@code position · θ^(−2j/width)} as far
 * as no scaling changes its frequency. In the usual layout entry j is paired with j + width/2.
 *
 * <p>Angles are computed in float32, as the reference does, and only then cast.
 */
public final class Rope {
    private final RopeSpec spec;
    private final int headSize;

    public Rope(RopeSpec spec, int headSize) {
        if (spec.width() > headSize) {
            throw new IllegalArgumentException(
                    "rotated width (" + spec.width() + ") is larger than a head of " + headSize);
        }
        this.spec = spec;
        this.headSize = headSize;
    }

    /** Of whole heads, in the usual layout. */
    public Rope(int headSize, double theta, RopeScaling scaling) {
        this(new RopeSpec(headSize, PairLayout.HALVES, theta, scaling, null), headSize);
    }

    /** Those of a text of no particular length. */
    float[] frequencies() {
        return spec.scaling().frequencies(spec.width(), spec.theta(), 1);
    }

    /** The rotation of every token, where it does not depend on the length of texts. */
    public Rotation at(int[] positions, DType compute) {
        return at(positions, new int[positions.length], compute);
    }

    /**
     * The rotation of every token.
     *
     * @param lengths of the text that each token stands in
     */
    public Rotation at(int[] positions, int[] lengths, DType compute) {
        float[] cosines = new float[positions.length * headSize];
        float[] sines = new float[positions.length * headSize];
        Map<Integer, float[]> frequencies = new HashMap<>();
        boolean apart = spec.layout() == PairLayout.HALVES;
        int pairs = spec.width() / 2;
        float amplitude = (float) spec.scaling().amplitude();
        for (int i = 0; i < positions.length; i++) {
            int length = lengths[i];
            float[] own = frequencies.computeIfAbsent(
                    spec.scaling().regime(length),
                    regime -> spec.scaling().frequencies(spec.width(), spec.theta(), length));
            for (int j = 0; j < pairs; j++) {
                float angle = positions[i] * own[j];
                int first = headSize * i + (apart ? j : 2 * j);
                int second = first + (apart ? pairs : 1);
                cosines[first] = cosines[second] = amplitude * (float) Math.cos(angle);
                sines[second] = amplitude * (float) Math.sin(angle);
                sines[first] = -sines[second];
            }
            Arrays.fill(cosines, headSize * i + spec.width(), headSize * (i + 1), 1);
        }
        Tables keys = tables(cosines, sines, compute);
        QueryGrowth growth = spec.growth();
        if (growth == null) {
            return new Rotation(keys, keys, order());
        }
        for (int i = 0; i < positions.length; i++) {
            float factor = (float) growth.at(positions[i]);
            for (int j = headSize * i; j < headSize * (i + 1); j++) {
                cosines[j] *= factor;
                sines[j] *= factor;
            }
        }
        return new Rotation(tables(cosines, sines, compute), keys, order());
    }

    private Tables tables(float[] cosines, float[] sines, DType compute) {
        long tokens = cosines.length / headSize;
        return new Tables(
                Tensor.of(cosines, tokens, 1, headSize).to(compute),
                Tensor.of(sines, tokens, 1, headSize).to(compute));
    }

    /** Where each entry's partner stands; null where the halves of a whole head are swapped. */
    private @Nullable Tensor order() {
        if (spec.layout() == PairLayout.HALVES && spec.width() == headSize) {
            return null;
        }
        int half = spec.width() / 2;
        return Tensor.of(IntStream.range(0, headSize)
                .map(j -> j >= spec.width()
                        ? j
                        : spec.layout() == PairLayout.INTERLEAVED ? j ^ 1 : j < half ? j + half : j - half)
                .toArray());
    }

    /**
     * Cosines and sines.
     *
     * @param cosines of both entries of a pair [tokens, 1, d]; one for entries that are not rotated
     * @param sines the factor of the other entry: negative for the first [tokens, 1, d]; zero for entries that are not rotated
     */
    private record Tables(Tensor cosines, Tensor sines) {}

    /**
     * The rotations of the tokens of one batch.
     *
     * @param order the place of each entry's partner [d]; null: halves are swapped
     */
    public record Rotation(
            Tables queries, Tables keys, @Nullable Tensor order) {
        /** Rotates queries [tokens, heads, d]. */
        Tensor ofQueries(Tensor x) {
            return rotated(x, queries, 1);
        }

        /** Rotates keys [tokens, heads, d]. */
        Tensor apply(Tensor x) {
            return rotated(x, keys, 1);
        }

        /** Maps the gradient of rotated queries to that of those before rotation. */
        Tensor backwardOfQueries(Tensor gradient) {
            return rotated(gradient, queries, -1);
        }

        /** The same of keys. */
        Tensor backward(Tensor gradient) {
            return rotated(gradient, keys, -1);
        }

        private Tensor rotated(Tensor x, Tables tables, int direction) {
            return x.times(tables.cosines).addProductInPlace(swapped(x), tables.sines, direction);
        }

        private Tensor swapped(Tensor x) {
            if (order != null) {
                return x.select(2, order);
            }
            long half = x.size(2) / 2;
            return Tensor.concatenate(2, x.narrow(2, half, half), x.narrow(2, 0, half));
        }
    }
}
