package dev.hone.recipes.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a drafted run's file says. */
class RunDraftTest {
    @TempDir
    Path folder;

    private Path file(String name, String row) throws IOException {
        return Files.writeString(folder.resolve(name), (row.replace('\'', '"') + "\n").repeat(50));
    }

    private static RunFile draft(Path data) {
        return RunFile.read(Settings.parse("run.yaml", RunDraft.of(data, null, RunObserver.none())))
                .value();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'text': 'a'} | cpt",
                "{'prompt': 'a', 'completion': 'b'} | sft",
                "{'conversations': [{'from': 'human', 'value': 'a'}, {'from': 'gpt', 'value': 'b'}]} | sft",
                "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'} | dpo",
                "{'prompt': 'a', 'completion': 'b', 'label': true} | kto",
                "{'prompt': 'a', 'answer': '4'} | grpo"
            })
    void theMethodIsTheOneThatRowsAreFor(String row, String method) throws IOException {
        RunFile run = draft(file("rows.jsonl", row));
        assertThat(run.method().label()).isEqualTo(method);
        assertThat(run.data().evaluateFile()).isEmpty();
        assertThat(run.data().trainPaths()).containsExactly(folder.resolve("rows.jsonl"));
    }

    @Test
    void ofFewRowsNoneAreHeldOutAndNothingIsMeasured() throws IOException {
        Path few = Files.writeString(folder.resolve("few.jsonl"), "{\"text\": \"a\"}\n".repeat(5));
        assertThat(draft(few).training().hyperparameters().evaluateEvery()).isZero();
    }

    @Test
    void columnsAreGuessedOrThoseOfADatasetInfo() throws IOException {
        Path guessed = file("a b.jsonl", "{'question': 'a', 'answer': 'b'}");
        assertThat(draft(guessed).data().columns()).isEqualTo(Map.of("prompt", "question", "completion", "answer"));
        Files.writeString(
                folder.resolve("dataset_info.json"),
                "{\"x\": {\"file_name\": \"c.jsonl\", \"formatting\": \"sharegpt\", \"columns\": {\"messages\": \"talk\"},"
                        + " \"tags\": {\"role_tag\": \"who\", \"content_tag\": \"said\", \"user_tag\": \"u\", \"assistant_tag\": \"v\"}}}");
        Path told = file("c.jsonl", "{'talk': [{'who': 'u', 'said': 'a'}, {'who': 'v', 'said': 'b'}]}");
        assertThat(draft(told).data().columns())
                .containsEntry("messages", "talk")
                .containsEntry("messages.role", "who")
                .containsEntry("messages.user", "u");
        assertThat(draft(told).data().trainFiles().get(0).open().row(0).toString())
                .isEqualTo(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}");
    }

    @Test
    void rowsThatNoMethodLearnsFromAreRefused() throws IOException {
        Path steps = file("a.jsonl", "{'prompt': 'a', 'completions': ['b'], 'labels': [true]}");
        assertThatThrownBy(() -> draft(steps))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a.jsonl:1: is one of steps of solutions");
        Path unknown = file("b.jsonl", "{'x': 1}");
        assertThatThrownBy(() -> draft(unknown)).hasMessageContaining("b.jsonl:1: has columns [x]");
    }
}
