package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The gated half's own way back leads where the graph of its formula does: five tokens, six wide and seven inside. */
class FeedForwardTest {
    private static final int TOKENS = 5;
    private static final int HIDDEN = 6;
    private static final int INSIDE = 7;
    private static final int RANK = 2;

    /**
     * What learns.
     *
     * @param full the half's own weights
     * @param biases whether its maps carry a bias
     * @param adapted the maps that an adapter changes
     * @param input whether anything below wants a gradient
     */
    private record Case(boolean full, boolean biases, List<String> adapted, boolean input) {}

    /** By name: the output, the gradient that is sent down, and those of the weights. */
    private record Taken(Map<String, float[]> values) {}

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    static Stream<Arguments> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean input : new boolean[] {true, false}) {
            for (boolean biases : new boolean[] {false, true}) {
                cases.add(new Case(true, biases, List.of(), input));
                cases.add(new Case(false, biases, List.of("gate", "up", "down"), input));
            }
            cases.add(new Case(true, true, List.of("gate", "up", "down"), input));
            cases.add(new Case(false, true, List.of("down"), input));
            cases.add(new Case(false, false, List.of("gate"), input));
            cases.add(new Case(false, false, List.of("up"), input));
        }
        cases.add(new Case(false, true, List.of(), true));
        return cases.stream().map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valuesAndGradientsAreThoseOfTheGraph(Case it) {
        Half half = new Half(it, DType.F32);
        requireLike(half.byHand(1), half.byGraph(1), 1e-5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inBf16TheyAreThoseOfFloat32ButForRounding(Case it) {
        requireLike(new Half(it, DType.BF16).byHand(1), new Half(it, DType.F32).byGraph(1), 0.03);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aSecondWayBackAddsToTheGradients(boolean full) {
        Half half = new Half(new Case(full, true, full ? List.of() : List.of("gate", "up", "down"), true), DType.F32);
        requireLike(half.byHand(2), half.byGraph(2), 1e-5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void appliedAgainOnTheWayBackItIsTheSameToTheBit(Case it) {
        Half half = new Half(it, DType.F32);
        Map<String, float[]> kept = half.byHand(1).values();
        Map<String, float[]> again = half.taken(Recomputation.LAYERS.of(half.layer.stage(half.pass)), 1)
                .values();
        assertThat(again).containsOnlyKeys(kept.keySet());
        kept.forEach((name, values) -> assertThat(again.get(name)).as(name).containsExactly(values));
    }

    @Test
    void whereNothingLearnsTheOutputWantsNoGradient() {
        Half half = new Half(new Case(false, true, List.of(), false), DType.F32);
        Stage.Kept kept = half.layer.stage(half.pass).keep(half.input());
        assertThat(kept.output().isTrainable()).isFalse();
        assertThat(kept.output().floats())
                .containsExactly(half.layer.apply(half.input(), half.pass).floats());
    }

    /** The half, once, and what it is given. */
    private static final class Half {
        private final Case it;
        private final DType compute;
        private final List<Parameter> parameters = new ArrayList<>();
        private final Map<String, LowRank> changes = new LinkedHashMap<>();
        private final FeedForward layer;
        private final @Nullable Adapter adapter;
        private final Pass pass;

        Half(Case it, DType compute) {
            this.it = it;
            this.compute = compute;
            layer = new FeedForward(
                    new RmsNorm(own("norm", 1, 0.1, HIDDEN), 1e-5),
                    linear("gate", INSIDE, HIDDEN),
                    linear("up", INSIDE, HIDDEN),
                    linear("down", HIDDEN, INSIDE));
            AdapterConfig shape = new AdapterConfig(RANK, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false);
            adapter = changes.isEmpty() ? null : new Adapter(shape, changes);
            Rope.Turn turn = new Rope(4, 1e4, RopeScaling.NONE).at(new int[TOKENS], compute);
            pass = new Pass(turn, new SegmentAttention(List.of()), adapter, null);
        }

        private Linear linear(String module, int out, int in) {
            if (it.adapted().contains(module)) {
                changes.put(
                        module,
                        new LowRank(
                                learned(module + ".A", 0, 0.5, RANK, in),
                                learned(module + ".B", 0, 0.5, out, RANK),
                                2));
            }
            return new Linear(
                    module, own(module, 0, 0.5, out, in), it.biases() ? own(module + ".bias", 0, 0.5, out) : null);
        }

        /** A weight of the half: trained and float32, or frozen and held in the compute type. */
        private Parameter own(String name, double plus, double amplitude, long... shape) {
            return it.full()
                    ? learned(name, plus, amplitude, shape)
                    : new Parameter(name, values(name, plus, amplitude, shape).to(compute));
        }

        private Parameter learned(String name, double plus, double amplitude, long... shape) {
            Parameter parameter =
                    new Parameter(name, values(name, plus, amplitude, shape).trainable());
            parameters.add(parameter);
            return parameter;
        }

        private static Tensor values(String name, double plus, double amplitude, long... shape) {
            return GoldenModels.sine(name.hashCode() % 100, 0, shape)
                    .times(10 * amplitude)
                    .plus(plus);
        }

        Tensor input() {
            Tensor x = values("x", 0.2, 1, TOKENS, HIDDEN).to(compute);
            return it.input() ? x.trainable() : x;
        }

        Taken byHand(int times) {
            return taken(layer.stage(pass), times);
        }

        Taken byGraph(int times) {
            return taken(Stage.of(x -> layer.apply(x, pass)), times);
        }

        Taken taken(Stage stage, int times) {
            parameters.forEach(p -> p.value().clearGradient());
            Map<String, float[]> taken = new TreeMap<>();
            for (int time = 0; time < times; time++) {
                Stage.Kept kept = stage.keep(input());
                assertThat(kept.output().isTrainable()).isTrue();
                taken.put("output", kept.output().floats());
                Tensor below =
                        kept.backward(values("gradient", 0, 1, TOKENS, HIDDEN).to(compute));
                assertThat(below != null).isEqualTo(it.input());
                if (below != null) {
                    taken.put("input", below.floats());
                }
            }
            parameters.forEach(p -> taken.put(p.name(), p.value().gradient().floats()));
            return new Taken(taken);
        }
    }

    private static void requireLike(Taken taken, Taken expected, double share) {
        assertThat(taken.values()).containsOnlyKeys(expected.values().keySet());
        expected.values().forEach((name, e) -> requireLike(name, taken.values().get(name), e, share));
    }

    /** The difference is at most a share of the length; with a share of 3 % the cosine is above 0.999. */
    static void requireLike(String name, float[] actual, float[] expected, double share) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        assertThat(length).as(name).isPositive();
        assertThat(Math.sqrt(difference / length)).as(name).isLessThanOrEqualTo(share);
    }
}
