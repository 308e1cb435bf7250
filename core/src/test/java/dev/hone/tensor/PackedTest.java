package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.testkit.Drawn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with a matrix in the engine's own layout, on processors that multiply bf16. */
class PackedTest {
    private Scope scope;

    @BeforeEach
    void open() {
        assumeTrue(Engine.fastestCompute() == DType.BF16, "this processor has no bf16 products");
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
        }
    }

    /** Both sums are in float32 and rounded once to bf16, by at most 2⁻⁸ of themselves; the bias may be added before or after. */
    @ParameterizedTest
    @CsvSource({"1, 7, 5", "2, 64, 1", "5, 64, 16", "33, 65, 33", "1, 300, 2049", "130, 896, 128"})
    void aProductIsThatWithThePlainMatrix(int rows, int in, int out) {
        Tensor x = Drawn.gaussian("x", rows, in).to(DType.BF16);
        Tensor weight = Drawn.gaussian("weight", out, in).to(DType.BF16);
        Tensor bias = Drawn.gaussian("bias", out).to(DType.BF16);
        Tensor packed = weight.packed();
        Tensor sizes = x.abs().to(DType.F32).linear(weight.abs().to(DType.F32));
        requireNear(x.linear(packed), x.linear(weight), sizes);
        requireNear(
                x.linear(packed, bias),
                x.linear(weight, bias),
                sizes.plus(bias.abs().to(DType.F32)));
    }

    private static void requireNear(Tensor actual, Tensor expected, Tensor sizes) {
        assertThat(actual.dtype()).isEqualTo(DType.BF16);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        Tensor apart = actual.to(DType.F32).minus(expected.to(DType.F32)).abs();
        assertThat(apart.minus(sizes.times(0x1p-7)).max().scalar()).isLessThanOrEqualTo(0);
    }

    @Test
    void unpackedItIsTheSameMatrix() {
        Tensor weight = Drawn.gaussian("weight", 70, 33).to(DType.BF16);
        Tensor packed = weight.packed();
        assertThat(packed.isPacked()).isTrue();
        assertThat(packed.shape()).containsExactly(70, 33);
        assertThat(packed.unpacked().isPacked()).isFalse();
        assertThat(packed.unpacked().floats()).containsExactly(weight.floats());
    }

    /** The first product of a process is made in a scope that ends; later ones must not need what it made. */
    @Test
    void productsDoNotDependOnTheScopeOfTheFirst() {
        Tensor x = Tensor.of(new float[] {1, 2}, 1, 2).to(DType.BF16);
        for (int i = 0; i < 3; i++) {
            try (Scope inner = Scope.open()) {
                Tensor packed =
                        Tensor.of(new float[] {3, 4, 5, 6}, 2, 2).to(DType.BF16).packed(); // 1·3 + 2·4, 1·5 + 2·6
                assertThat(x.linear(packed).floats()).containsExactly(11, 17);
            }
        }
    }

    @Test
    void manyProductsLeaveNothingBehind() {
        Tensor x = Drawn.gaussian("x", 4, 256).to(DType.BF16);
        Tensor packed = Drawn.gaussian("weight", 256, 256).to(DType.BF16).packed();
        products(x, packed, 2_000);
        long before = Engine.residentBytes();
        products(x, packed, 20_000);
        assertThat(Engine.residentBytes() - before).isLessThan(8L << 20); // 2 KB each would be 40 MB
    }

    private static void products(Tensor x, Tensor packed, int count) {
        for (int i = 0; i < count; i++) {
            try (Scope inner = Scope.open()) {
                x.linear(packed);
            }
        }
    }
}
