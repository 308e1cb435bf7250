package dev.hone.model.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Segment;
import dev.hone.model.AttentionInputs;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.LayerSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentAttentionTest {
    private static final int HEADS = 4;
    private static final int KEY_HEADS = 2;
    private static final int WIDTH = 8;

    /** A token with two children, the first with two as well, the first of which has one: all but the last have one token. */
    private static final List<Segment> FAMILY = List.of(
            new Segment(0, 1, Segment.NONE, 0),
            new Segment(1, 1, 0, 0),
            new Segment(2, 1, 1, 0),
            new Segment(3, 1, 2, 0),
            new Segment(4, 1, 0, 0),
            new Segment(5, 3, 1, 0));

    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    static Stream<List<Segment>> layouts() {
        Stream<List<Segment>> alone = IntStream.of(1, 2, 127, 128, 129, 255, 256, 257, 300)
                .mapToObj(length -> List.of(new Segment(0, length, Segment.NONE, 0)));
        Stream<List<Segment>> withParents = IntStream.of(1, 128, 129, 257)
                .mapToObj(length -> List.of(
                        new Segment(0, 130, Segment.NONE, 0),
                        new Segment(130, length, 0, 0),
                        new Segment(130 + length, 140, 0, 0),
                        new Segment(270 + length, 129, 1, 0),
                        new Segment(399 + length, 3, Segment.NONE, 0)));
        return Stream.of(alone, withParents, Stream.of(FAMILY)).flatMap(layouts -> layouts);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void blocksGiveWhatOneProductGives(List<Segment> segments) {
        AttentionInputs inputs = inputs(segments, KEY_HEADS);
        AttentionInputs.Attended plain = inputs.byGraph(SegmentAttention.plain(segments));
        requireLike(inputs.byGraph(new SegmentAttention(segments)), plain);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void backwardByHandIsThatOfTheGraph(List<Segment> segments) {
        AttentionInputs inputs = inputs(segments, KEY_HEADS);
        AttentionInputs.Attended plain = inputs.byGraph(SegmentAttention.plain(segments));
        requireLike(inputs.byHand(new SegmentAttention(segments)), plain);
        requireLike(inputs.byHand(SegmentAttention.plain(segments)), plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, HEADS})
    void backwardIsThatOfTheGraphHoweverManyHeadsShareAKey(int keyHeads) {
        AttentionInputs inputs = inputs(FAMILY, keyHeads);
        requireLike(inputs.byHand(new SegmentAttention(FAMILY)), inputs.byGraph(SegmentAttention.plain(FAMILY)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void withinAWindowBlocksAndBackwardGiveWhatOneMaskedProductGives(List<Segment> segments) {
        AttentionInputs inputs = inputs(segments, KEY_HEADS);
        for (int window : new int[] {1, 4, 128, 200}) {
            AttentionInputs.Attended plain = inputs.byGraph(SegmentAttention.plain(segments), window);
            requireLike(inputs.byGraph(new SegmentAttention(segments), window), plain);
            requireLike(inputs.byHand(new SegmentAttention(segments), window), plain);
        }
    }

    private static int tokens(List<Segment> segments) {
        return segments.stream().mapToInt(Segment::length).sum();
    }

    private static AttentionInputs inputs(List<Segment> segments, int keyHeads) {
        return AttentionInputs.drawn(tokens(segments), HEADS, keyHeads, WIDTH, DType.F32);
    }

    private static void requireLike(AttentionInputs.Attended actual, AttentionInputs.Attended expected) {
        close("y", actual.y(), expected.y());
        close("queries", actual.toQueries(), expected.toQueries());
        close("keys", actual.toKeys(), expected.toKeys());
        close("values", actual.toValues(), expected.toValues());
    }

    private static void close(String name, Tensor actual, Tensor expected) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        assertThat(actual.minus(expected).abs().max().scalar()).as(name).isCloseTo(0, within(1e-5));
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

    /** Token 3 follows 0 and 1 and is followed by 4; each reads itself and the one before: (1 + 3) / 2, (3 + 4) / 2. */
    @Test
    void aWindowReachesIntoParents() {
        List<Segment> segments = List.of(
                new Segment(0, 2, Segment.NONE, 0), new Segment(2, 1, Segment.NONE, 1), new Segment(3, 2, 0, 0));
        assertThat(averages(segments, 2)).containsExactly(0, 0.5f, 2, 2, 3.5f);
    }

    private static float[] averages(List<Segment> segments) {
        return averages(segments, LayerSpec.UNBOUNDED);
    }

    private static float[] averages(List<Segment> segments, int window) {
        int tokens = tokens(segments);
        float[] index = new float[tokens * 2];
        for (int i = 0; i < index.length; i++) {
            index[i] = i / 2;
        }
        Tensor zero = Tensor.zeros(DType.F32, tokens, 1, 2);
        Tensor out = new SegmentAttention(segments)
                .attend(0, AttentionForm.of(window, 2), zero, zero, Tensor.of(index, tokens, 1, 2));
        return out.narrow(1, 0, 1).contiguous().floats();
    }
}
