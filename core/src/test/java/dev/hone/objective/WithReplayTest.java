package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WithReplayTest {
    private static final Objective SIMPO = new SimPo(2, 1, 0);
    private static final WithReplay BOTH = new WithReplay(SIMPO, 0.5);

    /** Replayed tokens of weight 1 and 2 with losses 3 and 4: 0.5 · (3 + 8) to be divided by 3. */
    @Test
    void replayedBatchesAreATermOfTheirOwn() {
        try (Scope scope = Scope.open()) {
            Batch replayed = replayed(new Example(0, new int[] {1, 2, 3}, new float[] {0, 1, 2}));
            Objective objective = BOTH.of(replayed);
            Scores scores = new Scores(Tensor.of(new float[] {-3, -4}), replayed.targets());
            assertThat(objective.weights(replayed)).isEqualTo(Map.of(Term.REPLAY, 3.0));
            assertThat(objective.sums(scores, replayed)).containsOnlyKeys(Term.REPLAY);
            assertThat(objective.sums(scores, replayed).get(Term.REPLAY).scalar())
                    .isCloseTo(5.5, within(1e-6));
            assertThat(objective.measures(scores, replayed)).isEmpty();
        }
    }

    @Test
    void otherBatchesAreLeftToTheMethod() {
        Batch pair = Batch.of(List.of(row(0), row(1)));
        assertThat(BOTH.of(pair)).isSameAs(SIMPO);
        assertThat(BOTH.weights(pair)).isEqualTo(SIMPO.weights(pair));
    }

    /** KTO's reference point is a mean over the answers of a step; a replayed text among them would be taken for one. */
    @Test
    void aFirstLookAtTheStepSeesWhatTheMethodTrainsOn() {
        Seeing own = new Seeing(0);
        Objective seeing =
                new WithReplay(own, 1).afterFirstPass(List.of(), List.of()).of(Batch.of(List.of(row(0))));
        assertThat(seeing).isEqualTo(new Seeing(0));
        try (Scope scope = Scope.open()) {
            List<Batch> step = List.of(Batch.of(List.of(row(0))), replayed(row(1)), Batch.of(List.of(row(2))));
            List<Scores> scores = step.stream()
                    .map(batch -> new Scores(Tensor.of(new float[] {-1}), batch.targets()))
                    .toList();
            assertThat(new WithReplay(own, 1).afterFirstPass(scores, step).of(step.get(0)))
                    .isEqualTo(new Seeing(2));
        }
    }

    private static Example row(long id) {
        return Example.ofText(id, new int[] {1, 2});
    }

    private static Batch replayed(Example row) {
        return Batch.of(List.of(row)).with(Annotation.REPLAY, new float[] {1});
    }

    /** Counts the batches it has seen. */
    private record Seeing(int batches) implements Objective {
        @Override
        public Map<Term, Double> weights(Batch batch) {
            return Map.of();
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return Map.of();
        }

        @Override
        public boolean needsFirstPass() {
            return true;
        }

        @Override
        public Objective afterFirstPass(List<Scores> window, List<Batch> seen) {
            assertThat(window).hasSameSizeAs(seen);
            return new Seeing(seen.size());
        }
    }
}
