package dev.hone.recipes.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hone.config.Settings;
import dev.hone.recipes.rule.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The page docs/run-file.md says all there is to write in a run's file, and nothing else. */
class RunFilePageTest {
    private static final String PAGE = page();
    private static final JsonNode SCHEMA = RunFileSchema.generate();

    @Test
    void itsYamlIsValid() {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml());
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(SCHEMA)
                        .validate(new ObjectMapper().<JsonNode>valueToTree(read)))
                .isEmpty();
    }

    /** {@code `orpo: {beta: 0.1}`} below the YAML. */
    static Stream<MatchResult> others() {
        return settings(PAGE.substring(PAGE.indexOf("\nThe others: "), PAGE.indexOf("\n## ", yamlEnd())));
    }

    /** The same of those that sample. */
    static Stream<MatchResult> sampling() {
        int from = PAGE.indexOf("\nThe other methods that sample");
        return settings(PAGE.substring(from, PAGE.indexOf("\n\n", from)));
    }

    private static Stream<MatchResult> settings(String part) {
        return Pattern.compile("`([a-z-]+): (\\{[^`]*})`").matcher(part).results();
    }

    @ParameterizedTest
    @MethodSource("others")
    void theOtherMethodsDefaultsAreTheirDefaults(MatchResult method) {
        String run = "method: " + method.group(1) + "\nmodel: m\noutput: o\ndata: {train: rows.jsonl}\n";
        String teacher = method.group(1).equals("distill") ? "distill: {teacher: FOLDER}\n" : "";
        assertThat(read(run + method.group(1) + ": " + method.group(2))).isEqualTo(read(run + teacher));
    }

    @ParameterizedTest
    @MethodSource("sampling")
    void theDefaultsOfMethodsThatSampleAreTheirDefaults(MatchResult method) {
        boolean isJudged = !method.group(1).equals("online-distill");
        String run = "method: " + method.group(1) + "\nmodel: m\noutput: o\ndata: {train: rows.jsonl}\n"
                + (isJudged ? "rewards: exact\n" : "");
        String teacher = isJudged ? "" : "online-distill: {teacher: FOLDER}\n";
        assertThat(read(run + method.group(1) + ": " + method.group(2))).isEqualTo(read(run + teacher));
    }

    @Test
    void everyMethodsSettingsAreDocumented() {
        List<String> methods = new ArrayList<>();
        Stream.concat(others(), sampling()).forEach(method -> methods.add(method.group(1)));
        assertThat(methods).hasSizeGreaterThan(5);
        methods.addAll(List.of("dpo", "grpo", "pretrain", "cpt")); // in the YAML, and two that have none
        List<String> known = new ArrayList<>();
        SCHEMA.at("/properties/method/enum").forEach(name -> known.add(name.asText()));
        assertThat(methods).containsExactlyInAnyOrderElementsOf(known);
    }

    /** Every key, and every word that a key may have. */
    @Test
    void everyKeyAndEveryWordIsNamed() {
        Set<String> words = new TreeSet<>();
        collect(SCHEMA, words);
        assertThat(words).contains("rows-per-batch", "inverse-sqrt", "rank-stabilised");
        words.removeAll(Set.of("saved")); // a name for {path: DIR} that nobody needs to write
        assertThat(words)
                .filteredOn(word -> !Pattern.compile("(?<![a-z-])" + Pattern.quote(word) + "(?![a-z-])")
                        .matcher(PAGE)
                        .find())
                .isEmpty();
    }

    /** The first column of the table of rules. */
    @Test
    void theTableOfRulesNamesEachRule() {
        String table = PAGE.substring(PAGE.indexOf("| name | refused |"));
        List<String> named = Pattern.compile("(?m)^\\| `([a-z-]+)`( \\*)? \\|")
                .matcher(table)
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Rule.values()).map(Rule::label).toList());
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

    private static RunFile read(String yaml) {
        return RunFile.read(Settings.parse("run.yaml", yaml)).value();
    }

    private static String yaml() {
        return PAGE.substring(PAGE.indexOf("```yaml") + 7, yamlEnd());
    }

    private static int yamlEnd() {
        return PAGE.indexOf("```\n", PAGE.indexOf("```yaml") + 7);
    }

    private static String page() {
        try {
            return Files.readString(Path.of("../docs/run-file.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
