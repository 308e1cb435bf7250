package dev.hone.recipes.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.config.Settings;
import dev.hone.recipes.evaluate.EvaluationTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page docs/raft.md names every setting with its default. */
class RaftPageTest {
    @Test
    void whatItSaysOfTheSettingsIsTheirDefaults() throws IOException {
        assertThat(RaftFile.read(Settings.parse("raft.md", yaml(0))).value())
                .isEqualTo(RaftFile.read(Settings.parse(
                                "raft.yaml", "documents: [handbook]\noutput: data/raft\nmodel: models/base\n"))
                        .value());
    }

    @Test
    void itNamesEverySettingAndEveryWord() throws IOException {
        String page = yaml(0);
        RaftFileSchema.generate().path("properties").properties().forEach(setting -> {
            assertThat(page).contains(setting.getKey() + ": ");
            setting.getValue().path("enum").forEach(word -> assertThat(page).contains(word.asText()));
        });
    }

    @Test
    void itsEvaluationIsOne() throws IOException {
        String group = yaml(1).replace("evaluate:\n", "").indent(-2);
        assertThat(EvaluationTask.Group.all(Settings.parse("raft.md", group)
                        .bind(EvaluationTask.Group.class)
                        .value()))
                .hasSize(7);
    }

    private static String yaml(int number) throws IOException {
        List<String> blocks = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(Files.readString(Path.of("../docs/raft.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replace("```yaml\n", "").replace("```", ""))
                .toList();
        return blocks.get(number);
    }
}
