package dev.hone.model.mixer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Segment;
import dev.hone.model.layer.DeltaShape;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two key heads of 3, four value heads of 5, compared with the rule token by token in 64 bits. */
class GatedDeltaRuleTest {
    private static final DeltaShape SHAPE = new DeltaShape(2, 4, 3, 5);

    /** A text of 11 tokens, two that continue it, one of which is continued again, and a text of its own. */
    private static final List<Segment> TREE = List.of(
            new Segment(0, 11, Segment.NONE, 0),
            new Segment(11, 9, 0, 0),
            new Segment(20, 2, 0, 1),
            new Segment(22, 7, 2, 1),
            new Segment(29, 3, Segment.NONE, 2));

    private static final int TOKENS = 32;

    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static GatedDeltaRule.Inputs inputs() {
        Tensor q = unit(Drawn.gaussian("q", TOKENS, 6));
        Tensor k = unit(Drawn.gaussian("k", TOKENS, 6));
        return new GatedDeltaRule.Inputs(
                q,
                k,
                Drawn.gaussian("v", TOKENS, 20),
                Drawn.gaussian("g", TOKENS, 4).exp().times(-0.3),
                Drawn.gaussian("b", TOKENS, 4).sigmoid());
    }

    private static Tensor unit(Tensor x) {
        Tensor heads = x.view(TOKENS, 2, 3);
        return heads.times(heads.square().sum(2).unsqueeze(2).rsqrt()).view(TOKENS, 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void chunksGiveWhatTheRuleGivesTokenByToken(int size) {
        GatedDeltaRule.Inputs in = inputs();
        float[] output = new GatedDeltaRule(SHAPE, size)
                .apply(in, Runs.of(TREE), 0, 0)
                .output()
                .floats();
        assertThat(output).containsExactly(plain(in), within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 64})
    void gradientsAreThoseOfTheGraph(int size) {
        Tensor gradient = Drawn.gaussian("gradient", TOKENS, 20);
        GatedDeltaRule rule = new GatedDeltaRule(SHAPE, size);
        GatedDeltaRule.Inputs in = inputs();
        List<Tensor> leaves = List.of(in.q(), in.k(), in.v(), in.g(), in.beta());
        leaves.forEach(Tensor::trainable);
        Autograd.with(() -> {
            Tensor output = rule.apply(in, Runs.of(TREE), 0, 0).output();
            output.backward(gradient);
            return output;
        });
        GatedDeltaRule.Inputs by = Autograd.without(() -> {
            Runs runs = Runs.of(TREE);
            return rule.backward(in, rule.apply(in, runs, 0, 0).states(), gradient, runs);
        });
        List<Tensor> found = List.of(by.q(), by.k(), by.v(), by.g(), by.beta());
        for (int i = 0; i < leaves.size(); i++) {
            assertThat(found.get(i).floats())
                    .as("input " + i)
                    .containsExactly(leaves.get(i).gradient().floats(), within(2e-5f));
        }
    }

    /** The text 0, 1, 2, 3 of the tree's third branch, in a batch, behind its prefix, and from a cache in pieces. */
    @ParameterizedTest
    @ValueSource(ints = {4, 64})
    void aTextHasTheSameBitsAloneBehindAPrefixAndFromACache(int size) {
        GatedDeltaRule rule = new GatedDeltaRule(SHAPE, size);
        GatedDeltaRule.Inputs in = inputs();
        int[] text = IntStream.concat(
                        IntStream.range(0, 11), IntStream.concat(IntStream.range(20, 22), IntStream.range(22, 29)))
                .toArray();
        Tensor tree = rule.apply(in, Runs.of(TREE), 0, 0).output().select(0, Tensor.of(text));
        GatedDeltaRule.Inputs own = rows(in, text);
        Tensor alone = rule.apply(own, Runs.of(List.of(new Segment(0, 20, Segment.NONE, 0))), 0, 0)
                .output();
        assertThat(tree.floats()).containsExactly(alone.floats());
        try (RecurrentStates states = new RecurrentStates(List.of(rule.parts()))) {
            states.reserve(3);
            int before = 0;
            for (int length : new int[] {1, 1, 5, 1, 4, 1, 1, 6}) {
                int from = before;
                int[] piece = IntStream.range(from, from + length).toArray();
                int[] twice = IntStream.concat(Arrays.stream(piece), Arrays.stream(piece))
                        .toArray();
                Runs runs = Runs.of(states, new int[] {2, 0}, new int[] {from, from}, new int[] {length, length});
                float[] got = rule.apply(rows(own, twice), runs, 0, 0).output().floats();
                float[] expected = alone.select(0, Tensor.of(twice)).floats();
                assertThat(got).as("from " + from).containsExactly(expected);
                before += length;
            }
        }
    }

    private static GatedDeltaRule.Inputs rows(GatedDeltaRule.Inputs in, int[] rows) {
        Tensor at = Tensor.of(rows);
        return new GatedDeltaRule.Inputs(
                in.q().select(0, at),
                in.k().select(0, at),
                in.v().select(0, at),
                in.g().select(0, at),
                in.beta().select(0, at));
    }

    /** A decay of e⁻¹, one key and query of one entry, v = 1, β = 1: S is 1 after any token, whatever was there. */
    @Test
    void withBetaOneAKeyIsOverwritten() {
        GatedDeltaRule rule = new GatedDeltaRule(new DeltaShape(1, 1, 1, 1), 4);
        Tensor one = Tensor.of(new float[] {1, 1, 1}, 3, 1);
        Tensor v = Tensor.of(new float[] {1, 2, 5}, 3, 1);
        GatedDeltaRule.Inputs in = new GatedDeltaRule.Inputs(one, one, v, one.negate(), one);
        Runs runs = Runs.of(List.of(new Segment(0, 3, Segment.NONE, 0)));
        assertThat(rule.apply(in, runs, 0, 0).output().floats()).containsExactly(new float[] {1, 2, 5}, within(1e-6f));
    }

    private static float[] plain(GatedDeltaRule.Inputs in) {
        float[] q = in.q().floats();
        float[] k = in.k().floats();
        float[] v = in.v().floats();
        float[] g = in.g().floats();
        float[] b = in.beta().floats();
        float[] out = new float[TOKENS * 20];
        double[][][] after = new double[TREE.size()][4][];
        for (int s = 0; s < TREE.size(); s++) {
            Segment segment = TREE.get(s);
            for (int h = 0; h < 4; h++) {
                double[] state = segment.hasParent() ? after[segment.parent()][h].clone() : new double[15];
                for (int t = segment.start(); t < segment.start() + segment.length(); t++) {
                    int key = t * 6 + h / 2 * 3;
                    for (int j = 0; j < 5; j++) {
                        double read = 0;
                        for (int i = 0; i < 3; i++) {
                            state[i * 5 + j] *= Math.exp(g[t * 4 + h]);
                            read += state[i * 5 + j] * k[key + i];
                        }
                        double missed = b[t * 4 + h] * (v[t * 20 + h * 5 + j] - read);
                        double sum = 0;
                        for (int i = 0; i < 3; i++) {
                            state[i * 5 + j] += k[key + i] * missed;
                            sum += state[i * 5 + j] * q[key + i];
                        }
                        out[t * 20 + h * 5 + j] = (float) sum;
                    }
                }
                after[s][h] = state;
            }
        }
        return out;
    }
}
