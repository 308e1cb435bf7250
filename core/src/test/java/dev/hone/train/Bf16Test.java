package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Computing in bf16 (8 bits of mantissa) follows float32 as closely as its rounding lets it; weights stay float32. */
class Bf16Test {
    private static final Draw PLACE = Draw.of(1, "dropout").at(0);
    private static final List<Batch> STEP =
            List.of(Batch.of(IntStream.range(0, 4).mapToObj(Bf16Test::row).toList()));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lossAndGradientAreThoseOfFloat32ButForRounding(boolean adapter) {
        try (Scope scope = Scope.open()) {
            Policy exact = policy(DType.F32, adapter);
            Policy rounded = policy(DType.BF16, adapter);
            double expected = exact.accumulate(STEP, new NextToken(), PLACE).loss();
            double actual = rounded.accumulate(STEP, new NextToken(), PLACE).loss();
            assertThat(actual).isCloseTo(expected, within(0.01 * expected));
            assertThat(cosine(gradients(exact), gradients(rounded))).isGreaterThan(0.99);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSameRowsAreFittedInAsManySteps(boolean adapter) {
        double exact = learned(policy(DType.F32, adapter));
        assertThat(learned(policy(DType.BF16, adapter))).isCloseTo(exact, within(0.1 * exact));
    }

    private static double learned(Policy policy) {
        Gradients gradients = new Gradients(policy.parameters());
        AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
        double loss = 0;
        for (int step = 0; step < 20; step++) {
            gradients.clear();
            loss = policy.accumulate(STEP, new NextToken(), PLACE).loss();
            optimizer.step(3e-3);
        }
        return loss;
    }

    private static Policy policy(DType compute, boolean adapter) {
        Initialisation weights = new Initialisation(0.1, 1);
        if (!adapter) {
            return Policy.full(new LanguageModel(TinyModels.stories(), weights, WeightPlacement.trained(compute)));
        }
        LanguageModel model = new LanguageModel(TinyModels.stories(), weights, WeightPlacement.frozen(compute));
        AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        return Policy.adapter(model, Adapter.fresh(model.config(), shape, 1));
    }

    private static double[] gradients(Policy policy) {
        List<Double> all = new ArrayList<>();
        policy.parameters().stream().filter(p -> p.value().hasGradient()).forEach(p -> {
            for (float g : p.value().gradient().floats()) {
                all.add((double) g);
            }
        });
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double lengths = 0;
        double others = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            lengths += a[i] * a[i];
            others += b[i] * b[i];
        }
        return product / Math.sqrt(lengths * others);
    }

    private static Example row(int row) {
        int[] tokens = new int[12];
        Arrays.setAll(tokens, i -> (int) Draw.of(row, "row").below(i, 512));
        return Example.ofText(row, tokens);
    }
}
