package dev.hone.tensor;

/** Sums are in float32 and rounded to bf16, once or, with a bias, twice; values keep eight bits. */
class Bf16MatrixTest extends PackedMatrixContract {
    @Override
    boolean isThere() {
        return Engine.fastestCompute() == DType.BF16;
    }

    @Override
    PackedMatrix of(Tensor weight) {
        return Bf16Matrix.of(weight);
    }

    @Override
    double roundingOfSums() {
        return 0x1p-7;
    }

    @Override
    double roundingOfInputs() {
        return 0;
    }

    @Override
    double roundingOfValues() {
        return 0x1p-8;
    }
}
