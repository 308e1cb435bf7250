package dev.hone.recipes.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.Settings;
import dev.hone.config.SettingsSchema;
import dev.hone.recipes.run.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/run-file.md says of guards. */
class GuardPageTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "run-file.md"));
    }

    /** What it says is left out changes nothing where it is left out. */
    @Test
    void theDocumentedDefaultsAreTheDefaults() throws IOException {
        String page = page();
        int from = page.indexOf("```yaml\n") + "```yaml\n".length();
        Settings written = RunFile.recorded(
                        Settings.parse("run-file.md", page.substring(from, page.indexOf("```", from))))
                .value()
                .guards();
        Settings bare = Settings.parse("run.yaml", """
                retention: {texts: [general.jsonl], cases: [{path: sums.jsonl, name: sums, reward: numeric}]}
                task: {cases: [facts.jsonl]}
                forget-at-most: 2 %
                budgets: {sums: 5 %}
                forecast: {}
                overfitting: {gap-at-most: 0.5}
                spill-over: {path: unrelated.jsonl, reward: contains, at-most: 5 %}
                """);

        assertThat(read(written)).isEqualTo(read(bare));
    }

    private static GuardSettings read(Settings guards) {
        return guards.under("guards").bind(GuardSettings.Frame.class).value().guards();
    }

    /** Every key of the group, and every action; those of evaluation tasks stand where these are described. */
    @Test
    void everyKeyAndEveryActionIsNamed() throws IOException {
        String page = page();
        JsonNode schema = SettingsSchema.partOf(GuardSettings.class);
        List<String> words = new ArrayList<>();
        collect(schema, words);
        for (GuardSettings.OnForgetting action : GuardSettings.OnForgetting.values()) {
            words.add(action.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        assertThat(words).contains("forget-at-most", "gap-at-most", "raise-replay");
        assertThat(words)
                .filteredOn(word -> !Pattern.compile("(?<![a-z-])" + Pattern.quote(word) + "(?![a-z-])")
                        .matcher(page)
                        .find())
                .isEmpty();
    }

    private static void collect(JsonNode schema, List<String> words) {
        schema.path("properties").properties().forEach(entry -> {
            words.add(entry.getKey());
            if (!entry.getKey().equals("retention") && !entry.getKey().equals("task")) {
                collect(entry.getValue(), words);
            }
        });
        schema.path("anyOf").forEach(form -> collect(form, words));
    }
}
