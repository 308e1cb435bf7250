package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.testkit.Drawn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = "BOOL", mode = EnumSource.Mode.EXCLUDE)
    void bytesReadBackGiveTheSameTensor(DType type) {
        Tensor tensor = Tensor.of(new float[] {0, 1, 2, 3, 100, 7}, 2, 3).to(type);
        ByteBuffer bytes = tensor.bytes();
        assertThat(bytes.remaining()).isEqualTo(6 * type.bytes());
        Tensor back = Tensor.fromBytes(bytes, type, 2, 3);
        assertThat(back.dtype()).isEqualTo(type);
        assertThat(back.shape()).containsExactly(2, 3);
        assertThat(back.floats()).containsExactly(tensor.floats());
        assertThat(back.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytesAreTakenFromTheBuffersPositionToItsLimit(boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(16) : ByteBuffer.allocate(16);
        buffer.order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0, 9)
                .putFloat(4, 1.5f)
                .putFloat(8, -2)
                .putFloat(12, 9);
        buffer.position(4).limit(12);
        assertThat(Tensor.fromBytes(buffer, DType.F32, 2).floats()).containsExactly(1.5f, -2);
        assertThat(buffer.remaining()).isEqualTo(8);
    }

    /** Halfway cases go to the even neighbour: eight bits of precision. */
    @Test
    void bf16RoundsToTheNearestEven() {
        float[] values = {1.00390625f, 1.005859375f, 1.01171875f, 3.14159265f, 0.1f};
        assertThat(Tensor.of(values).to(DType.BF16).floats())
                .containsExactly(1f, 1.0078125f, 1.015625f, 3.140625f, 0.10009765625f);
    }

    @Test
    void anEmptyTensorHasNoBytesAndNoValues() {
        Tensor empty = Tensor.zeros(DType.F32, 0, 3);
        assertThat(empty.floats()).isEmpty();
        assertThat(Tensor.fromBytes(empty.bytes(), DType.F32, 0, 3).shape()).containsExactly(0, 3);
        assertThat(Tensor.of(new int[0]).longs()).isEmpty();
        assertThat(Tensor.of(new float[0]).floats()).isEmpty();
    }

    @Test
    void aShapeMustHoldTheValues() {
        assertThatThrownBy(() -> Tensor.of(new float[] {1, 2, 3}, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape [2, 2] needs 4 values, not 3");
        assertThatThrownBy(() -> Tensor.fromBytes(ByteBuffer.allocate(7), DType.BF16, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape [2, 2] of BF16 needs 8 bytes, not 7");
    }

    @Test
    void shapesThatDoNotFitAreRefusedByTheEngine() {
        Tensor a = Tensor.zeros(DType.F32, 2, 3);
        assertThatThrownBy(() -> a.plus(Tensor.zeros(DType.F32, 2, 4)))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("must match");
        assertThatThrownBy(() -> a.matmul(a))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("2x3");
        assertThatThrownBy(() -> a.view(4, 2)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void bytesAreThoseOfAContiguousTensor() {
        Tensor turned = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).transpose(0, 1);
        assertThatThrownBy(turned::bytes)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("contiguous()");
        assertThat(turned.contiguous().bytes().getFloat(4)).isEqualTo(3f);
        assertThat(turned.floats()).containsExactly(1, 3, 2, 4);
    }

    @Test
    void gradientsAddUpUntilTheyAreCleared() {
        Tensor x = Tensor.of(new float[] {3}).trainable();
        assertThat(x.hasGradient()).isFalse();
        assertThatThrownBy(x::gradient).hasMessageContaining("no gradient has reached this tensor");
        x.square().sum().backward(); // 2x = 6
        x.addGradient(Tensor.of(new float[] {1}));
        assertThat(x.gradient().floats()).containsExactly(7);
        x.clearGradient();
        assertThat(x.hasGradient()).isFalse();
    }

    /** 172 fill no vectors: the engine computes the rest of a tensor one by one, with other last bits. */
    @Test
    void anElementOfSiluHasTheSameBitsWhereverItStands() {
        Tensor x = Drawn.gaussian("silu", 40, 172).times(4);
        for (DType type : new DType[] {DType.F32, DType.BF16}) {
            float[] all = x.to(type).silu().floats();
            for (int row = 0; row < 40; row++) {
                assertThat(x.to(type).narrow(0, row, 1).silu().floats())
                        .isEqualTo(Arrays.copyOfRange(all, 172 * row, 172 * (row + 1)));
            }
        }
    }

    @Test
    void nothingIsRecordedWhereThatIsNotWanted() {
        Tensor x = Tensor.of(new float[] {3}).trainable();
        assertThat(Autograd.without(x::square).isTrainable()).isFalse();
        assertThat(Autograd.without(() -> Autograd.with(x::square)).isTrainable())
                .isTrue();
        assertThat(x.square().isTrainable()).isTrue();
    }

    /** [1 2; 3 4] + 2 · [1; 2]·[3 4]. */
    @Test
    void aProductIsAddedInPlace() {
        Tensor sum = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor left = Tensor.of(new float[] {1, 2}, 2, 1);
        assertThat(sum.addMatmulInPlace(left, Tensor.of(new float[] {3, 4}, 1, 2), 2))
                .isSameAs(sum);
        assertThat(sum.floats()).containsExactly(7, 10, 15, 20);
    }

    @Test
    void theGradientOfSiluIsTheGraphs() {
        Tensor x = Tensor.of(new float[] {-30, -1.278f, -1, 0, 0.5f, 2, 30}).trainable();
        Tensor gradient = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7});
        x.silu().backward(gradient);
        float[] byHand = Autograd.without(() -> x.siluGradient(gradient)).floats();
        assertThat(byHand).containsExactly(x.gradient().floats());
        assertThat(byHand[3]).isEqualTo(2); // σ(0) = ½
    }

    /** A row alone is multiplied another way than among others, also where rows or weights are not contiguous. */
    @Test
    void aRowAloneGivesWhatItGivesAmongOthers() {
        Random random = new Random(5);
        Tensor rows = gaussian(random, 3, 67);
        Tensor weight = gaussian(random, 67, 41).transpose(0, 1);
        float[] expected = rows.linear(weight).floats();
        Tensor turned = rows.transpose(0, 1).contiguous().transpose(0, 1); // one row of it is a column
        for (int row = 0; row < 3; row++) {
            for (Tensor one : List.of(rows.narrow(0, row, 1), turned.narrow(0, row, 1))) {
                for (Tensor same : List.of(weight, weight.contiguous())) {
                    Tensor product = one.linear(same);
                    assertThat(product.shape()).containsExactly(1, 41);
                    assertThat(product.floats())
                            .containsExactly(Arrays.copyOfRange(expected, 41 * row, 41 * row + 41), within(1e-5f));
                }
            }
        }
    }

    @Test
    void aRowAloneHasItsGradient() {
        Tensor x = Tensor.of(new float[] {1, 2}, 1, 2);
        Tensor weight = Tensor.of(new float[] {3, 4, 5, 6}, 2, 2).trainable();
        x.linear(weight).sum().backward();
        assertThat(weight.gradient().floats()).containsExactly(1, 2, 1, 2);
        Tensor learned = x.copy().trainable();
        learned.linear(weight.detach()).sum().backward();
        assertThat(learned.gradient().floats()).containsExactly(8, 10);
    }

    private static Tensor gaussian(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, rows, columns);
    }
}
