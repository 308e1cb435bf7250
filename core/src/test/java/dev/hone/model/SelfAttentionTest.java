package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.model.SelfAttention.HeadNorms;
import dev.hone.model.layer.AttentionForm;
import dev.hone.model.layer.AttentionSpec.HeadShape;
import dev.hone.model.layer.LayerSpec;
import dev.hone.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attention block: four heads of four, which share two key heads unless a test says otherwise. */
class SelfAttentionTest extends BlockContract {
    private static final int HEADS = 4;
    private static final BlockFixture.Case FULL = new BlockFixture.Case(true, true, List.of(), true);
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
    BlockFixture.Layer layer(BlockFixture weights) {
        SelfAttention block = new SelfAttention(
                new SelfAttention.LayerAttention(
                        0, new HeadShape(HEADS, keyHeads, BlockFixture.HEAD_SIZE), form(), BlockFixture.ROPE),
                Residual.preNorm(weights.norm()),
                headNorms(weights),
                List.of(
                        weights.linear("query", HEADS * BlockFixture.HEAD_SIZE, BlockFixture.HIDDEN),
                        weights.linear("key", keyHeads * BlockFixture.HEAD_SIZE, BlockFixture.HIDDEN),
                        weights.linear("value", keyHeads * BlockFixture.HEAD_SIZE, BlockFixture.HIDDEN)),
                weights.linear("output", BlockFixture.HIDDEN, HEADS * BlockFixture.HEAD_SIZE));
        return new BlockFixture.Layer(block::apply, block::block);
    }

    AttentionForm form() {
        return AttentionForm.of(window(), BlockFixture.HEAD_SIZE);
    }

    int window() {
        return LayerSpec.UNBOUNDED;
    }

    @Nullable
    HeadNorms headNorms(BlockFixture weights) {
        return null;
    }

    static Stream<Batch> batches() {
        return Stream.of(
                BlockFixture.batch(new Segment(0, 5, Segment.NONE, 0)),
                BlockFixture.batch(new Segment(0, 1, Segment.NONE, 0), new Segment(1, 4, Segment.NONE, 1)),
                BlockFixture.batch(
                        new Segment(0, 130, Segment.NONE, 0), new Segment(130, 3, 0, 0), new Segment(133, 140, 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void howeverTokensAreLaidBackwardIsThatOfTheGraph(Batch batch) {
        BlockFixture fixture = fixture(FULL, DType.F32, batch);
        requireLike(fixture.byHand(1), fixture.byGraph(1), 1e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void howeverManyHeadsShareAKeyBackwardIsThatOfTheGraph(int keyHeads) {
        this.keyHeads = keyHeads;
        BlockFixture fixture = fixture(FULL, DType.F32, TREE);
        requireLike(fixture.byHand(1), fixture.byGraph(1), 1e-5);
    }
}
