package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    @Test
    void nothingIsRecordedWhereThatIsNotWanted() {
        Tensor x = Tensor.of(new float[] {3}).trainable();
        assertThat(Autograd.without(x::square).isTrainable()).isFalse();
        assertThat(Autograd.without(() -> Autograd.with(x::square)).isTrainable())
                .isTrue();
        assertThat(x.square().isTrainable()).isTrue();
    }
}
