package dev.hone.recipes.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.config.Settings;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPolicyTest {
    private static final List<Message> QUESTION = List.of(Message.user("2 + 2 ="));

    @TempDir
    Path folder;

    /** A task that asks in plain text is measured in plain text, whatever the run's rows are written in. */
    @Test
    void aViewHasTheTemplateThatIsAskedFor() throws IOException {
        TinyRun tiny = TinyRun.in(folder);
        Path plain = Files.writeString(folder.resolve("plain.jinja"), """
                {%- for message in messages -%}
                    {{- message.content -}}
                {%- endfor -%}
                """);
        RunFile file =
                RunFile.read(Settings.parse("run.yaml", tiny.yaml("run", ""))).value();
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(file)) {
            RunPolicy policy = RunPolicy.open(file, language);

            assertThat(text(Objects.requireNonNull(policy.view("auto").template())))
                    .isNotEqualTo("2 + 2 =");
            assertThat(text(Objects.requireNonNull(policy.view(plain.toString()).template())))
                    .isEqualTo("2 + 2 =");
        }
    }

    private static String text(ChatTemplate template) {
        return template.text(QUESTION, List.of(), ChatTemplate.Options.prompt());
    }
}
