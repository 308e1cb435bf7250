package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterOnBaseTest {
    private static final ModelConfig MODEL = GoldenModels.a();
    private static final Fingerprint PRINT = new Fingerprint("tok", null, Set.of(2), Fingerprint.digest(MODEL));

    @TempDir
    Path temporary;

    private Scope scope = Scope.open();

    @BeforeEach
    void open() throws IOException {
        scope.close();
        scope = Scope.open();
        CheckpointWriter.write(base(), GoldenModels.frozen(MODEL), DType.F32);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private Path base() {
        return temporary.resolve("base");
    }

    private Path adapter() {
        return temporary.resolve("adapter");
    }

    /** An adapter trained on the base, as hone leaves it. */
    private void trained(Adapter adapter) throws IOException {
        String weights = WeightDigest.ofSample(Checkpoint.open(base()));
        AdapterFiles.write(adapter(), adapter, MODEL, base().toString(), PRINT.withWeights(weights));
    }

    private static Adapter filled() {
        return AdapterFilesTest.filled(new AdapterConfig(2, 4, 0, List.of("q_proj"), false));
    }

    /** The base with another number in one of its matrices. */
    private Checkpoint other(String weight, double change) throws IOException {
        LanguageModel model = GoldenModels.frozen(MODEL);
        model.parameter(weight).value().view(-1).narrow(0, 0, 1).timesInPlace(change);
        CheckpointWriter.write(temporary.resolve("other"), model, DType.F32);
        return Checkpoint.open(temporary.resolve("other"));
    }

    private List<String> notes(Checkpoint base) {
        return AdapterOnBase.open(adapter(), base).notes(PRINT);
    }

    @Test
    void onTheBaseItWasTrainedOnNothingIsToBeSaid() throws IOException {
        trained(filled());
        assertThat(notes(Checkpoint.open(base()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.layers.1.mlp.down_proj.weight",
                "model.norm.weight",
                "model.embed_tokens.weight",
                "lm_head.weight"
            })
    void anotherBaseOfItsShapeIsSaidWithBothNames(String weight) throws IOException {
        trained(filled());
        assertThat(notes(other(weight, 1.5)))
                .singleElement()
                .asString()
                .contains(
                        "was trained on " + base(),
                        temporary.resolve("other") + " has other weights",
                        "name " + base() + " as the model");
    }

    /** A copy in another type is the same base, and so is the model in memory that it was trained on. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void aCopyInAnotherTypeIsTheSameBase(DType type) throws IOException {
        trained(filled());
        CheckpointWriter.write(temporary.resolve("copy"), GoldenModels.frozen(MODEL), type);
        Checkpoint copy = Checkpoint.open(temporary.resolve("copy"));
        assertThat(notes(copy)).isEmpty();
        assertThat(WeightDigest.ofSample(copy.model(WeightPlacement.underAdapter(type))))
                .isEqualTo(WeightDigest.ofSample(Checkpoint.open(base())));
    }

    /** PEFT records no weights; it names a folder, whose weights are compared where it is there. */
    @Test
    void anAdapterWithoutARecordIsComparedWithTheBaseItNames() throws IOException {
        trained(filled());
        Files.delete(adapter().resolve("hone.json"));
        assertThat(notes(Checkpoint.open(base()))).isEmpty();
        assertThat(notes(other("model.norm.weight", 2)))
                .singleElement()
                .asString()
                .contains("was trained on " + base());
        set("base_model_name_or_path", "org/model-of-the-hub");
        assertThat(notes(other("model.norm.weight", 2))).isEmpty();
    }

    /** 4,194,304 numbers, of which 65,536 are read: those of the first and of the last block among them. */
    @Test
    void aSampleSpansALargeWeightFromEndToEnd() throws IOException {
        ModelConfig large = MODEL.withShape(new ModelConfig.Shape(262_144, 16, 24, 2, 64, 1e-5, false, false));
        LanguageModel model = GoldenModels.frozen(large);
        String before = WeightDigest.ofSample(model);
        long last = 262_144L * 16 - 1;
        for (long place : new long[] {0, 2_047, last - 2_047, last}) {
            Tensor number =
                    model.parameter(ParameterSpec.EMBEDDING).value().view(-1).narrow(0, place, 1);
            number.plusInPlace(1);
            assertThat(WeightDigest.ofSample(model)).as("%d", place).isNotEqualTo(before);
            number.plusInPlace(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora_A", "lora_B"})
    void anAdapterWhoseEveryDeltaIsZeroIsSaid(String part) throws IOException {
        Adapter adapter = filled();
        adapter.parameters().stream()
                .filter(p -> p.name().contains(part))
                .forEach(p -> p.value().timesInPlace(0));
        trained(adapter);
        assertThat(notes(Checkpoint.open(base())))
                .singleElement()
                .asString()
                .contains("changes nothing; every delta in it is zero");
    }

    @Test
    void oneDeltaThatIsNotZeroIsEnough() throws IOException {
        Adapter adapter = filled();
        adapter.parameters().stream().limit(2).forEach(p -> p.value().timesInPlace(0));
        trained(adapter);
        assertThat(notes(Checkpoint.open(base()))).isEmpty();
    }

    /** {@code k_proj} is there, but not among what the adapter changes; {@code ^q_proj} cannot follow what precedes it. */
    @Test
    void keysOfPatternsThatMatchNothingAreSaid() throws IOException {
        trained(filled());
        ObjectNode config = JsonFiles.read(adapter().resolve("adapter_config.json"));
        config.withObject("/alpha_pattern").put("vproj", 64).put("layers.0.self_attn.q_proj", 4);
        config.withObject("/rank_pattern").put("k_proj", 3);
        JsonFiles.write(adapter().resolve("adapter_config.json"), config);
        assertThat(notes(Checkpoint.open(base())))
                .hasSize(2)
                .anyMatch(note -> note.contains("alpha_pattern (vproj: 64) matches no module"))
                .anyMatch(note -> note.contains("rank_pattern (k_proj: 3) matches no module"));
    }

    private void set(String key, String value) throws IOException {
        ObjectNode config = JsonFiles.read(adapter().resolve("adapter_config.json"));
        JsonFiles.write(adapter().resolve("adapter_config.json"), config.put(key, value));
    }
}
