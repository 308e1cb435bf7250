package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Annotation;
import dev.hone.data.Batch;
import dev.hone.data.Example;
import dev.hone.data.Pair;
import dev.hone.data.Segment;
import dev.hone.data.Targets;
import dev.hone.model.Adapter;
import dev.hone.model.AdapterConfig;
import dev.hone.model.LanguageModel;
import dev.hone.model.Parameter;
import dev.hone.model.Scores;
import dev.hone.objective.Cpo;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.Kto;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.objective.Orpo;
import dev.hone.objective.PreferenceLoss;
import dev.hone.objective.SimPo;
import dev.hone.objective.Term;
import dev.hone.objective.WithReplay;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** However the rows of a step are laid out, its loss and its gradient are the same. */
class SplittingTest {
    private static final Draw PLACE = Draw.of(1, "dropout").at(3);

    static Stream<Arguments> learners() {
        return Stream.of(
                learner("golden llama", () -> Learner.full(GoldenModels.trainable(GoldenModels.a()))),
                learner("golden qwen2", () -> Learner.full(GoldenModels.trainable(GoldenModels.c()))),
                learner("stories", () -> Learner.full(TinyModels.trainable(TinyModels.stories(), 1))),
                learner("adapter with dropout", () -> {
                    LanguageModel model = TinyModels.frozen(TinyModels.stories(), 1);
                    AdapterConfig shape = new AdapterConfig(4, 8, 0.2, List.of(AdapterConfig.ALL_LINEAR), false);
                    Adapter adapter = Adapter.fresh(model.config(), shape, 5);
                    adapter.parameters()
                            .forEach(p -> p.value()
                                    .addInPlace(
                                            GoldenModels.sine(1, 0, p.value().shape())));
                    return Learner.adapter(model, adapter);
                }),
                learner(
                        "embedding noise",
                        () -> Learner.full(GoldenModels.trainable(GoldenModels.a()))
                                .withEmbeddingNoise(5)));
    }

    /** Rows that share a prompt share its dropout mask too, where separate rows have one each. */
    static Stream<Arguments> learnersWithoutDropout() {
        return learners().limit(3);
    }

    private static Arguments learner(String name, Supplier<Learner> learner) {
        return Arguments.of(Named.of(name, learner));
    }

    @ParameterizedTest
    @MethodSource("learners")
    void anySplitOfAStepGivesItsLossAndItsGradient(Supplier<Learner> made) {
        Learner learner = made.get();
        List<Example> rows = rows();
        Step whole = step(learner, List.of(Batch.of(rows)));
        same(step(learner, split(rows, 4)), whole);
        same(step(learner, split(rows, 2)), whole);
        same(step(learner, split(rows, 1)), whole);
        same(step(learner, split(rows, 3)), whole);
        List<Example> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        same(step(learner, split(reversed, 8)), whole);
        same(step(learner, split(reversed, 3)), whole);
    }

    static Stream<Arguments> objectivesOfTokens() {
        Stream<Objective> objectives =
                Stream.of(new NextToken(NextToken.Loss.NLL, 0.1), new NextToken(NextToken.Loss.DFT, 0));
        return objectives.map(objective -> Arguments.of(Named.of(objective.toString(), objective)));
    }

    @ParameterizedTest
    @MethodSource("objectivesOfTokens")
    void anySplitOfTokensGivesTheirLossAndTheirGradient(Objective objective) {
        Learner learner = Learner.full(GoldenModels.trainable(GoldenModels.a()));
        Step whole = step(learner, List.of(Batch.of(rows())), objective);
        for (int size : List.of(1, 3, 4)) {
            same(step(learner, split(rows(), size), objective), whole);
        }
    }

    /** Eight rows of 2 to 9 tokens, some of them with context, half weights or nothing to learn. */
    private static List<Example> rows() {
        Draw draw = Draw.of(4, "rows");
        return IntStream.range(0, 8)
                .mapToObj(row -> {
                    int length = 2 + row;
                    int[] tokens = new int[length];
                    float[] weights = new float[length];
                    for (int i = 0; i < length; i++) {
                        tokens[i] = (int) draw.at(row).below(i, 32);
                        weights[i] = row == 5 ? 0 : row == 6 ? 0.5f : i < row / 2 ? 0 : 1;
                    }
                    return new Example(100 + row, tokens, weights);
                })
                .toList();
    }

    private static List<Batch> split(List<Example> rows, int size) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += size) {
            batches.add(Batch.of(rows.subList(from, Math.min(rows.size(), from + size))));
        }
        return batches;
    }

    /** A prompt 1 5 9, its continuations 13 17 and 21, and 25 29 after the first of them: three rows in one tree. */
    @ParameterizedTest
    @MethodSource("learnersWithoutDropout")
    void aSharedPromptGivesWhatFullSequencesGive(Supplier<Learner> made) {
        Learner learner = made.get();
        Batch tree = new Batch(
                new int[] {1, 5, 9, 13, 17, 21, 25, 29},
                new int[] {0, 1, 2, 3, 4, 3, 5, 6},
                List.of(
                        new Segment(0, 3, Segment.NONE, 0),
                        new Segment(3, 2, 0, 0),
                        new Segment(5, 1, 0, 1),
                        new Segment(6, 2, 1, 2)),
                new Targets(
                        new int[] {2, 3, 2, 4, 6},
                        new int[] {13, 17, 21, 25, 29},
                        new float[] {1, 1, 1, 1, 1},
                        new int[] {0, 0, 1, 2, 2}),
                new long[] {0, 1, 2});
        List<Example> separate = List.of(
                new Example(0, new int[] {1, 5, 9, 13, 17}, new float[] {0, 0, 0, 1, 1}),
                new Example(1, new int[] {1, 5, 9, 21}, new float[] {0, 0, 0, 1}),
                new Example(2, new int[] {1, 5, 9, 13, 17, 25, 29}, new float[] {0, 0, 0, 0, 0, 1, 1}));
        same(step(learner, List.of(tree)), step(learner, split(separate, 1)));
    }

    static Stream<Arguments> objectivesOfPairs() {
        Stream<Objective> objectives = Stream.of(
                Dpo.of(PreferenceLoss.SIGMOID, 0.1, 0),
                new Dpo(0.1, Map.of(PreferenceLoss.BCO_PAIR, 0.5), 1, 0, Divergence.REVERSE_KL, 0.5),
                new Dpo(0.1, Map.of(PreferenceLoss.SIGMOID, 1.0), 0, 0, Divergence.REVERSE_KL, 1, Dpo.Weighting.POLICY),
                Dpo.of(PreferenceLoss.AOT, 0.1, 0.2),
                Dpo.of(PreferenceLoss.AOT_UNPAIRED, 0.1, 0.2),
                new Dpo(
                        0.1,
                        Map.of(PreferenceLoss.AOT_UNPAIRED, 0.5, PreferenceLoss.SIGMOID, 1.0),
                        1,
                        0,
                        Divergence.REVERSE_KL,
                        0.5),
                new SimPo(2, 1, 0),
                new Cpo(0.1, 1, 0.1),
                new Orpo(0.1));
        return objectives.map(objective -> Arguments.of(Named.of(objective.toString(), objective)));
    }

    @ParameterizedTest
    @MethodSource("objectivesOfPairs")
    void anySplitOfPairsGivesTheirLossAndTheirGradient(Objective objective) {
        Learner learner = Learner.full(GoldenModels.trainable(GoldenModels.a()));
        List<Pair> pairs = pairs();
        Step whole = step(learner, List.of(annotated(Pair.batch(pairs))), objective);
        List<Pair> reversed = new ArrayList<>(pairs);
        Collections.reverse(reversed);
        for (int size : List.of(1, 2, 3)) {
            List<Batch> parts = new ArrayList<>();
            for (int from = 0; from < pairs.size(); from += size) {
                parts.add(annotated(Pair.batch(reversed.subList(from, Math.min(pairs.size(), from + size)))));
            }
            same(step(learner, parts, objective), whole);
        }
    }

    @ParameterizedTest
    @MethodSource("objectivesOfPairs")
    void anySplitOfPairsAndOfWhatIsReplayedBesideThemGivesTheSame(Objective own) {
        Learner learner = Learner.full(GoldenModels.trainable(GoldenModels.a()));
        Objective objective = new WithReplay(own, 0.7);
        List<Pair> pairs = pairs();
        Step whole = step(learner, List.of(annotated(Pair.batch(pairs)), replayed(Batch.of(rows()))), objective);
        List<Batch> parts = new ArrayList<>();
        split(rows(), 3).forEach(rows -> parts.add(replayed(rows)));
        pairs.forEach(pair -> parts.add(annotated(Pair.batch(List.of(pair)))));
        same(step(learner, parts, objective), whole);
        double apart = step(learner, List.of(annotated(Pair.batch(pairs))), own).loss
                + 0.7 * step(learner, List.of(Batch.of(rows()))).loss;
        assertThat(whole.loss).isCloseTo(apart, within(1e-5 * apart));
    }

    private static Batch replayed(Batch batch) {
        return batch.with(Annotation.REPLAY, new float[batch.rowCount()]);
    }

    /** The prompt of a pair is computed once; laid out twice, it gives the same. */
    @ParameterizedTest
    @MethodSource("objectivesOfPairs")
    void aPairThatSharesItsPromptGivesWhatTwoRowsGive(Objective objective) {
        Learner learner = Learner.full(GoldenModels.trainable(GoldenModels.a()));
        List<Example> sides = pairs().stream()
                .flatMap(p -> Stream.of(p.chosen(), p.rejected()))
                .toList();
        Batch shared = annotated(Pair.batch(pairs()));
        Batch separate = annotated(Batch.of(sides));
        assertThat(shared.tokenCount()).isLessThan(separate.tokenCount());
        same(step(learner, List.of(shared), objective), step(learner, List.of(separate), objective));
    }

    /** KTO scores foreign answers in a first pass and learns from own answers; to compute all of both gives the same. */
    @Test
    void rowsThatAnObjectiveDoesNotAskForChangeNothing() {
        Learner learner = Learner.full(GoldenModels.trainable(GoldenModels.a()));
        List<Batch> batches =
                List.of(judged(Pair.batch(pairs().subList(0, 3))), judged(Pair.batch(pairs().subList(3, 4))));
        Kto kto = new Kto(0.1, 1, 1.3);
        same(step(learner, batches, kto), step(learner, batches, new Whole(kto)));
        same(step(learner, List.of(judged(Pair.batch(pairs()))), kto), step(learner, batches, kto));
    }

    @Test
    void rowsAloneAreScoredAsInTheirBatch() {
        LanguageModel model = GoldenModels.trainable(GoldenModels.a());
        Batch whole = judged(Pair.batch(pairs()));
        for (int side = 0; side < 2; side++) {
            int wanted = side;
            try (Scope scope = Scope.open()) {
                Batch part = whole.only(row -> row % 2 == wanted);
                assertThat(part.tokenCount()).isLessThan(whole.tokenCount());
                float[] all = model.score(whole, null).logProbabilities().floats();
                float[] some = model.score(part, null).logProbabilities().floats();
                int at = 0;
                for (int i = 0; i < all.length; i++) {
                    if (whole.targets().row()[i] % 2 == wanted) {
                        assertThat(some[at]).isCloseTo(all[i], within(1e-5f));
                        assertThat(part.get(Annotation.REFERENCE)[at++]).isEqualTo(whole.get(Annotation.REFERENCE)[i]);
                    }
                }
                assertThat(at).isEqualTo(some.length);
                assertThat(part.get(Annotation.DESIRABLE)).isSameAs(whole.get(Annotation.DESIRABLE));
            }
        }
    }

    /** An objective that asks for all of every batch. */
    private record Whole(Objective objective) implements Objective {
        @Override
        public Map<Term, Double> weights(Batch batch) {
            return objective.weights(batch);
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return objective.sums(policy, batch);
        }

        @Override
        public boolean seesWindow() {
            return objective.seesWindow();
        }

        @Override
        public Objective seeing(List<Scores> window, List<Batch> batches) {
            return new Whole(objective.seeing(window, batches));
        }
    }

    /** The first side of every other pair is desirable. */
    private static Batch judged(Batch batch) {
        float[] desirable = new float[batch.rowCount()];
        for (int row = 0; row < desirable.length; row++) {
            desirable[row] = batch.rowIds()[row] / 2 % 2;
        }
        return annotated(batch).with(Annotation.DESIRABLE, desirable);
    }

    /** Four pairs with prompts of 1 to 4 tokens and answers of different lengths. */
    private static List<Pair> pairs() {
        Draw draw = Draw.of(9, "pairs");
        return IntStream.range(0, 4)
                .mapToObj(p -> new Pair(side(draw, p, 0, 2 + p), side(draw, p, 1, 5 - p), 0))
                .toList();
    }

    private static Example side(Draw draw, int pair, int side, int answer) {
        int prompt = pair + 1;
        int[] tokens = new int[prompt + answer];
        float[] weights = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int from = i < prompt ? 0 : 1 + side;
            tokens[i] = (int) draw.at(10L * pair + from).below(i, 32);
            weights[i] = i < prompt ? 0 : 1;
        }
        return new Example(2L * pair + side, tokens, weights);
    }

    /** A reference that follows from each token and its row. */
    private static Batch annotated(Batch batch) {
        float[] reference = new float[batch.targets().count()];
        for (int i = 0; i < reference.length; i++) {
            long row = batch.rowIds()[batch.targets().row()[i]];
            reference[i] = -3 - 0.1f * batch.targets().token()[i] + 0.2f * row;
        }
        return batch.with(Annotation.REFERENCE, reference);
    }

    private record Step(double loss, List<float[]> gradients) {}

    private static Step step(Learner learner, List<Batch> batches) {
        return step(learner, batches, new NextToken());
    }

    private static Step step(Learner learner, List<Batch> batches, Objective objective) {
        try (Scope scope = Scope.open()) {
            new Gradients(learner.parameters()).clear();
            double loss = learner.accumulate(batches, objective, PLACE).loss();
            List<float[]> gradients = learner.parameters().stream()
                    .map(Parameter::value)
                    .map(value -> value.hasGradient() ? value.gradient().floats() : new float[0])
                    .toList();
            return new Step(loss, gradients);
        }
    }

    /** Each gradient differs by less than 10⁻⁵ of its length. */
    private static void same(Step actual, Step expected) {
        assertThat(actual.loss).isCloseTo(expected.loss, within(1e-5 * expected.loss));
        for (int p = 0; p < expected.gradients.size(); p++) {
            float[] a = actual.gradients.get(p);
            float[] e = expected.gradients.get(p);
            assertThat(a).hasSameSizeAs(e);
            double difference = 0;
            double length = 0;
            for (int i = 0; i < e.length; i++) {
                difference += Math.pow(a[i] - e[i], 2);
                length += Math.pow(e[i], 2);
            }
            assertThat(Math.sqrt(difference)).as("weight %d", p).isLessThanOrEqualTo(1e-5 * Math.sqrt(length));
            assertThat(length).as("weight %d", p).isPositive();
        }
    }
}
