package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** The numbers that {@link AdapterDeltaContract} compares: outputs, weights and gradients as arrays. */
final class DeltaNumbers {
    private DeltaNumbers() {}

    static float[] floats(Supplier<Tensor> body) {
        return Autograd.without(() -> body.get().floats());
    }

    static float[][] values(ModuleDelta delta) {
        return delta.weights().stream().map(weight -> weight.value().floats()).toArray(float[][]::new);
    }

    /** The gradient of each weight; empty where it has none. */
    static List<float[]> gradientsOf(List<Parameter> weights) {
        return weights.stream()
                .map(Parameter::value)
                .map(value -> value.hasGradient() ? value.gradient().floats() : new float[0])
                .toList();
    }

    static void requireNear(List<float[]> actual, List<float[]> expected, int times) {
        for (int i = 0; i < expected.size(); i++) {
            float[] multiple = expected.get(i).clone();
            for (int j = 0; j < multiple.length; j++) {
                multiple[j] *= times;
            }
            requireNear(actual.get(i), multiple);
        }
    }

    /** To 10⁻⁵ of the largest entry. */
    static void requireNear(float[] actual, float[] expected) {
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).containsExactly(expected, within((float) 1e-5 * largest));
    }

    static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
