package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each block of a decoder layer keeps to: its backward by hand gives the gradients of its formula's graph. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BlockContract {
    /**
     * Eleven tokens: a prompt of three, an answer to it and what follows that answer, two tokens each, another answer of one token
     * to the same prompt, and a text of its own.
     */
    static final Batch TREE = BlockFixture.batch(
            new Segment(0, 3, Segment.NONE, 0),
            new Segment(3, 2, 0, 0),
            new Segment(5, 2, 1, 0),
            new Segment(7, 1, 0, 1),
            new Segment(8, 3, Segment.NONE, 2));

    private Scope scope;

    /** The names of its linear maps. */
    abstract List<String> maps();

    abstract BlockFixture.Layer layer(BlockFixture weights);

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    Stream<BlockFixture.Case> cases() {
        List<BlockFixture.Case> cases = new ArrayList<>();
        for (boolean input : new boolean[] {true, false}) {
            for (boolean biases : new boolean[] {false, true}) {
                cases.add(new BlockFixture.Case(true, biases, List.of(), input));
                cases.add(new BlockFixture.Case(false, biases, maps(), input));
            }
            cases.add(new BlockFixture.Case(true, true, maps(), input));
            maps().forEach(map -> cases.add(new BlockFixture.Case(false, true, List.of(map), input)));
        }
        cases.add(new BlockFixture.Case(false, true, List.of(), true));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valuesAndGradientsAreThoseOfTheGraph(BlockFixture.Case it) {
        BlockFixture fixture = fixture(it, DType.F32, TREE);
        requireLike(fixture.byHand(1), fixture.byGraph(1), 1e-5);
    }

    /**
     * A number is rounded by up to 2⁻⁸ of itself wherever one is made. Backward by hand makes about as many as the graph, in
     * another order, and so may be as far from float32 again as the graph in bf16 is, which is 4 % where most roundings add up.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void inBf16TheyAreThoseOfFloat32ButForRounding(BlockFixture.Case it) {
        Map<String, float[]> expected = fixture(it, DType.F32, TREE).byGraph(1);
        Map<String, float[]> byHand = fixture(it, DType.BF16, TREE).byHand(1);
        Map<String, float[]> byGraph = fixture(it, DType.BF16, TREE).byGraph(1);
        assertThat(byHand).containsOnlyKeys(expected.keySet());
        expected.forEach((name, e) -> {
            double rounding = difference(name, byGraph.get(name), e);
            assertThat(rounding).as(name).isLessThan(graphRounding());
            requireLike(name, byHand.get(name), e, 2 * rounding);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondBackwardAddsToTheGradients(boolean full) {
        BlockFixture fixture =
                fixture(new BlockFixture.Case(full, true, full ? List.of() : maps(), true), DType.F32, TREE);
        requireLike(fixture.byHand(2), fixture.byGraph(2), 1e-5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void recomputedInBackwardItIsTheSameToTheBit(BlockFixture.Case it) {
        BlockFixture fixture = fixture(it, DType.F32, TREE);
        requireLike(fixture.taken(Recomputation.LAYERS.of(fixture.block()), 1), fixture.byHand(1), 0);
    }

    @Test
    void dropoutMasksAreTheSameInBackward() {
        BlockFixture.Case it = new BlockFixture.Case(false, true, maps(), true);
        BlockFixture fixture =
                new BlockFixture(this::layer, it, DType.F32, TREE, new Dropout(0.5, Draw.of(1, "dropout"), TREE));
        Map<String, float[]> taken = fixture.byHand(1);
        requireLike(taken, fixture.byGraph(1), 0);
        assertThat(taken.get("y"))
                .isNotEqualTo(fixture(it, DType.F32, TREE).byHand(1).get("y"));
    }

    @Test
    void whereNothingIsTrainedTheOutputRequiresNoGradient() {
        BlockFixture fixture = fixture(new BlockFixture.Case(false, true, List.of(), false), DType.F32, TREE);
        Tensor output = fixture.block().forward(fixture.input()).output();
        assertThat(output.isTrainable()).isFalse();
        requireLike("y", output.floats(), fixture.formula(fixture.input()).floats(), 1e-6);
    }

    /** By what share a gradient of the graph in bf16 may differ from that in float32. */
    double graphRounding() {
        return 0.05;
    }

    BlockFixture fixture(BlockFixture.Case it, DType compute, Batch batch) {
        return new BlockFixture(this::layer, it, compute, batch, null);
    }

    public static void requireLike(Map<String, float[]> taken, Map<String, float[]> expected, double share) {
        assertThat(taken).containsOnlyKeys(expected.keySet());
        expected.forEach((name, e) -> requireLike(name, taken.get(name), e, share));
    }

    /** The difference is at most a share of the length; with a share of 3 % the cosine is above 0.999. */
    public static void requireLike(String name, float[] actual, float[] expected, double share) {
        assertThat(difference(name, actual, expected)).as(name).isLessThanOrEqualTo(share);
    }

    private static double difference(String name, float[] actual, float[] expected) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        assertThat(length).as(name).isPositive();
        return Math.sqrt(difference / length);
    }
}
