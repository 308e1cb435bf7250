package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.generate.Completion;
import dev.hone.generate.Generator;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ExpertModule;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.Reference;
import dev.hone.testkit.Step;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny checkpoints of every family, with numbers that transformers 5.18 and PEFT 0.21 gave for them in float32. */
class FamilyReferenceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 2e-4;

    @TempDir
    private Path folder;

    static Stream<String> families() {
        return Stream.of(
                "smollm3",
                "ministral",
                "ministral3",
                "ministral3-wrapped",
                "granite",
                "hyperclovax",
                "exaone3_5",
                "olmo2",
                "olmo3",
                "exaone4",
                "phi3",
                "glm4",
                "qwen3_moe",
                "lfm2",
                "qwen3_5",
                "qwen3_5-wrapped",
                "gpt_oss",
                "gpt_oss-bf16");
    }

    @ParameterizedTest
    @MethodSource("families")
    void rowsAloneAndPackedHaveTheReferenceLogProbabilities(String family) throws IOException {
        LanguageModel model = frozen(family);
        List<double[]> expected = logProbabilities(family, "expected.jsonl");
        try (Scope scope = Scope.open()) {
            List<Example> rows = rows(family);
            for (int i = 0; i < rows.size(); i++) {
                requireLike(model, null, Batch.of(List.of(rows.get(i))), expected.get(i));
            }
            double[] all = expected.stream().flatMapToDouble(Arrays::stream).toArray();
            requireLike(model, null, Batch.of(rows), all);
        }
    }

    /** Sixteen tokens after the first five of each row, one row at a time and all at once. */
    @ParameterizedTest
    @MethodSource("families")
    void greedyTextIsTheReferences(String family) throws IOException {
        List<int[]> expected = new ArrayList<>();
        for (JsonNode line : lines(family, "expected.jsonl")) {
            expected.add(Reference.ints(line.get("greedy")));
        }
        List<Request> requests = rows(family).stream()
                .map(row -> Request.of(Arrays.copyOf(row.tokens(), 5), Sampling.greedy(), 16))
                .toList();
        for (int slots : new int[] {1, 8}) {
            try (Generator generator = new Generator(frozen(family), null, slots)) {
                List<Completion> completions = generator.complete(requests);
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(completions.get(i).ids()).as("row " + i).isEqualTo(expected.get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void gradientsHaveTheReferenceNorms(String family) throws IOException {
        JsonNode expected = Reference.json("families/" + family + "/expected-gradients.json");
        LanguageModel model = Checkpoint.open(path(family)).model(WeightPlacement.trained(DType.F32));
        Example row = rows(family).get(expected.get("row").asInt());
        Step step = Step.of(Policy.full(model), List.of(Batch.of(List.of(row))), new NextToken());
        assertThat(step.loss()).isCloseTo(expected.get("loss").asDouble(), within(1e-5));
        Map<String, Double> squares = new TreeMap<>();
        for (int p = 0; p < model.parameters().size(); p++) {
            String name = stored(family, model.parameters().get(p).name());
            squares.merge(name, Math.pow(norm(step.gradients().get(p)), 2), Double::sum);
        }
        squares.forEach((name, square) -> {
            double norm = expected.at("/norms").path(name).asDouble(Double.NaN);
            assertThat(Math.sqrt(square)).as(name).isCloseTo(norm, within(1e-6 + 1e-4 * norm));
        });
        assertThat(expected.get("norms").size()).isEqualTo(squares.size());
    }

    /** The same experts in four bits and in sixteen. */
    @Test
    void weightsInFourBitsAreThoseInSixteen() {
        LanguageModel sixteen = frozen("gpt_oss-bf16");
        LanguageModel four = frozen("gpt_oss-bf16/mxfp4");
        for (Parameter weight : sixteen.parameters()) {
            assertThat(four.parameter(weight.name()).value().bytes())
                    .as(weight.name())
                    .isEqualTo(weight.value().bytes());
        }
    }

    private static String stored(String family, String name) {
        if (family.startsWith("gpt_oss") && name.contains(".experts.")) { // which stand together there
            String module = name.substring(0, name.lastIndexOf('.'));
            return ExpertModule.stacked(module) + (name.endsWith(".bias") ? "_bias" : "");
        }
        if (!family.endsWith("-wrapped")) {
            return name;
        }
        boolean isHead = name.startsWith("lm_head");
        if (!family.startsWith("ministral")) {
            return isHead ? name : "model.language_model." + name.substring("model.".length());
        }
        return "language_model." + (isHead ? name : "model." + name.substring("model.".length()));
    }

    static Stream<String> familiesInTwoDialects() {
        return families().filter(family -> Files.exists(path(family).resolve("config.other-dialect.json")));
    }

    @ParameterizedTest
    @MethodSource("familiesInTwoDialects")
    void bothDialectsSayTheSame(String family) throws IOException {
        Path other = path(family).resolve("config.other-dialect.json");
        ModelConfig one = ConfigFile.read(path(family).resolve("config.json"));
        ModelConfig two = ConfigFile.read(other);
        assertThat(two.allLayers()).isEqualTo(one.allLayers());
        assertThat(two.decoder()).isEqualTo(one.decoder());
        assertThat(two.shape()).isEqualTo(one.shape());
        if (!List.of("qwen3_moe", "lfm2").contains(family)) { // whose dialects call the same numbers otherwise
            assertThat(Fingerprint.digest(two)).isEqualTo(Fingerprint.digest(one));
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void savedAndLoadedItIsTheSameToTheBit(String family) throws IOException {
        LanguageModel model = frozen(family);
        CheckpointWriter.write(folder, model, DType.F32);
        Checkpoint read = Checkpoint.open(folder);
        assertThat(read.unusedWeights()).isEmpty();
        assertThat(read.config().allLayers()).isEqualTo(model.config().allLayers());
        assertThat(read.config().decoder()).isEqualTo(model.config().decoder());
        LanguageModel again = read.model(WeightPlacement.frozen(DType.F32));
        for (Parameter weight : model.parameters()) {
            assertThat(again.parameter(weight.name()).value().bytes())
                    .as(weight.name())
                    .isEqualTo(weight.value().bytes());
        }
    }

    /**
     * One low-rank change of queries, keys and values together, and one of gate and up; of attention beside experts; of the matrices of
     * all experts; and of the maps of a linear layer. What is saved of them is read with the same bits.
     */
    @ParameterizedTest
    @CsvSource({
        "phi3, adapter-fused",
        "qwen3_moe, adapter-attention",
        "qwen3_moe, adapter-experts",
        "qwen3_5, adapter-linears"
    })
    void anAdapterOfPeftIsReadMergedAndSaved(String family, String name) throws IOException {
        LanguageModel model = frozen(family);
        Adapter adapter = AdapterFiles.read(path(family).resolve(name), model.config());
        List<double[]> expected = logProbabilities(family, name + "/expected.jsonl");
        Merge.write(Checkpoint.open(path(family)), adapter, folder.resolve("merged"), DType.F32);
        LanguageModel merged = Checkpoint.open(folder.resolve("merged")).model(WeightPlacement.frozen(DType.F32));
        List<double[]> expectedOfMerged = logProbabilities(family, name + "/expected-merged.jsonl");
        Path saved = folder.resolve("saved");
        AdapterFiles.write(saved, adapter, model.config(), null, fingerprint(model));
        Adapter again = AdapterFiles.read(saved, model.config());
        try (Scope scope = Scope.open()) {
            List<Example> rows = rows(family);
            for (int i = 0; i < rows.size(); i++) {
                Batch row = Batch.of(List.of(rows.get(i)));
                requireLike(model, adapter, row, expected.get(i));
                requireLike(merged, null, row, expectedOfMerged.get(i));
                requireLike(model, again, row, expected.get(i));
            }
            AdapterFiles.write(folder.resolve("twice"), again, model.config(), null, fingerprint(model));
            assertThat(folder.resolve("twice").resolve(AdapterFiles.WEIGHTS))
                    .hasSameBinaryContentAs(saved.resolve(AdapterFiles.WEIGHTS));
        }
    }

    private Fingerprint fingerprint(LanguageModel model) {
        return Fingerprint.of(model.config(), TinyTokenizers.bytes(folder), null, Set.of());
    }

    private static void requireLike(LanguageModel model, @Nullable Adapter adapter, Batch batch, double... expected) {
        float[] actual = model.score(batch, adapter).logProbabilities().floats();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("token " + i).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    private static double norm(float... values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static LanguageModel frozen(String family) {
        return Checkpoint.open(path(family)).model(WeightPlacement.frozen(DType.F32));
    }

    private static Path path(String family) {
        return Reference.path("families/" + family);
    }

    private static List<Example> rows(String family) throws IOException {
        List<Example> rows = new ArrayList<>();
        for (JsonNode line : lines(family, "rows.jsonl")) {
            rows.add(Example.ofText(rows.size(), Reference.ints(line.get("ids"))));
        }
        return rows;
    }

    private static List<double[]> logProbabilities(String family, String file) throws IOException {
        List<double[]> rows = new ArrayList<>();
        for (JsonNode line : lines(family, file)) {
            double[] row = new double[line.get("logprobs").size()];
            Arrays.setAll(row, i -> line.get("logprobs").get(i).asDouble());
            rows.add(row);
        }
        return rows;
    }

    private static List<JsonNode> lines(String family, String file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path(family).resolve(file))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
