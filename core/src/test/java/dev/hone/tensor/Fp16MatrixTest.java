package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Sums of some thousand products are in float32, in another order; values keep eleven bits. Products of 2²¹ weights are shared. */
class Fp16MatrixTest extends PackedMatrixContract {
    private static final Workers TWO = Workers.of(2);

    @Override
    boolean isThere() {
        return Engine.hasHalfProducts();
    }

    @Override
    PackedMatrix of(Tensor weight) {
        return Fp16Matrix.of(weight, TWO);
    }

    /** Two sums of n products differ by some √n roundings of 2⁻²⁴; four times that is allowed, for n up to 4,099. */
    @Override
    double roundingOfSums() {
        return 4 * 64.1 * 0x1p-24;
    }

    @Override
    double roundingOfInputs() {
        return 0;
    }

    @Override
    double roundingOfValues() {
        return 0x1p-11;
    }

    @Test
    void aWeightFromBf16KeepsItsValueUnlessItIsTiny() {
        float[] values = {1, -1.0078125f, 0.1f, 3.14159f, -448, 6.5e-5f, -1.1e-4f, 65280, 0, 1e-5f, -2e-6f, 1e-9f};
        Tensor weight = Tensor.of(values, 3, 4).to(DType.BF16);
        float[] kept = of(weight).values().floats();
        float[] expected = weight.floats();
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(expected[i]) >= 6.2e-5 || expected[i] == 0) {
                assertThat(kept[i]).isEqualTo(expected[i]);
            } else {
                assertThat(kept[i]).isCloseTo(expected[i], within(3e-8f));
            }
        }
    }
}
