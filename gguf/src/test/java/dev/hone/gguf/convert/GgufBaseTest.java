package dev.hone.gguf.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.error.CheckpointException;
import dev.hone.files.SingleFileModel;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.gguf.GgufFile;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that go through a GGUF file and come back, and files of others. */
class GgufBaseTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void unpackHere() {
        System.setProperty(GgufFolders.PROPERTY, folder.resolve("cache").toString());
    }

    @AfterEach
    void unpackElsewhere() {
        System.clearProperty(GgufFolders.PROPERTY);
    }

    private Path exported(ModelConfig config, DType type, WeightType as) throws IOException {
        Path place = folder.resolve(config.architecture().modelType());
        TinyTokenizers.learned(place, 20, List.of("the cat sat on the mat")).close();
        CheckpointWriter.write(place, TinyModels.frozen(config, 3), type);
        Path file = folder.resolve(config.architecture().modelType() + ".gguf");
        try (ExportedModel model = ExportedModel.of(Checkpoint.open(place))) {
            GgufModel.write(file, model, as);
        }
        return file;
    }

    private static ModelConfig roomy(ModelConfig config) {
        ModelConfig.Shape s = config.shape();
        return config.withShape(new ModelConfig.Shape(
                288,
                s.hidden(),
                s.intermediate(),
                s.layers(),
                s.maxPositions(),
                s.normEpsilon(),
                s.tied(),
                s.mlpBiased()));
    }

    /** Llama, tied and not, Qwen2 and Qwen3; Llama 3's rotations come back where they began with 8192 positions, which these do not. */
    @Test
    void everyWeightComesBackToTheBit() throws IOException {
        for (ModelConfig config : List.of(GoldenModels.a(), GoldenModels.c(), GoldenModels.d())) {
            Path file = exported(roomy(config), DType.BF16, WeightType.BF16);
            Checkpoint before =
                    Checkpoint.open(folder.resolve(config.architecture().modelType()));
            Checkpoint after = Checkpoint.open(SingleFileModel.folderOf(file));
            assertThat(after.config().architecture()).isEqualTo(before.config().architecture());
            assertThat(after.config().shape()).isEqualTo(before.config().shape());
            assertThat(after.config().attention()).isEqualTo(before.config().attention());
            try (Scope scope = Scope.open()) {
                for (ParameterSpec spec : ParameterSpec.of(before.config())) {
                    assertThat(after.weight(spec, DType.F32).floats())
                            .as(spec.name())
                            .isEqualTo(before.weight(spec, DType.F32).floats());
                }
            }
        }
    }

    @Test
    void theTokenizerComesBack() throws IOException {
        Path file = exported(roomy(GoldenModels.c()), DType.F32, WeightType.F32);
        try (Tokenizer before = TokenizerFile.open(folder.resolve("qwen2"));
                Tokenizer after = TokenizerFile.open(SingleFileModel.folderOf(file))) {
            for (String text : List.of("the cat sat", " 12 한국어\n\n", "<|im_start|>user\nthe mat<|im_end|>")) {
                assertThat(after.ids(text, Specials.ADD)).as(text).isEqualTo(before.ids(text, Specials.ADD));
            }
            assertThat(after.specialTokens()).isEqualTo(before.specialTokens());
        }
    }

    @Test
    void aFileStandsForAModelWhereverOneIsNamed() throws IOException {
        Path file = exported(roomy(GoldenModels.a()), DType.F32, WeightType.Q8_0);
        Checkpoint opened = Checkpoint.open(file);
        assertThat(opened.folder()).startsWith(folder.resolve("cache"));
        assertThat(Checkpoint.open(file).folder()).isEqualTo(opened.folder());
    }

    @Test
    void anotherArchitectureAnAdapterAndAMissingTensorAreRefused() throws IOException {
        Path file = exported(roomy(GoldenModels.a()), DType.F32, WeightType.F32);
        byte[] bytes = Files.readAllBytes(file);
        Path other = folder.resolve("other.gguf");
        Files.write(other, replaced(bytes, "blk.1.ffn_up.weight", "blk.1.ffn_xx.weight"));
        assertThatThrownBy(() -> GgufBase.open(other))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(other + ": holds no tensor named blk.1.ffn_up.weight");
        Files.write(
                other,
                replaced(
                        bytes,
                        "general.architecture\u0008\0\0\0\u0005\0\0\0\0\0\0\0llama",
                        "general.architecture\u0008\0\0\0\u0005\0\0\0\0\0\0\0mamba"));
        assertThatThrownBy(() -> GgufBase.open(other)).hasMessageContaining("general.architecture (mamba) is not read");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** A trained model in float32, whose greedy continuation is known from another implementation. */
    @Test
    void aReleasedFileGivesTheReferencesNumbers() throws IOException {
        Path file = Reference.path("weights/stories260K/stories260K-f32.gguf");
        JsonNode reference = Reference.json("weights/stories260K/reference.json");
        try (LoadedModel model = LoadedModel.open(
                        SingleFileModel.folderOf(file), null, ComputeChoice.of(DType.F32), "auto", note -> {});
                LoadedModel original = LoadedModel.open(
                        Reference.path("weights/stories260K/hf"),
                        null,
                        ComputeChoice.of(DType.F32),
                        "auto",
                        note -> {})) {
            String text = "Once upon a time, Lily and Ben went to the park.";
            assertThat(model.tokenizer().ids(text, Specials.ADD))
                    .isEqualTo(original.tokenizer().ids(text, Specials.ADD));
            try (var ours = model.generator(1);
                    var theirs = original.generator(1)) {
                Request request = Request.of(model.tokenizer().ids(text, Specials.ADD), Sampling.greedy(), 40);
                assertThat(ours.complete(List.of(request)).get(0).ids())
                        .isEqualTo(theirs.complete(List.of(request)).get(0).ids());
            }
        }
        assertThat(reference.isObject()).isTrue();
    }

    /** Eight bits: as far from the float32 original as its blocks allow. */
    @Test
    void aReleasedFileOfEightBitsIsNearItsOriginal() {
        GgufFile file = GgufFile.open(Reference.path("weights/babyllama-tok105/babyllama-tok105-q8_0.gguf"));
        GgufBase base = GgufBase.open(file.path());
        Checkpoint original = Checkpoint.open(Reference.path("weights/babyllama-tok105/hf"));
        ParameterSpec spec = ParameterSpec.of(original.config()).get(1); // queries, which are reordered
        try (Scope scope = Scope.open()) {
            float[] ours = base.weight(spec, DType.F32).floats();
            float[] wanted = original.weight(spec, DType.F32).floats();
            for (int i = 0; i < wanted.length; i++) {
                assertThat(ours[i]).isCloseTo(wanted[i], within(0.02f));
            }
        }
    }
}
