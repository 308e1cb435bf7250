package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.train.AdamW;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MergeTest {
    private static final Batch ROW = Batch.of(List.of(Example.ofText(0, GoldenModels.ROW)));

    @TempDir
    Path temporary;

    private Checkpoint base(LanguageModel model, DType type) throws IOException {
        Path folder = temporary.resolve("base");
        CheckpointWriter.write(folder, model, type);
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("chat_template.jinja"), "hello");
        return Checkpoint.open(folder);
    }

    private Path out() {
        return temporary.resolve("merged");
    }

    private static Tensor logits(LanguageModel model, Adapter adapter) {
        return model.head().logits(model.hidden(ROW, adapter));
    }

    private static Tensor logits(LanguageModel model) {
        return model.head().logits(model.hidden(ROW, null));
    }

    private static double distance(Tensor a, Tensor b) {
        return a.minus(b).abs().max().scalar();
    }

    private static Map<String, byte[]> content(Path folder) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                content.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return content;
    }

    @ParameterizedTest
    @EnumSource
    void aMergedModelComputesWhatTheLiveAdapterDoesAndTheBaseStaysAsItWas(AdapterType type) throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.a()), DType.F32);
            Map<String, byte[]> before = content(base.folder());
            LanguageModel live = base.model(WeightPlacement.frozen(DType.F32));
            Adapter adapter = AdapterFilesTest.filled(
                    new AdapterConfig(type, 16, 32, 0, List.of(AdapterConfig.ALL_LINEAR), false));
            Merge.Report report = Merge.write(base, adapter, out(), DType.F32);
            LanguageModel merged = Checkpoint.open(out()).model(WeightPlacement.frozen(DType.F32));
            assertThat(distance(logits(merged), logits(live, adapter))).isLessThan(1e-5);
            assertThat(distance(logits(merged), logits(live))).isGreaterThan(0.1);
            assertThat(report.whole().error()).isCloseTo(0, within(1e-5));
            assertThat(report.modules().keySet()).containsExactlyElementsOf(adapter.modules());
            Map<String, byte[]> after = content(base.folder());
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
            assertThat(out().resolve("tokenizer.json")).hasContent("{}");
            assertThat(out().resolve("chat_template.jinja")).hasContent("hello");
        }
    }

    /** Five steps of the golden adapter; the reference's loss afterwards, live and merged, is 3.693250. */
    @Test
    void aTrainedAdapterMergedHasTheReferencesLoss() throws IOException {
        ModelConfig config = GoldenModels.a();
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false);
        Adapter adapter = Adapter.fresh(config, shape, 0);
        for (int i = 0; i < adapter.modules().size(); i++) {
            LoraDelta change = AdapterFilesTest.lora(adapter, adapter.modules().get(i));
            change.down().value().copyInPlace(GoldenModels.sine(i, 0, 2, 16));
        }
        Policy policy = Policy.adapter(GoldenModels.frozen(config), adapter);
        AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
        for (int step = 0; step < 5; step++) {
            policy.parameters().forEach(p -> p.value().clearGradient());
            policy.accumulate(List.of(ROW), new NextToken(), Draw.of(0, "step"));
            optimizer.step(0.01);
        }
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(config), DType.F32);
            LanguageModel live = base.model(WeightPlacement.frozen(DType.F32));
            Merge.write(base, adapter, out(), DType.F32);
            LanguageModel merged = Checkpoint.open(out()).model(WeightPlacement.frozen(DType.F32));
            assertThat(loss(live, adapter)).isCloseTo(3.693250, within(2e-4));
            assertThat(loss(merged, null)).isCloseTo(loss(live, adapter), within(1e-6));
        }
    }

    private static double loss(LanguageModel model, @org.jspecify.annotations.Nullable Adapter adapter) {
        return -model.score(ROW, adapter).logProbabilities().mean().scalar();
    }

    /**
     * Weights normal with deviation 0.02 as bf16 has them, A as a new adapter draws it, B normal. On a base 896 wide the
     * deviations 1e-5, 1e-4 and 1e-3 of B give errors of 0.985, 0.84 and 0.22; here the base is 16 wide, so A is
     * √(896 / 16) times as large and B that much smaller. Of the smallest change nearly nothing arrives; the largest
     * arrives on average, with noise.
     */
    @ParameterizedTest
    @CsvSource({"1e-5, 0.985, 0.95", "1e-4, 0.84, 0.58", "1e-3, 0.22, 0", "1e-2, 0.022, 0"})
    void aSmallChangeIsLostInBf16(double deviation, double error, double lost) throws IOException {
        try (Scope scope = Scope.open()) {
            ModelConfig config = GoldenModels.a();
            Checkpoint base = base(
                    new LanguageModel(config, new Initialisation(0.02, 3), WeightPlacement.frozen(DType.F32)),
                    DType.BF16);
            Adapter adapter = Adapter.fresh(config, AdapterConfig.standard(), 5);
            Draw draw = Draw.of(9, "b");
            long at = 0;
            for (String module : adapter.modules()) {
                Tensor up = AdapterFilesTest.lora(adapter, module).up().value();
                float[] values = new float[Math.toIntExact(up.count())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (deviation * Math.sqrt(16.0 / 896) * draw.gaussian(at++));
                }
                up.copyInPlace(Tensor.of(values, up.shape()));
            }
            Rounding narrow = Merge.write(base, adapter, out(), DType.BF16).whole();
            assertThat(narrow.error()).isCloseTo(error, within(0.05));
            assertThat(narrow.lost()).isCloseTo(lost, within(0.1));
            assertThat(Merge.write(base, adapter, temporary.resolve("f32"), DType.F32)
                            .whole()
                            .error())
                    .isLessThan(0.01);
        }
    }

    /**
     * W = 1 everywhere. Above 1, bf16 numbers lie 1/128 apart and half of that rounds to even, which is 1: a change of
     * 1/256 is lost altogether, one of 1/128 arrives in full, and one of 3/512 becomes 1/128, a third too much.
     */
    @ParameterizedTest
    @CsvSource({"0.00390625, 1, 1", "0.0078125, 0, 0", "0.005859375, -0.33333333, 0.33333333"})
    void theShareLostIsMeasuredAlongTheChange(double change, double lost, double error) throws IOException {
        try (Scope scope = Scope.open()) {
            ModelConfig config = GoldenModels.a();
            LanguageModel ones = new LanguageModel(
                    config, (spec, type) -> Tensor.ones(type, spec.shape()), WeightPlacement.frozen(DType.F32));
            Adapter adapter = only("model.layers.0.self_attn.q_proj", 16, 16, change);
            Merge.Report report = Merge.write(base(ones, DType.BF16), adapter, out(), DType.BF16);
            assertThat(report.whole().lost()).isCloseTo(lost, within(1e-6));
            assertThat(report.whole().error()).isCloseTo(error, within(1e-6));
            assertThat(report.modules())
                    .containsExactly(Map.entry(adapter.modules().get(0), report.whole()));
        }
    }

    /** An adapter of rank 1 that adds the same number to every entry of one map. */
    private static Adapter only(String module, int outputs, int inputs, double change) {
        Map<String, LoraDelta> changes = new HashMap<>();
        changes.put(
                module,
                new LoraDelta(
                        new Parameter(module + ".lora_A.weight", Tensor.ones(DType.F32, 1, inputs)),
                        new Parameter(module + ".lora_B.weight", Tensor.full(DType.F32, change, outputs, 1)),
                        1));
        return new Adapter(new AdapterConfig(1, 1, 0, List.of(module), false), changes);
    }

    @Test
    void aChangeOfZeroLosesNothing() throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.a()), DType.F32);
            Adapter fresh = Adapter.fresh(GoldenModels.a(), AdapterConfig.standard(), 1);
            assertThat(Merge.write(base, fresh, out(), DType.BF16).whole()).isEqualTo(new Rounding(0, 0));
        }
    }

    @Test
    void shardsMergeToTheSameWeights() throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.c()), DType.F32);
            Adapter adapter = Adapter.fresh(GoldenModels.c(), AdapterConfig.standard(), 1);
            adapter.parameters().forEach(p -> p.value().fillInPlace(0.01));
            Path sharded = temporary.resolve("sharded");
            Merge.write(base, adapter, out(), DType.F32);
            Merge.write(base, adapter, sharded, DType.F32, 3_000);
            LanguageModel one = Checkpoint.open(out()).model(WeightPlacement.frozen(DType.F32));
            LanguageModel many = Checkpoint.open(sharded).model(WeightPlacement.frozen(DType.F32));
            for (Parameter p : one.parameters()) {
                assertThat(many.parameter(p.name()).value().bytes())
                        .as(p.name())
                        .isEqualTo(p.value().bytes());
            }
        }
    }

    @Test
    void theHeadIsNeverTargetedTiedOrNot() throws IOException {
        try (Scope scope = Scope.open()) {
            assertThat(Adapter.fresh(GoldenModels.b(), AdapterConfig.standard(), 1)
                            .modules())
                    .noneMatch(m -> m.contains("lm_head") || m.contains("embed_tokens"));
            Checkpoint tied = base(GoldenModels.frozen(GoldenModels.b()), DType.F32);
            for (String module : List.of("lm_head", "model.embed_tokens")) {
                assertThatThrownBy(() -> Merge.write(tied, only(module, 32, 16, 1), out(), DType.F32))
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("has no linear map " + module);
            }
            assertThat(out()).doesNotExist();
        }
    }

    @Test
    void anAdapterOfAnotherShapeIsRefused() throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.a()), DType.F32);
            Adapter other = only("model.layers.0.self_attn.q_proj", 16, 15, 1);
            assertThatThrownBy(() -> Merge.write(base, other, out(), DType.F32))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("has shape [16, 16], the adapter's change [16, 15]");
        }
    }

    @Test
    void whatIsNotANumberIsRefusedAndLeavesNoModel() throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.a()), DType.F32);
            Adapter broken = only("model.layers.1.mlp.down_proj", 16, 24, Double.NaN);
            assertThatThrownBy(() -> Merge.write(base, broken, out(), DType.BF16))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("the adapter's change of model.layers.1.mlp.down_proj.weight is not finite");
            Adapter huge = only("model.layers.1.mlp.down_proj", 16, 24, 1e5);
            assertThatThrownBy(() -> Merge.write(base, huge, out(), DType.F16))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("numbers above 65504 need BF16 or F32");
            assertThatThrownBy(() -> Checkpoint.open(out())).isInstanceOf(CheckpointException.class);
            assertThat(out().resolve("model.safetensors")).doesNotExist();
        }
    }

    @Test
    void aFolderThatHoldsAModelIsNotWrittenInto() throws IOException {
        try (Scope scope = Scope.open()) {
            Checkpoint base = base(GoldenModels.frozen(GoldenModels.a()), DType.F32);
            Adapter adapter = Adapter.fresh(GoldenModels.a(), AdapterConfig.standard(), 1);
            assertThatThrownBy(() -> Merge.write(base, adapter, base.folder(), DType.F32))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("choose an empty folder for the merged model");
            assertThatThrownBy(() -> Merge.write(base, adapter, out(), DType.I32))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
