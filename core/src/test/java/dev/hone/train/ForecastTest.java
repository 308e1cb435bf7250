package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.StoppedException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The forecast against a sum over the vocabulary in doubles. */
class ForecastTest {
    /** A prompt of three tokens and a completion of three: the targets stand at positions 2, 3 and 4. */
    private static final int[] TEXT = {3, 1, 4, 1, 5, 9};

    private static final List<Batch> COMPLETIONS =
            List.of(Batch.of(List.of(new Example(0, TEXT, new float[] {0, 0, 0, 1, 1, 1}))));

    @Test
    void whereAllWeightsAreTrainedItIsTheDivergenceFromTheWeightsAtTheStart() {
        LanguageModel model = TinyModels.trainable(GoldenModels.a(), 1);
        Policy policy = Policy.full(model);
        Forecast forecast = new Forecast(policy, COMPLETIONS);
        assertThat(measured(forecast)).isCloseTo(0, within(1e-7));

        double[][] base = logProbabilities(model, null);
        bend(policy);
        assertThat(measured(forecast))
                .isCloseTo(divergence(base, logProbabilities(model, null)), within(1e-6))
                .isGreaterThan(1e-3);
    }

    @Test
    void underAnAdapterItIsTheDivergenceFromTheModelAlone() {
        LanguageModel model = TinyModels.frozen(GoldenModels.a(), 1);
        Adapter adapter = Adapter.fresh(model.config(), AdapterConfig.standard(), 1);
        Policy policy = Policy.adapter(model, adapter);
        Forecast forecast = new Forecast(policy, COMPLETIONS);
        assertThat(measured(forecast)).isCloseTo(0, within(1e-7));

        bend(policy);
        assertThat(measured(forecast))
                .isCloseTo(divergence(logProbabilities(model, null), logProbabilities(model, adapter)), within(1e-6))
                .isGreaterThan(1e-3);
    }

    @Test
    void itStopsBetweenBatchesWhenAsked() {
        Policy policy = Policy.full(TinyModels.trainable(GoldenModels.a(), 1));
        Forecast forecast = new Forecast(policy, COMPLETIONS);

        assertThatThrownBy(() -> forecast.measure(() -> true)).isInstanceOf(StoppedException.class);
    }

    private static double measured(Forecast forecast) {
        return forecast.measure(() -> false).value();
    }

    /** As a step of training does, only further. */
    private static void bend(Policy policy) {
        Autograd.withoutDo(() -> policy.parameters().forEach(p -> {
            try (Scope scope = Scope.open()) {
                p.value().timesInPlace(1.2).plusInPlace(0.05);
            }
        }));
    }

    /** log p of every token behind positions 2, 3 and 4. */
    private static double[][] logProbabilities(LanguageModel model, Adapter adapter) {
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                float[] logits = model.head()
                        .logits(model.hidden(COMPLETIONS.get(0), adapter))
                        .floats();
                int vocabulary = model.config().vocabulary();
                double[][] rows = new double[3][vocabulary];
                for (int row = 0; row < 3; row++) {
                    double sum = 0;
                    for (int token = 0; token < vocabulary; token++) {
                        rows[row][token] = logits[(row + 2) * vocabulary + token];
                        sum += Math.exp(rows[row][token]);
                    }
                    for (int token = 0; token < vocabulary; token++) {
                        rows[row][token] -= Math.log(sum);
                    }
                }
                return rows;
            }
        });
    }

    /** The mean over positions of Σ p · (log p − log q). */
    private static double divergence(double[][] p, double[][] q) {
        double sum = 0;
        for (int row = 0; row < p.length; row++) {
            for (int token = 0; token < p[row].length; token++) {
                sum += Math.exp(p[row][token]) * (p[row][token] - q[row][token]);
            }
        }
        return sum / p.length;
    }
}
