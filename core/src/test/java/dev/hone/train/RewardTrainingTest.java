package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.RewardModelling;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that learn to score texts, in full and as an adapter that carries a head. */
class RewardTrainingTest {
    private static final Draw PLACE = Draw.of(1, "dropout");
    private static final RewardModelling OBJECTIVE = new RewardModelling(0.01);
    private static final int MARKER = 7;

    static Stream<Arguments> policies() {
        return Stream.of(
                policy(
                        "full llama",
                        () -> Policy.full(
                                GoldenModels.trainable(GoldenModels.a().scoring(31)))),
                policy(
                        "full qwen2",
                        () -> Policy.full(
                                GoldenModels.trainable(GoldenModels.c().scoring(31)))),
                policy("adapter", RewardTrainingTest::filledAdapter),
                policy("adapter on two threads", () -> filledAdapter().parallel(2)));
    }

    private static Arguments policy(String name, Supplier<Policy> policy) {
        return Arguments.of(Named.of(name, policy));
    }

    /** No weight is zero, so that every one has a gradient. */
    private static Policy filledAdapter() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.b());
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = Adapter.fresh(model.config(), shape, 5).withScore(model.config(), 5);
        List<Parameter> parameters = adapter.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = parameters.get(i).value();
            value.copyInPlace(GoldenModels.sine(i, 0, value.shape()));
        }
        return Policy.adapter(model, adapter);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anySplitOfAStepGivesItsLossAndItsGradient(Supplier<Policy> made) {
        Policy policy = made.get();
        Step whole = step(policy, split(4));
        same(step(policy, split(2)), whole);
        same(step(policy, split(1)), whole);
    }

    /** Four pairs whose sides begin alike, with margins; a batch lays out what they share once. */
    @ParameterizedTest
    @MethodSource("policies")
    void whatBothSidesShareIsComputedOnceAndChangesNothing(Supplier<Policy> made) {
        Policy policy = made.get();
        Batch shared = Pair.batch(pairs(), TargetKind.WHOLE);
        Batch separate = separate();
        assertThat(shared.tokenCount()).isLessThan(separate.tokenCount());
        same(step(policy, List.of(shared)), step(policy, List.of(separate)));
        try (Scope scope = Scope.open()) {
            assertThat(policy.model().score(shared, policy.adapter()).rewards().floats())
                    .containsExactly(
                            policy.model()
                                    .score(separate, policy.adapter())
                                    .rewards()
                                    .floats(),
                            within(1e-6f));
        }
    }

    /** The twin: one graph from the tokens to the loss, no cut at the head. */
    @ParameterizedTest
    @MethodSource("policies")
    void gradientsAreThoseOfAnUncutGraph(Supplier<Policy> made) {
        Policy policy = made.get();
        Batch batch = Pair.batch(pairs(), TargetKind.WHOLE);
        Step cut = step(policy, List.of(batch));
        try (Scope scope = Scope.open()) {
            new Gradients(policy.parameters()).clear();
            Tensor weight = policy.parameters().stream()
                    .filter(p -> p.name().equals(ParameterSpec.SCORE))
                    .findFirst()
                    .orElseThrow()
                    .value();
            Tensor scores = policy.model()
                    .hidden(batch, policy.adapter())
                    .select(0, Tensor.of(batch.targets().position()))
                    .matmul(weight.transpose(0, 1))
                    .view(4, 2);
            Tensor chosen = scores.narrow(1, 0, 1).reshape(4);
            Tensor rejected = scores.narrow(1, 1, 1).reshape(4);
            float[] margins = batch.get(Annotation.MARGIN);
            Tensor margin = Tensor.of(new float[] {margins[0], margins[2], margins[4], margins[6]});
            Tensor loss = chosen.minus(rejected)
                    .minus(margin)
                    .logSigmoid()
                    .negate()
                    .plus(chosen.plus(rejected).square().times(0.01))
                    .mean();
            loss.backward();
            same(cut, new Step(loss.detach().scalar(), gradients(policy)));
        }
    }

    @Test
    void aHeadThatPredictsTokensDoesNotTakeWhatIsScoredAsAWhole() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        assertThatThrownBy(() -> step(policy, split(4))).isInstanceOf(RuntimeException.class);
    }

    static Stream<Arguments> beginners() {
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        return Stream.of(
                policy(
                        "full",
                        () -> Policy.full(
                                TinyModels.trainable(TinyModels.stories().scoring(0), 3))),
                policy("adapter", () -> {
                    LanguageModel model = TinyModels.frozen(TinyModels.stories(), 3);
                    return Policy.adapter(
                            model, Adapter.fresh(model.config(), shape, 3).withScore(model.config(), 3));
                }));
    }

    /** Texts differ in where a marker stands, or whether it does; held-out pairs have prompts of their own. */
    @ParameterizedTest
    @MethodSource("beginners")
    void aMarkedAnswerComesToBePreferred(Supplier<Policy> made) {
        Policy policy = made.get();
        AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
        Gradients gradients = new Gradients(policy.parameters());
        List<Batch> heldOut = List.of(marked(1000));
        double before = policy.measure(heldOut, OBJECTIVE).loss();
        for (int step = 0; step < 30; step++) {
            gradients.clear();
            policy.accumulate(List.of(marked(step)), OBJECTIVE, PLACE.at(step));
            gradients.clip(gradients.norm(), 1);
            optimizer.step(5e-3);
        }
        Metrics after = policy.measure(heldOut, OBJECTIVE);
        assertThat(after.loss()).isLessThan(0.2 * before);
        assertThat(after.measures()).containsEntry("rewards/accuracy", 1.0);
    }

    private static Batch marked(int step) {
        Draw draw = Draw.of(11, "marked").at(step);
        List<Pair> pairs = new ArrayList<>();
        for (int p = 0; p < 16; p++) {
            int[] rejected = new int[12];
            for (int i = 0; i < rejected.length; i++) {
                rejected[i] = MARKER + 1 + (int) draw.at(p).below(i, 40);
            }
            int[] chosen = rejected.clone();
            chosen[6 + (int) draw.at(p).below(99, 6)] = MARKER;
            pairs.add(new Pair(
                    new Example(2L * p, chosen, new float[12]), new Example(2L * p + 1, rejected, new float[12]), 0));
        }
        return Pair.batch(pairs, TargetKind.WHOLE);
    }

    private static List<Batch> split(int size) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < 4; from += size) {
            batches.add(Pair.batch(pairs().subList(from, from + size), TargetKind.WHOLE));
        }
        return batches;
    }

    private static List<Pair> pairs() {
        Draw draw = Draw.of(9, "pairs");
        return IntStream.range(0, 4)
                .mapToObj(p -> new Pair(side(draw, p, 0, 2 + p), side(draw, p, 1, 5 - p), 0.25f * p))
                .toList();
    }

    private static Example side(Draw draw, int pair, int side, int answer) {
        int prompt = pair + 2;
        int[] tokens = new int[prompt + answer];
        for (int i = 0; i < tokens.length; i++) {
            int from = i < prompt ? 0 : 1 + side;
            tokens[i] = (int) draw.at(10L * pair + from).below(i, 31);
        }
        return new Example(2L * pair + side, tokens, new float[tokens.length]);
    }

    private static Batch separate() {
        Batch shared = Pair.batch(pairs(), TargetKind.WHOLE);
        return Batch.ofWhole(pairs().stream()
                        .flatMap(pair -> Stream.of(pair.chosen(), pair.rejected()))
                        .toList())
                .with(Annotation.MARGIN, shared.get(Annotation.MARGIN));
    }

    private record Step(double loss, List<float[]> gradients) {}

    private static Step step(Policy policy, List<Batch> batches) {
        try (Scope scope = Scope.open()) {
            new Gradients(policy.parameters()).clear();
            double loss = policy.accumulate(batches, OBJECTIVE, PLACE).loss();
            return new Step(loss, gradients(policy));
        }
    }

    private static List<float[]> gradients(Policy policy) {
        return policy.parameters().stream()
                .map(p -> p.value().gradient().floats())
                .toList();
    }

    /** Each gradient differs by less than 10⁻⁴ of its length. */
    private static void same(Step actual, Step expected) {
        assertThat(actual.loss).isCloseTo(expected.loss, within(1e-6));
        for (int p = 0; p < expected.gradients.size(); p++) {
            float[] a = actual.gradients.get(p);
            float[] e = expected.gradients.get(p);
            double difference = 0;
            double length = 0;
            for (int i = 0; i < e.length; i++) {
                difference += Math.pow(a[i] - e[i], 2);
                length += Math.pow(e[i], 2);
            }
            assertThat(length).as("weight %d", p).isPositive();
            assertThat(Math.sqrt(difference)).as("weight %d", p).isLessThanOrEqualTo(1e-4 * Math.sqrt(length));
        }
    }
}
