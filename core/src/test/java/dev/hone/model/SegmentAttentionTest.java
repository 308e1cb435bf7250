package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Segment;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentAttentionTest {
    private static final int HEADS = 4;
    private static final int KEY_HEADS = 2;
    private static final int WIDTH = 8;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 129, 255, 256, 257, 300})
    void blocksGiveWhatOneProductGives(int length) {
        compare(List.of(new Segment(0, length, Segment.NONE, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 128, 129, 257})
    void blocksReadParentsToo(int length) {
        compare(List.of(
                new Segment(0, 130, Segment.NONE, 0),
                new Segment(130, length, 0, 0),
                new Segment(130 + length, 140, 0, 0),
                new Segment(270 + length, 129, 1, 0),
                new Segment(399 + length, 3, Segment.NONE, 0)));
    }

    private static void compare(List<Segment> segments) {
        try (Scope scope = Scope.open()) {
            Segment last = segments.get(segments.size() - 1);
            int tokens = last.start() + last.length();
            Result blocked = attend(new SegmentAttention(segments), tokens);
            Result plain = attend(SegmentAttention.plain(segments), tokens);
            assertThat(blocked.value).containsExactly(plain.value, within(1e-5f));
            for (int i = 0; i < 3; i++) {
                assertThat(blocked.gradients[i]).containsExactly(plain.gradients[i], within(1e-5f));
            }
        }
    }

    /** Output of random queries, keys and values, and their gradients for a random direction of the output. */
    private record Result(float[] value, float[][] gradients) {}

    private static Result attend(SegmentAttention attention, int tokens) {
        Tensor q = random("q", tokens, HEADS, WIDTH).trainable();
        Tensor k = random("k", tokens, KEY_HEADS, WIDTH).trainable();
        Tensor v = random("v", tokens, KEY_HEADS, WIDTH).trainable();
        Tensor out = attention.attend(0, q, k, v);
        out.times(random("direction", tokens, (long) HEADS * WIDTH)).sum().backward();
        return new Result(out.floats(), new float[][] {
            q.gradient().floats(), k.gradient().floats(), v.gradient().floats()
        });
    }

    /** Keys are zero, so each query averages the values it may see: 0, (0 + 1) / 2, (0 + 1 + 2) / 3. */
    @Test
    void aTokenReadsItselfAndWhatStandsBeforeIt() {
        assertThat(averages(List.of(new Segment(0, 3, Segment.NONE, 0)))).containsExactly(0, 0.5f, 1);
    }

    /** Tokens 0 to 4. The second segment reads 0 and 1 first, the third only itself, and the fourth the first as well. */
    @Test
    void aSegmentReadsItsParentsAndNoOtherSegment() {
        List<Segment> segments = List.of(
                new Segment(0, 2, Segment.NONE, 0),
                new Segment(2, 1, 0, 0),
                new Segment(3, 1, Segment.NONE, 0),
                new Segment(4, 1, 0, 0));
        assertThat(averages(segments))
                .containsExactly(new float[] {0, 0.5f, (0 + 1 + 2) / 3f, 3, (0 + 1 + 4) / 3f}, within(1e-6f));
    }

    private static float[] averages(List<Segment> segments) {
        try (Scope scope = Scope.open()) {
            Segment last = segments.get(segments.size() - 1);
            int tokens = last.start() + last.length();
            float[] index = new float[tokens * 2];
            for (int i = 0; i < index.length; i++) {
                index[i] = i / 2;
            }
            Tensor zero = Tensor.zeros(DType.F32, tokens, 1, 2);
            Tensor out = new SegmentAttention(segments).attend(0, zero, zero, Tensor.of(index, tokens, 1, 2));
            return out.narrow(1, 0, 1).contiguous().floats();
        }
    }

    private static Tensor random(String name, long... shape) {
        Draw draw = Draw.of(1, name);
        int count = 1;
        for (long extent : shape) {
            count *= (int) extent;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) draw.gaussian(i);
        }
        return Tensor.of(values, shape);
    }
}
