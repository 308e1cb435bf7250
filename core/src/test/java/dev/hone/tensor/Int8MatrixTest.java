package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Values are multiples of a 127th of a row's largest; inputs have 255 steps over all rows of a call, or half as many. */
class Int8MatrixTest extends PackedMatrixContract {
    @Override
    boolean isThere() {
        return Engine.hasHalfProducts(); // the same library has both
    }

    @Override
    PackedMatrix of(Tensor weight) {
        return Int8Matrix.of(weight);
    }

    @Override
    double roundingOfSums() {
        return 1e-6;
    }

    /** Half a step; the range is at most from −max to max, and the step of seven bits is twice as wide. */
    @Override
    double roundingOfInputs() {
        return (Engine.hasVnniProducts() ? 1.01 : 2.02) / 255;
    }

    @Override
    double roundingOfValues() {
        return 0.5001 / 127;
    }

    /** Scales 1 and ½: 63.4 is rounded to 63, 2.2 to 2; and 255 · (1 + 63) = 16320, 255 · (½ + 2) = 637.5. */
    @Test
    void eachOutputHasAScaleOfItsOwn() {
        PackedMatrix matrix = of(Tensor.of(new float[] {1, -127, 63.4f, 0.5f, 63.5f, 2.2f, 0, 0, 0}, 3, 3));
        assertThat(matrix.values().floats()).containsExactly(1, -127, 63, 0.5f, 63.5f, 2, 0, 0, 0);
        Tensor x = Tensor.of(new float[] {255, 0, 255}, 1, 3);
        assertThat(matrix.product(x, null).floats()).containsExactly(16320, 637.5f, 0);
    }
}
