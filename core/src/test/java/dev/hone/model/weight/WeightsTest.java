package dev.hone.model.weight;

import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import dev.hone.testkit.WeightContract;
import org.junit.jupiter.api.Nested;

/** Weights in every layout keep the {@linkplain WeightContract contract}. */
class WeightsTest {
    @Nested
    class OfFloat32 extends WeightContract {
        @Override
        protected Weight of(Tensor values) {
            return new DenseWeight(values);
        }

        @Override
        protected double roundingOfValues() {
            return 0;
        }

        @Override
        protected double roundingOfProducts() {
            return 1e-6;
        }
    }

    /** Eight significant bits: a value is off by at most 2⁻⁸ of itself, and so is a product, which is rounded once more. */
    @Nested
    class OfBf16 extends WeightContract {
        @Override
        protected Weight of(Tensor values) {
            return new DenseWeight(values.to(DType.BF16));
        }

        @Override
        protected double roundingOfValues() {
            return 1.0 / 256;
        }

        @Override
        protected double roundingOfProducts() {
            return 1.0 / 256;
        }
    }

    @Nested
    class OfPackedBf16 extends OfFormat {
        OfPackedBf16() {
            super(WeightFormat.BF16, 1.0 / 256, 1.0 / 256);
        }
    }

    @Nested
    class OfPackedF16 extends OfFormat {
        OfPackedF16() {
            super(WeightFormat.F16, 1.0 / 2048, 1e-6);
        }
    }

    /** A row's largest value is 127 steps, of which inputs have as many. */
    @Nested
    class OfInt8 extends OfFormat {
        OfInt8() {
            super(WeightFormat.INT8, 0.5001 / 127, 1.0 / 127);
        }
    }

    abstract static class OfFormat extends WeightContract {
        private final WeightFormat format;
        private final double values;
        private final double products;

        OfFormat(WeightFormat format, double values, double products) {
            this.format = format;
            this.values = values;
            this.products = products;
        }

        @Override
        protected boolean isAvailable() {
            return format.isAvailable();
        }

        @Override
        protected Weight of(Tensor tensor) {
            return format.of(tensor, Workers.of(2));
        }

        @Override
        protected double roundingOfValues() {
            return values;
        }

        @Override
        protected double roundingOfProducts() {
            return products;
        }
    }
}
