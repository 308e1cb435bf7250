package dev.hone.recipes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSurveyTest {
    /** A folder that is not there has neither tokenizer, weights nor template: one line, beside that of the rows. */
    @Test
    void aModelThatIsNotThereIsOneProblem(@TempDir Path folder) {
        assertRefused(
                "method: sft\nmodel: %s/none\noutput: o\ndata:\n  train: %s/rows.jsonl\n".formatted(folder, folder),
                "run.yaml:2: model: " + folder + "/none: no such folder; a checkpoint is a folder with config.json and"
                        + " model.safetensors",
                "run.yaml:5: data.train[0]: " + folder + "/rows.jsonl: no such file");
    }

    @Test
    void aFolderInPlaceOfRowsIsAnsweredWithItsFiles(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"a\"}\n");
        assertRefused(
                "method: sft\nmodel: %s/none\noutput: o\ndata: {train: %s}\n".formatted(folder, folder),
                "data.train[0]: " + folder + ": is a folder, not a file",
                "a.jsonl");
    }

    private static void assertRefused(String yaml, String... parts) {
        Configured<RunFile> run = RunFile.read(Settings.parse("run.yaml", yaml));
        assertThatThrownBy(() -> RunSurvey.open(run))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).hasLineCount(2));
    }
}
