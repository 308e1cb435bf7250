package dev.hone.gguf.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.generate.Completion;
import dev.hone.generate.Generator;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.gguf.LlamaCpp;
import dev.hone.gguf.block.GgmlType;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.FamilyKeys;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.tensor.DType;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real llama.cpp computes with our files, beside what we compute: the likeliest token at every step, and its log-probability. The bound is
 * the arithmetic's: llama.cpp rounds what it multiplies with float16, bfloat16 and integer weights to that type too.
 */
class LlamaCppTest {
    private static final int[] PROMPT = {41, 70, 77, 77, 80, 221, 88, 80, 83, 77, 69};

    @TempDir
    private Path folder;

    /** Four layers of width 256, whose rows are whole blocks of every type. */
    private static ModelConfig config(String family, boolean tied, RopeScaling scaling) {
        boolean gemma = family.startsWith("gemma");
        ModelConfig plain = ModelConfig.of(
                Architecture.named(family).orElseThrow(),
                new ModelConfig.Shape(300, 256, 512, gemma ? 7 : 4, 128, 1e-5, tied, false),
                new ModelConfig.AttentionShape(4, 2, 64),
                new ModelConfig.RopeConfig(family.equals("gemma3_text") ? 1e6 : 1e4, scaling));
        return gemma
                ? plain.withAttention(plain.attention().withWindow(8))
                        .withSource(new ModelConfig.OriginalConfig(
                                "float32",
                                FamilyKeys.of("{'query_pre_attn_scalar': 64}").defaults()))
                : plain;
    }

    private Checkpoint checkpoint(ModelConfig config, DType type) throws IOException {
        assumeTrue(
                LlamaCpp.isNewer()
                        || List.of("llama", "mistral", "qwen2")
                                .contains(config.architecture().modelType()),
                "the llama.cpp of Maven Central does not know every family, and aborts; -Dhone.llamacpp names a newer one");
        Path place = folder.resolve("model");
        TinyTokenizers.learned(place, 40, List.of("the cat sat on the mat and the dog sat on the log"))
                .close();
        WeightSource random = new Initialisation(0.08, 7);
        CheckpointWriter.write(
                place,
                new LanguageModel(
                        config,
                        (spec, wanted) -> spec.shape().length == 1
                                ? GoldenModels.sine(
                                        spec.name().length(), spec.name().endsWith("bias") ? 0 : 1, spec.shape())
                                : random.weight(spec, wanted),
                        WeightPlacement.frozen(DType.F32)),
                type);
        return Checkpoint.open(place);
    }

    private Path export(Checkpoint checkpoint, WeightType type) throws IOException {
        Path file = folder.resolve("model.gguf");
        try (ExportedModel model = ExportedModel.of(checkpoint)) {
            GgufModel.write(file, model, type);
        }
        return file;
    }

    private static void requireAgreement(
            Path file, @Nullable Path lora, LanguageModel ours, @Nullable Adapter adapter, double bound) {
        Completion greedy;
        try (Generator generator = new Generator(ours, null, 1)) {
            greedy = generator
                    .complete(List.of(Request.of(PROMPT, Sampling.greedy(), 16).with(adapter)))
                    .get(0);
        }
        try (LlamaCpp theirs = LlamaCpp.open(file, lora)) {
            float[][] prompt = theirs.logits(PROMPT);
            float[] logits = prompt[prompt.length - 1];
            for (int i = 0; i < greedy.ids().length; i++) {
                int id = greedy.ids()[i];
                assertThat(logProbability(logits, id))
                        .as("token %d", i)
                        .isCloseTo(greedy.logProbabilities()[i], within(bound));
                assertThat(logits[id]).as("token %d", i).isGreaterThanOrEqualTo((float) (max(logits) - bound));
                logits = theirs.logits(id)[0];
            }
        }
    }

    private static float max(float[] logits) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        return most;
    }

    private static double logProbability(float[] logits, int id) {
        double most = max(logits);
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return logits[id] - most - Math.log(sum);
    }

    @ParameterizedTest
    @CsvSource({
        "llama, true",
        "llama, false",
        "mistral, false",
        "qwen2, true",
        "qwen3, true",
        "gemma2, true",
        "gemma3_text, true",
        "phi3, false"
    })
    void everyFamilySaysTheSameInFloat32(String family, boolean tied) throws IOException {
        Checkpoint checkpoint = checkpoint(config(family, tied, RopeScaling.NONE), DType.F32);
        double bound = family.startsWith("gemma")
                ? 1e-2
                : 2e-4; // llama.cpp looks GELU up in a table of float16: some 1e-3 a token
        requireAgreement(
                export(checkpoint, WeightType.F32),
                null,
                checkpoint.model(WeightPlacement.frozen(DType.F32)),
                null,
                bound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LINEAR", "LLAMA3"})
    void scaledRotationsAreTheSame(String kind) throws IOException {
        RopeScaling scaling = kind.equals("LINEAR") ? new RopeScaling.Linear(4) : new RopeScaling.Llama3(4, 1, 4, 32);
        Checkpoint checkpoint = checkpoint(config("llama", true, scaling), DType.F32);
        requireAgreement(
                export(checkpoint, WeightType.F32),
                null,
                checkpoint.model(WeightPlacement.frozen(DType.F32)),
                null,
                2e-4);
    }

    /** Beside our model on the weights that the file holds, so that the weights' own rounding is on both sides. */
    @ParameterizedTest
    @CsvSource({"F16, 0.02", "BF16, 0.08", "Q8_0, 0.08", "Q4_K_M, 0.2"})
    void everyTypeIsReadAsItWasWritten(WeightType type, double bound) throws IOException {
        Path file = export(checkpoint(config("qwen2", false, RopeScaling.NONE), DType.F32), type);
        GgufBase read = GgufBase.open(file);
        requireAgreement(
                file, null, new LanguageModel(read.config(), read, WeightPlacement.frozen(DType.F32)), null, bound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen3"})
    void anAdapterSaysTheSameMergedAndBesideItsBase(String family) throws IOException {
        Checkpoint checkpoint = checkpoint(config(family, true, RopeScaling.NONE), DType.F32);
        Adapter adapter = GoldenModels.filled(
                Adapter.fresh(checkpoint.config(), AdapterConfig.standard().with(4, 3), 1));
        Path place = folder.resolve("adapter");
        AdapterFiles.write(place, adapter, checkpoint.config(), null, new Fingerprint("t", null, Set.of(), "m"));
        AdapterOnBase adapted = AdapterOnBase.open(place, checkpoint);
        LanguageModel ours = checkpoint.model(WeightPlacement.frozen(DType.F32));

        Path lora = folder.resolve("lora.gguf");
        GgufAdapter.write(lora, adapted, GgmlType.F32);
        requireAgreement(export(checkpoint, WeightType.F32), lora, ours, adapter, 5e-4);

        Path merged = folder.resolve("merged.gguf");
        try (ExportedModel model = ExportedModel.of(adapted)) {
            GgufModel.write(merged, model, WeightType.F32);
        }
        requireAgreement(merged, null, ours, adapter, 5e-4);
    }

    @Test
    void textsAreEncodedAlike() throws IOException {
        Path file = export(checkpoint(config("llama", true, RopeScaling.NONE), DType.F32), WeightType.F16);
        try (LlamaCpp theirs = LlamaCpp.open(file, null);
                var ours = dev.hone.text.TokenizerFile.open(folder.resolve("model"))) {
            for (String text : List.of(
                    "the cat",
                    "  sat on\n\nthe log 1234's",
                    "안녕하세요 세계",
                    "<|im_start|>user\nthe dog<|im_end|>",
                    "a\tb\r\nc ")) {
                assertThat(theirs.encode(text, true)).as(text).isEqualTo(ours.ids(text, dev.hone.text.Specials.ADD));
            }
        }
    }
}
