package dev.hone.recipes.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hone.config.Settings;
import dev.hone.recipes.evaluate.Cases;
import dev.hone.recipes.evaluate.EvaluationTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The page docs/evaluate.md says all there is to write in a file of evaluation tasks, and nothing else. */
class EvaluatePageTest {
    private static final String PAGE = page();
    private static final JsonNode SCHEMA = EvaluationFileSchema.generate();

    @Test
    void itsYamlIsValid() {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml());
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(SCHEMA)
                        .validate(new ObjectMapper().<JsonNode>valueToTree(read)))
                .isEmpty();
    }

    /** What the first task says beside path, name, examples and gate is what it is without saying so. */
    @Test
    void theDefaultsItNamesAreTheDefaults() {
        EvaluationTask.Group written = Settings.parse("tasks.yaml", yaml())
                .bind(EvaluationFile.class)
                .value()
                .group();
        Cases first = written.cases().get(0);
        Cases plain = Settings.parse(
                        "tasks.yaml",
                        "cases: {path: sums.jsonl, name: sums, examples: {path: solved.jsonl}, gate: {at-least: 0.8}}")
                .bind(EvaluationFile.class)
                .value()
                .group()
                .cases()
                .get(0);
        assertThat(first).isEqualTo(plain);
    }

    @Test
    void everyKeyAndEveryWordIsNamed() {
        Set<String> words = new TreeSet<>();
        collect(SCHEMA, words);
        assertThat(words).contains("few-shot", "lose-at-most", "kobest-boolq");
        assertThat(words)
                .filteredOn(word -> !Pattern.compile("(?<![a-z-])" + Pattern.quote(word) + "(?![a-z-])")
                        .matcher(PAGE)
                        .find())
                .isEmpty();
    }

    private static void collect(JsonNode schema, Set<String> words) {
        schema.path("properties").fieldNames().forEachRemaining(words::add);
        for (JsonNode word : schema.path("enum")) {
            words.add(word.asText());
        }
        for (JsonNode inner : schema) {
            collect(inner, words);
        }
    }

    private static String yaml() {
        int from = PAGE.indexOf("```yaml") + 7;
        return PAGE.substring(from, PAGE.indexOf("```\n", from));
    }

    private static String page() {
        try {
            return Files.readString(Path.of("../docs/evaluate.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
