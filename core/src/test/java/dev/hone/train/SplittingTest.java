package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.head.Scores;
import dev.hone.objective.Kto;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.objective.Term;
import dev.hone.random.Draw;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Material;
import dev.hone.testkit.Step;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
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

/** However the rows of a step are laid out, any policy finds the same. {@link InvarianceTest} asks this of all objectives. */
class SplittingTest {
    static Stream<Arguments> policies() {
        return Stream.of(
                policy("golden llama", () -> Policy.full(GoldenModels.trainable(GoldenModels.a()))),
                policy("golden qwen2", () -> Policy.full(GoldenModels.trainable(GoldenModels.c()))),
                policy("golden qwen3", () -> Policy.full(GoldenModels.trainable(GoldenModels.d()))),
                policy("golden mistral", () -> Policy.full(GoldenModels.trainable(GoldenModels.e()))),
                policy("stories", () -> Policy.full(TinyModels.trainable(TinyModels.stories(), 1))),
                policy("DoRA", () -> adapter(AdapterType.DORA, 0)),
                policy("adapter with dropout", () -> adapter(AdapterType.LORA, 0.2)),
                policy("DoRA with dropout", () -> adapter(AdapterType.DORA, 0.2)),
                policy(
                        "embedding noise",
                        () -> Policy.full(GoldenModels.trainable(GoldenModels.a()))
                                .withEmbeddingNoise(5)));
    }

    private static Policy adapter(AdapterType type, double dropout) {
        LanguageModel model = TinyModels.frozen(TinyModels.stories(), 1);
        AdapterConfig shape = new AdapterConfig(type, 4, 8, dropout, List.of(AdapterConfig.ALL_LINEAR), false);
        Adapter adapter = Adapter.fresh(model.config(), shape, 5, model::weight);
        adapter.parameters()
                .forEach(p ->
                        p.value().addInPlace(GoldenModels.sine(1, 0, p.value().shape())));
        return Policy.adapter(model, adapter);
    }

    /** Rows that share a prompt share its dropout mask too, where separate rows have one each. */
    static Stream<Arguments> policiesWithoutDropout() {
        return policies().limit(6);
    }

    private static Arguments policy(String name, Supplier<Policy> policy) {
        return Arguments.of(Named.of(name, policy));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anySplitOfAStepGivesItsLossAndItsGradient(Supplier<Policy> made) {
        Policy policy = made.get();
        List<Example> rows = rows();
        Step whole = step(policy, List.of(Batch.of(rows)));
        step(policy, split(rows, 4)).requireLike(whole);
        step(policy, split(rows, 2)).requireLike(whole);
        step(policy, split(rows, 1)).requireLike(whole);
        step(policy, split(rows, 3)).requireLike(whole);
        List<Example> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        step(policy, split(reversed, 8)).requireLike(whole);
        step(policy, split(reversed, 3)).requireLike(whole);
    }

    /** Rows alone share nothing; together they compute the nine tokens that all begin with, and nine more of two, only once. */
    @ParameterizedTest
    @MethodSource("policies")
    void rowsWithASharedPrefixHaveTheGradientsTheyHaveAlone(Supplier<Policy> made) {
        Policy policy = made.get();
        int[] beginning = {1, 5, 9, 13, 17, 21, 25, 29, 30};
        List<Example> rows = rows().stream()
                .map(row -> {
                    int twice = row.row() < 102 ? 2 : 1;
                    int[] tokens = new int[twice * beginning.length + row.length()];
                    float[] weights = new float[tokens.length];
                    Arrays.fill(weights, (int) row.row() % 2);
                    for (int i = 0; i < tokens.length - row.length(); i++) {
                        tokens[i] = beginning[i % beginning.length];
                    }
                    System.arraycopy(row.tokens(), 0, tokens, tokens.length - row.length(), row.length());
                    System.arraycopy(row.weights(), 0, weights, tokens.length - row.length(), row.length());
                    return new Example(row.row(), tokens, weights);
                })
                .toList();
        Step alone = step(policy, split(rows, 1));
        step(policy, split(rows, 8)).requireLike(alone);
        step(policy, split(rows, 3)).requireLike(alone);
    }

    /**
     * Replies of one conversation as the sequences of a row, and as rows of their own: loss and gradient are the same, and what they begin
     * with in common is computed once.
     */
    @ParameterizedTest
    @MethodSource("policiesWithoutDropout")
    void aRowOfSeveralSequencesIsTrainedAsTheyAreAlone(Supplier<Policy> made) {
        Policy policy = made.get();
        int[] talk = IntStream.range(0, 28).map(i -> (5 * i + 1) % 32).toArray();
        List<Example> sequences = List.of(
                reply(Arrays.copyOf(talk, 10), 9, 1), reply(Arrays.copyOf(talk, 19), 17, 0.5f), reply(talk, 27, 1));
        Example row = Example.of(7, sequences);
        assertThat(row.length()).isEqualTo(10 + 19 + 28);
        assertThat(row.longest()).isEqualTo(28);
        assertThat(row.computed()).isEqualTo(28);
        assertThat(row.trained()).isEqualTo(1 + 2 + 1);
        Batch batch = Batch.of(List.of(row));
        assertThat(batch.rowIds()).containsExactly(7);
        assertThat(batch.sharingPrefixes().tokenCount()).isEqualTo(28);
        Step together = step(policy, List.of(batch));
        together.requireLike(step(policy, split(sequences, 1)));
        List<Example> others = rows();
        List<Example> mixed = new ArrayList<>(others);
        mixed.add(3, row);
        List<Example> apart = new ArrayList<>(others);
        apart.addAll(sequences);
        step(policy, split(mixed, 4)).requireLike(step(policy, split(apart, 1)));
    }

    private static Example reply(int[] tokens, int from, float weight) {
        float[] weights = new float[tokens.length];
        Arrays.fill(weights, from, tokens.length, weight);
        return new Example(7, tokens, weights);
    }

    /** Eight rows of 2 to 9 tokens, some of them with context, half weights or no trained token. */
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
    @MethodSource("policiesWithoutDropout")
    void aSharedPromptGivesWhatFullSequencesGive(Supplier<Policy> made) {
        Policy policy = made.get();
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
        step(policy, List.of(tree)).requireLike(step(policy, split(separate, 1)));
    }

    /** KTO scores foreign answers in a first pass and learns from own answers; to compute all of both gives the same. */
    @Test
    void rowsThatAnObjectiveDoesNotAskForChangeNothing() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        List<Batch> batches = List.of(
                Material.ANSWERS_AND_FOREIGN.batch(List.of(0, 1, 2)), Material.ANSWERS_AND_FOREIGN.batch(List.of(3)));
        Kto kto = new Kto(0.1, 1, 1.3);
        Step.of(policy, batches, kto).requireLike(Step.of(policy, batches, new Whole(kto)));
    }

    @Test
    void rowsAloneAreScoredAsInTheirBatch() {
        LanguageModel model = GoldenModels.trainable(GoldenModels.a());
        Batch whole = Material.ANSWERS_AND_FOREIGN.batch(Material.units());
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
        public Map<String, Double> measures(Scores policy, Batch batch) {
            return objective.measures(policy, batch);
        }

        @Override
        public boolean needsFirstPass() {
            return objective.needsFirstPass();
        }

        @Override
        public Objective afterFirstPass(List<Scores> window, List<Batch> batches) {
            return new Whole(objective.afterFirstPass(window, batches));
        }
    }

    private static Step step(Policy policy, List<Batch> batches) {
        return Step.of(policy, batches, new NextToken());
    }
}
