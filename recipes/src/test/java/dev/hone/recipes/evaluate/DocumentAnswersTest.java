package dev.hone.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Interval;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentAnswersTest {
    @TempDir
    private Path folder;

    @Test
    void aFileAsksForATaskOfEachCondition() {
        assertThat(tasks("raft: {path: h.jsonl, distractors: [0, 8], absent: 2, retrieved: [1]}"))
                .extracting(EvaluationTask::title)
                .containsExactly("closed book", "oracle + 0", "oracle + 8", "retrieved 1", "absent, 2");
        assertThat(
                        tasks(
                                "raft: {path: h.jsonl, name: en, closed-book: false, distractors: 0, absent: [], retrieved: []}"))
                .extracting(EvaluationTask::title)
                .containsExactly("en: oracle + 0");
    }

    @Test
    void moreDocumentsThanRowsBringAreRefused() {
        assertThatThrownBy(() -> tasks("raft: {path: h.jsonl, distractors: [9]}"))
                .hasMessageContaining("distractors ([9]) must be from 0 to 8 documents");
    }

    /** Two right of three, one of them quoting; F1 1, 1 and 0. */
    @Test
    void aScoreIsTheShareOfRightAnswersWithWhatElseWasSeen() {
        List<CaseResult> replies =
                List.of(reply(true, 1, true, false), reply(true, 1, false, false), reply(false, 0, false, true));
        DocumentScore score = DocumentScore.of(replies, false);
        assertThat(score.measure().value()).isEqualTo(2.0 / 3);
        assertThat(score.sentence(null))
                .isEqualTo(
                        "66.7 % of 3 right (95 %: 20.8–93.9), F1 66.7 %, 33.3 % with quotations from the right document");
        assertThat(DocumentScore.read(score.json())).contains(score);
        assertThat(score.measure("cited").value()).isEqualTo(1.0 / 3);
        assertThat(score.measure("f1").value()).isEqualTo(2.0 / 3);
        assertThat(score.measure("f1").interval()).isEqualTo(new Interval(0, 1)); // three questions tell little
        assertThat(score.measure("refused").value()).isEqualTo(1.0 / 3);
        DocumentScore refusing = DocumentScore.of(replies, true);
        assertThat(refusing.measure().value()).isEqualTo(1.0 / 3);
        assertThat(refusing.sentence(score))
                .isEqualTo("33.3 % of 3 refused (95 %: 6.1–79.2); 66.7 % answered right all the same, -33.3 points");
    }

    @Test
    void aGateNamesItsConditionAndItsMeasure() {
        List<EvaluationTask> tasks =
                tasks("raft: {path: h.jsonl, distractors: 4, absent: 4, retrieved: [], closed-book: false,"
                        + " gates: [{measure: cited, at-least: 0.5}, {condition: \"absent, 4\", at-least: 0.4}]}");
        assertThat(tasks)
                .extracting(
                        task -> task.gates().stream().map(on -> on.title(task)).toList())
                .containsExactly(List.of("oracle + 4, cited"), List.of("absent, 4, cited", "absent, 4"));
        assertThat(tasks.get(0).identity())
                .isEqualTo(tasks("raft: {path: h.jsonl, distractors: 4}").get(1).identity());
    }

    private static CaseResult reply(boolean exact, double f1, boolean cited, boolean refused) {
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("exact", exact)
                .put("f1", f1)
                .put("cited", cited)
                .put("refused", refused);
        return new CaseResult(0, "h.jsonl:1", "?", "", "", exact, exact ? 1 : 0, 1, details);
    }

    @Test
    void aModelIsAskedEveryRowThatHasTheDocuments() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Path rows = folder.resolve("held-out.jsonl");
        Files.writeString(rows, """
                {"question": "When?", "answers": ["Friday"], "oracle": "On Friday.", "distractors": ["a"], "retrieved": []}
                {"question": "Where?", "answers": ["Malgol"], "oracle": "In Malgol.", "distractors": [], "retrieved": []}
                """);
        try (LoadedModel model =
                LoadedModel.open(folder.resolve("model"), null, ComputeChoice.of(DType.F32), "chatml", warning -> {})) {
            List<EvaluationTask> tasks =
                    tasks("raft: {path: " + rows + ", distractors: [1, 0], absent: [], retrieved: 1, max-tokens: 4}");
            assertThat(tasks.get(0)
                            .evaluate(model, RunObserver.none())
                            .orElseThrow()
                            .json()
                            .path("rows")
                            .asInt())
                    .isEqualTo(2);
            assertThat(tasks.get(1)
                            .evaluate(model, RunObserver.none())
                            .orElseThrow()
                            .json()
                            .path("rows")
                            .asInt())
                    .isEqualTo(1);
            assertThatThrownBy(() -> tasks.get(3).evaluate(model, RunObserver.none()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("no row has the documents for “retrieved 1”");
            Files.writeString(rows, "{\"question\": \"When?\"}\n");
            assertThatThrownBy(() -> tasks.get(0).evaluate(model, RunObserver.none()))
                    .hasMessageContaining("held-out.jsonl:1: has no question, answers and oracle");
        }
    }

    private static List<EvaluationTask> tasks(String yaml) {
        return EvaluationTask.Group.all(
                Settings.parse("e.yaml", yaml).bind(EvaluationTask.Group.class).value());
    }
}
