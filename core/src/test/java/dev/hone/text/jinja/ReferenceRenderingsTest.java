package dev.hone.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Templates of published checkpoints, each rendered in ten situations, against what Python's engine makes of them. */
class ReferenceRenderingsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyRenderingMatchesAndEveryRefusalIsARefusal() throws IOException {
        String reference = System.getProperty("hone.reference", "");
        Assumptions.assumeFalse(
                reference.isEmpty(), "hone.reference is not set, so there are no renderings to compare with");
        Path folder = Path.of(reference, "chat-templates");
        JsonNode contexts =
                JSON.readTree(folder.resolve("contexts.json").toFile()).get("contexts");
        List<String> failures = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(folder.resolve("expected.jsonl"))) {
            JsonNode row = JSON.readTree(line);
            String failure =
                    failure(folder, row, contexts.get(row.get("context").asText()));
            if (failure != null) {
                failures.add(
                        row.get("template").asText() + " " + row.get("context").asText() + ": " + failure);
            }
            rows++;
        }
        assertThat(failures).as("of %d renderings", rows).isEmpty();
        assertThat(rows).isPositive();
    }

    private static @Nullable String failure(Path folder, JsonNode row, JsonNode context) throws IOException {
        String name = row.get("template").asText();
        Map<String, Object> variables = new HashMap<>();
        variables.put("messages", plain(context.get("messages")));
        variables.put("tools", plain(context.get("tools")));
        variables.put("documents", null);
        variables.put("add_generation_prompt", row.get("add_generation_prompt").asBoolean());
        variables.put("bos_token", row.get("bos_token").asText());
        variables.put("eos_token", row.get("eos_token").asText());
        row.get("kwargs").properties().forEach(entry -> variables.put(entry.getKey(), plain(entry.getValue())));
        try {
            String text = Template.parse(name, Files.readString(folder.resolve(name)))
                    .render(variables, CLOCK)
                    .text();
            if (row.has("error")) {
                return "rendered, although the reference fails with "
                        + row.get("error").asText();
            }
            return difference(row.get("output").asText(), text);
        } catch (TemplateException refused) {
            return row.has("error") ? null : refused.getMessage();
        }
    }

    private static @Nullable Object plain(@Nullable JsonNode node) {
        return node == null ? null : JSON.convertValue(node, Object.class);
    }

    private static @Nullable String difference(String expected, String actual) {
        if (expected.equals(actual)) {
            return null;
        }
        int at = 0;
        while (at < Math.min(expected.length(), actual.length()) && expected.charAt(at) == actual.charAt(at)) {
            at++;
        }
        return "from character %d expected [%s] but got [%s]".formatted(at, excerpt(expected, at), excerpt(actual, at));
    }

    private static String excerpt(String text, int at) {
        return text.substring(at, Math.min(text.length(), at + 60)).replace("\n", "\\n");
    }
}
