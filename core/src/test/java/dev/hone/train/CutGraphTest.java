package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.LanguageModel;
import dev.hone.model.head.Scores;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.objective.Term;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that come back through a graph cut at the hidden states are those of the loss. */
class CutGraphTest {
    private static final Draw PLACE = Draw.of(1, "step");
    private static final Batch BATCH =
            Batch.of(List.of(Example.ofText(0, GoldenModels.ROW), Example.ofText(1, new int[] {2, 4, 6})));

    /** Half the mean squared log-probability: not linear in the scores, so they are needed before their gradients are known. */
    private record Squares() implements Objective {
        @Override
        public Map<Term, Double> weights(Batch batch) {
            return Map.of(Term.LOSS, 2.0 * batch.targets().count());
        }

        @Override
        public Map<Term, Tensor> sums(Scores policy, Batch batch) {
            return Map.of(Term.LOSS, policy.logProbabilities().square().sum());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsAreThoseOfOneUncutGraph(boolean tied) {
        LanguageModel model = GoldenModels.trainable(tied ? GoldenModels.c() : GoldenModels.a());
        try (Scope scope = Scope.open()) {
            double loss = Policy.full(model)
                    .accumulate(List.of(BATCH), new Squares(), PLACE)
                    .loss();
            List<float[]> cut = taken(model);

            Targets targets = BATCH.targets();
            Parameter head = model.parameter(tied ? "model.embed_tokens.weight" : "lm_head.weight");
            Tensor uncut = model.hidden(BATCH, null)
                    .select(0, Tensor.of(targets.position()))
                    .linear(head.value())
                    .logSoftmax(1)
                    .gather(1, Tensor.of(targets.token(), targets.count(), 1))
                    .square()
                    .mean()
                    .times(0.5);
            uncut.backward();
            List<float[]> whole = taken(model);

            assertThat(loss).isCloseTo(uncut.scalar(), within(1e-5));
            for (int p = 0; p < whole.size(); p++) {
                assertThat(cut.get(p))
                        .as(model.parameters().get(p).name())
                        .containsExactly(whole.get(p), within(2e-5f));
            }
        }
    }

    private static List<float[]> taken(LanguageModel model) {
        List<float[]> gradients = model.parameters().stream()
                .map(p -> p.value().gradient().floats())
                .toList();
        new Gradients(model.parameters()).clear();
        return gradients;
    }

    /** In each weight, the entry with the largest gradient is moved by ±0.01. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsAreFiniteDifferences(boolean linear) {
        Objective objective = linear ? new NextToken() : new Squares();
        LanguageModel model = GoldenModels.trainable(GoldenModels.a());
        Policy policy = Policy.full(model);
        policy.accumulate(List.of(BATCH), objective, PLACE);
        List<float[]> gradients = taken(model);
        for (int p = 0; p < gradients.size(); p++) {
            Parameter weight = model.parameters().get(p);
            int entry = largest(gradients.get(p));
            double up = lossWith(policy, objective, weight, entry, 0.01f);
            double down = lossWith(policy, objective, weight, entry, -0.01f);
            double gradient = gradients.get(p)[entry];
            assertThat((up - down) / 0.02)
                    .as("%s[%d]", weight.name(), entry)
                    .isCloseTo(gradient, within(2e-4 + 5e-3 * Math.abs(gradient)));
        }
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = Math.abs(values[i]) > Math.abs(values[best]) ? i : best;
        }
        return best;
    }

    private static double lossWith(Policy policy, Objective objective, Parameter weight, int entry, float change) {
        try (Scope scope = Scope.open()) {
            move(weight, entry, change);
            double loss = policy.accumulate(List.of(BATCH), objective, PLACE).loss();
            move(weight, entry, -change);
            return loss;
        }
    }

    private static void move(Parameter weight, int entry, float change) {
        Autograd.withoutDo(() -> weight.value().view(-1).narrow(0, entry, 1).plusInPlace(change));
    }

    @Test
    void aStepWithoutTrainedTokensIsRefusedAndOneSuchBatchIsNot() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        Batch context = Batch.of(List.of(new Example(0, new int[] {1, 2, 3}, new float[3])));
        assertThatThrownBy(() -> policy.accumulate(List.of(context), new NextToken(), PLACE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no row of this step has a trained token");
        double alone = policy.accumulate(List.of(BATCH), new NextToken(), PLACE).loss();
        assertThat(policy.accumulate(List.of(context, BATCH), new NextToken(), PLACE)
                        .loss())
                .isEqualTo(alone);
    }

    @Test
    void aTokenTheModelDoesNotKnowIsNamed() {
        Policy policy = Policy.full(GoldenModels.trainable(GoldenModels.a()));
        Batch foreign = Batch.of(List.of(Example.ofText(0, new int[] {1, 32})));
        assertThatThrownBy(() -> policy.accumulate(List.of(foreign), new NextToken(), PLACE))
                .hasMessageContaining("token id (32) is outside the model's vocabulary of 32");
    }
}
