package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.error.TrainingException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.NextToken;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a run does when its numbers go wrong. */
class NumericalFaultTest {
    private static final ModelConfig CONFIG = GoldenModels.a();
    private static final String UP = "model.layers.1.mlp.up_proj";

    private final LanguageModel model = TinyModels.trainable(CONFIG, 1);
    private final List<NumericalFault> faults = new ArrayList<>();

    /** Token 31 stands in row 5 alone, and its embedding is no number; the head is a matrix of its own. */
    @Test
    void aWeightThatIsNoNumberIsNamedWithTheOneRowThatReadsIt() {
        List<Example> rows = new ArrayList<>(rows(8));
        rows.set(5, Example.ofText(5, new int[] {7, 31, 9, 4}));
        put("model.embed_tokens.weight", 31L * CONFIG.hidden(), Float.NaN);
        List<Integer> before = weights();
        assertThatThrownBy(() -> train(rows, 8, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(
                        "step 1: loss is NaN, first in model.embed_tokens.weight; rows row 5 (loss NaN), ")
                .hasMessageContaining(" and 5 more; nothing was updated");
        assertThat(weights()).isEqualTo(before);
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(NumericalFault.FaultType.NOT_FINITE);
            assertThat(fault.suspects())
                    .hasSize(8)
                    .filteredOn(s -> !Double.isFinite(s.loss()))
                    .hasSize(1);
        });
    }

    /** A weight near the end of float32's range: products with it leave the range. */
    @Test
    void theModuleWhoseOutputOverflowsIsNamed() {
        IntStream.range(0, CONFIG.hidden()).forEach(i -> put(UP + ".weight", i, 3e38f));
        assertThatThrownBy(() -> train(rows(4), 4, 1)).hasMessageContaining("first in " + UP + "; rows ");
    }

    /** Twenty steps on sequences that count up, then one on a row that counts down. */
    @Test
    void aSpikeNamesItsRowAndTheRunContinues() {
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            rows.add(counting(i, 1));
        }
        rows.set(78, counting(78, -1));
        Trainer.Outcome outcome = train(rows, 2, 1);
        assertThat(outcome.progress().step()).isEqualTo(40);
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(NumericalFault.FaultType.SPIKE);
            assertThat(fault.step()).isEqualTo(40);
            assertThat(fault.suspected()).startsWith("row 78 (loss ");
        });
    }

    private static Example counting(int row, int by) {
        return Example.ofText(row, IntStream.range(0, 12).map(i -> 15 + by * i).toArray());
    }

    /** With every output of the layers at zero, the final norm gives zeros and the tied head has nothing to go by. */
    @Test
    void aRunWhoseFirstGradientIsZeroIsRefused() {
        model.parameters().forEach(p -> fill(p, 0));
        assertThatThrownBy(() -> train(rows(4), 4, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 1: every gradient is zero, so nothing is learned")
                .hasMessageContaining("whether the rows have trained tokens");
    }

    /** Behind an output projection of zeros that never learns its way out, since what it multiplies is zero too. */
    @Test
    void weightsThatNeverGetAGradientAreNamed() {
        for (String name : List.of("up_proj", "down_proj")) {
            fill(model.parameter("model.layers.1.mlp." + name + ".weight"), 0);
        }
        assertThatThrownBy(() -> train(rows(8), 2, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 3: 4 weights that should learn had no gradient in any of the first 3 steps")
                .hasMessageContaining("model.layers.1.mlp.down_proj.weight");
    }

    /**
     * A block that was added with output projections of zeros (LLaMA Pro), under an adapter, after a first step at rate 0: B of
     * o_proj moves first, then B of q_proj, then A of q_proj can.
     */
    @Test
    void aBlockThatChangesNothingYetLearnsAlthoughItsFirstGradientsComeLate() {
        for (String name : List.of("self_attn.o_proj", "mlp.down_proj")) {
            fill(model.parameter("model.layers.1." + name + ".weight"), 0);
        }
        Adapter adapter = Adapter.fresh(CONFIG, AdapterConfig.standard(), 1);
        assertThat(train(Policy.adapter(model.copy(DType.F32), adapter), Schedule.cosine(0.03), 0.02, 12)
                        .progress()
                        .step())
                .isEqualTo(12);
        assertThat(adapter.changesNothing(model::weight)).isFalse();
    }

    /** After updates of 1e9 every activation leaves float32, and the norm makes zeros of them. */
    @Test
    void aRunThatDivergesIsToldSo() {
        Adapter adapter = Adapter.fresh(CONFIG, AdapterConfig.standard(), 1);
        assertThatThrownBy(() -> train(Policy.adapter(model.copy(DType.F32), adapter), Schedule.cosine(0.03), 1e9, 40))
                .isInstanceOf(TrainingException.class)
                .hasMessageMatching(
                        "(?s)step \\d+: (the run has diverged: its loss went from .* learning-rate is far too"
                                + " large|(loss|gradient norm) is .*lower learning-rate).*");
    }

    /** No step follows that would see what the last update made. */
    @Test
    void theLastUpdateLeavesNumbersOrNoResult() {
        Policy policy = Policy.full(model);
        Gradients gradients = new Gradients(policy.parameters());
        StepGuard guard =
                new StepGuard(new Diagnosis(policy, new NextToken(), batches -> batches), gradients, fault -> {});
        guard.requireFiniteWeights(3, policy.parameters());
        fill(model.parameter("model.layers.1.mlp.down_proj.weight"), Float.POSITIVE_INFINITY);
        assertThatThrownBy(() -> guard.requireFiniteWeights(3, policy.parameters()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(
                        "step 3: its update left numbers in model.layers.1.mlp.down_proj.weight that are not"
                                + " finite, so the run has no result");
    }

    @Test
    void aRateThatLeavesFloat32IsRefused() {
        assertThatThrownBy(() -> Hyperparameters.standard(1e39, 1))
                .hasMessageContaining("learning-rate (1.0E39) must be at most");
    }

    private static Trainer.Outcome train(Policy policy, Schedule schedule, double rate, int steps) {
        Hyperparameters plan = new Hyperparameters(
                rate, schedule, Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()), 1, 0, 0, null, 1);
        EpochLoader loader =
                EpochLoader.steps(Dataset.of(rows(8)), new EpochLoader.BatchShape(false, 0, 4, 0, 2048, 1), steps);
        return new Trainer(policy, new NextToken(), plan).run(loader, () -> false);
    }

    private Trainer.Outcome train(List<Example> rows, int rowsPerStep, double epochs) {
        Hyperparameters plan = new Hyperparameters(
                0.02, Schedule.constant(), Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()), 1, 0, 0, null, 1);
        EpochLoader loader = EpochLoader.epochs(
                Dataset.of(rows), new EpochLoader.BatchShape(false, 0, rowsPerStep, 0, 2048, 1), epochs);
        return new Trainer(Policy.full(model), new NextToken(), plan)
                .listen(new TrainingListener() {
                    @Override
                    public void faulted(NumericalFault fault) {
                        faults.add(fault);
                    }
                })
                .run(loader, () -> false);
    }

    private static List<Example> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(r -> Example.ofText(
                        r,
                        IntStream.range(0, 10).map(i -> (r * 37 + i * i) % 29).toArray()))
                .toList();
    }

    private void put(String weight, long at, float value) {
        Autograd.withoutDo(() -> {
            try (Scope scope = Scope.open()) {
                Tensor all = model.parameter(weight).value();
                float[] values = all.detach().view(-1).floats();
                values[(int) at] = value;
                all.copyInPlace(Tensor.of(values).view(all.shape()));
            }
        });
    }

    private static void fill(Parameter weight, float value) {
        Autograd.withoutDo(() -> {
            try (Scope scope = Scope.open()) {
                float[] values = new float[(int) weight.value().count()];
                Arrays.fill(values, value);
                weight.value().copyInPlace(Tensor.of(values).view(weight.value().shape()));
            }
        });
    }

    private List<Integer> weights() {
        try (Scope scope = Scope.open()) {
            return model.parameters().stream()
                    .map(p -> Arrays.hashCode(p.value().detach().view(-1).floats()))
                    .toList();
        }
    }
}
