package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Settings;
import dev.hone.files.JsonFiles;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs whose result judges others, or which have a teacher. */
class CompanionTest {
    private static final String ADAPTER = "adapter: {rank: 4, alpha: 8}";

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        write("pairs", "{\"prompt\": \"say %c\", \"chosen\": \"good\", \"rejected\": \"bad\", \"margin\": 0.5}");
        write("rows", "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}");
    }

    private void write(String name, String row) throws IOException {
        Files.write(
                folder.resolve(name + ".jsonl"),
                IntStream.range(0, 26).mapToObj(i -> row.formatted('a' + i)).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ADAPTER})
    void aRewardModelComesToScoreWhatWasChosenHigherAndScoresSamples(String adapter) throws IOException {
        run("judge", "reward", adapter, "pairs");

        assertThat(said).anyMatch(line -> line.startsWith("of 5 held-out pairs it prefers the chosen side in 100.0 %"));
        JsonNode calibration = JsonFiles.read(folder.resolve("judge/calibration.json"));
        assertThat(calibration.path("right").asInt()).isEqualTo(5);
        assertThat(calibration.path("bins")).hasSize(10);
        JsonNode config = JsonFiles.read(
                folder.resolve("judge/final/" + (adapter.isEmpty() ? "config.json" : "adapter_config.json")));
        assertThat(config.toString()).contains(adapter.isEmpty() ? "LlamaForSequenceClassification" : "SEQ_CLS");

        Task task = new Task(0, List.of(Message.user("say z")), JsonNodeFactory.instance.objectNode());
        try (Reward reward =
                RewardChoice.of("model:" + folder.resolve("judge/final")).open("answer")) {
            List<Double> scores = reward.scores(task, List.of(reply("good"), reply("bad")));
            assertThat(scores.get(0)).isGreaterThan(scores.get(1));
        }
    }

    /** The student starts as the teacher did before it was taught: their distance is what was taught. */
    @Test
    void aStudentComesCloseToItsTeacher() throws IOException {
        run("teacher", "sft", "", "rows");
        run("student", "distill", "distill: {teacher: %s/teacher/final}".formatted(folder), "rows");

        List<MetricsRow> rows = MetricsFile.read(folder.resolve("student/metrics.jsonl"));
        assertThat(rows.get(39).value("loss")).isLessThan(rows.get(0).value("loss") / 3);
        List<MetricsRow> taught = MetricsFile.read(folder.resolve("teacher/metrics.jsonl"));
        assertThat(rows.get(39).value("evaluation/nll"))
                .isCloseTo(taught.get(39).value("evaluation-loss"), within(0.5));
    }

    @Test
    void aTeacherWithOtherTokensIsRefused() throws IOException {
        TinyTokenizers.learned(folder.resolve("other"), 8, List.of("other words"))
                .close();
        CheckpointWriter.write(folder.resolve("other"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);

        assertThatThrownBy(() -> run("student", "distill", "distill: {teacher: %s/other}".formatted(folder), "rows"))
                .isInstanceOf(dev.hone.config.ConfigurationException.class)
                .hasMessageContaining("name a teacher with the student's own tokenizer.json");
    }

    private void run(String name, String method, String more, String rows) {
        String yaml = """
                method: %s
                model: %s/model
                output: %2$s/%s
                %s
                data: {train: %2$s/%s.jsonl, evaluate: {share: 0.2}}
                training:
                  steps: 40
                  rows-per-step: 8
                  learning-rate: 3.0e-3
                  compute: fp32
                  evaluate-every: 10
                """.formatted(method, folder, name, more, rows);
        Settings settings = Settings.parse("run.yaml", yaml);
        TinyRun.train(settings, TinyRun.listening(said::add));
    }

    private static Completion reply(String text) {
        return new Completion(new int[0], new float[0], text, StopReason.END_OF_TEXT);
    }
}
