package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attending half: four heads of four, which share two key heads unless a test says otherwise. */
class SelfAttentionTest extends LayerHalfContract {
    private static final int HEADS = 4;
    private static final LayerHalf.Case FULL = new LayerHalf.Case(true, true, List.of(), true);
    private int keyHeads;

    @BeforeEach
    void shareKeys() {
        keyHeads = 2;
    }

    @Override
    List<String> maps() {
        return List.of("query", "key", "value", "output");
    }

    @Override
    LayerHalf.Layer layer(LayerHalf weights) {
        SelfAttention half = new SelfAttention(
                0,
                LayerHalf.HEAD_SIZE,
                weights.norm(),
                weights.linear("query", HEADS * LayerHalf.HEAD_SIZE, LayerHalf.HIDDEN),
                weights.linear("key", keyHeads * LayerHalf.HEAD_SIZE, LayerHalf.HIDDEN),
                weights.linear("value", keyHeads * LayerHalf.HEAD_SIZE, LayerHalf.HIDDEN),
                weights.linear("output", LayerHalf.HIDDEN, HEADS * LayerHalf.HEAD_SIZE));
        return new LayerHalf.Layer(half::apply, half::stage);
    }

    static Stream<Batch> batches() {
        return Stream.of(
                LayerHalf.batch(new Segment(0, 5, Segment.NONE, 0)),
                LayerHalf.batch(new Segment(0, 1, Segment.NONE, 0), new Segment(1, 4, Segment.NONE, 1)),
                LayerHalf.batch(
                        new Segment(0, 130, Segment.NONE, 0), new Segment(130, 3, 0, 0), new Segment(133, 140, 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void howeverTokensAreLaidTheWayBackIsThatOfTheGraph(Batch batch) {
        LayerHalf half = half(FULL, DType.F32, batch);
        requireLike(half.byHand(1), half.byGraph(1), 1e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void howeverManyHeadsShareAKeyTheWayBackIsThatOfTheGraph(int keyHeads) {
        this.keyHeads = keyHeads;
        LayerHalf half = half(FULL, DType.F32, TREE);
        requireLike(half.byHand(1), half.byGraph(1), 1e-5);
    }
}
