package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The ways of cutting a text into words before byte pairs are merged that llama.cpp knows by a name. A row is what tokenizer.json says: its
 * steps, and whether a word that is a token stays one whatever the merges say.
 */
enum PreTokenizer {
    QWEN2(false, split(Words.TILL_SPACE.formatted("\\p{N}")), "qwen2", "deepseek-r1-qwen", "megrez"),
    LLAMA3(true, split(Words.TILL_SPACE.formatted("\\p{N}{1,3}")), "llama-bpe", "llama3", "llama-v3"),
    LLAMA3_MERGED(false, split(Words.TILL_SPACE.formatted("\\p{N}{1,3}")), "smaug-bpe", "dbrx"),
    QWEN35(
            false,
            split(Words.CONTRACTIONS
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
                    + Words.SPACES),
            "qwen35"),
    TEKKEN(
            true,
            split(Words.CASED.formatted("", "") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + Words.SPACES),
            "tekken"),
    GPT4O(
            false,
            split(Words.CASED.formatted(Words.CONTRACTIONS + "?", Words.CONTRACTIONS + "?")
                    + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                    + Words.SPACES),
            "gpt-4o",
            "llama4"),
    GPT2(false, List.of(Words.OWN), "gpt-2", "exaone4", "phi-2"),
    DIGITS(false, List.of("Digits", Words.OWN), "smollm", "starcoder", "exaone", "command-r", "refact");

    /** Parts of the expressions that tokenizer.json files hold. */
    private static final class Words {
        static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        static final String TILL_SPACE =
                CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|%s| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
        static final String CASED =
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+%s"
                        + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*%s";
        static final String OWN = "ByteLevel with its own expression";
        static final String PLAIN = "ByteLevel";
    }

    private final boolean ignoresMerges;
    private final List<String> steps;
    private final List<String> names;

    PreTokenizer(boolean ignoresMerges, List<String> steps, String... names) {
        this.ignoresMerges = ignoresMerges;
        this.steps = steps;
        this.names = List.of(names);
    }

    private static List<String> split(String expression) {
        return List.of(expression, Words.PLAIN);
    }

    /** That of a tokenizer.json; empty where llama.cpp has none that cuts the same. */
    static Optional<PreTokenizer> of(JsonNode tokenizer) {
        List<String> steps = new ArrayList<>();
        JsonNode section = tokenizer.path("pre_tokenizer");
        for (JsonNode step : section.has("pretokenizers") ? section.path("pretokenizers") : List.of(section)) {
            steps.add(
                    switch (step.path("type").asText()) {
                        case "Split" ->
                            step.path("behavior").asText().equals("Isolated")
                                            && !step.path("invert").asBoolean()
                                    ? step.path("pattern").path("Regex").asText()
                                    : "";
                        case "Digits" -> step.path("individual_digits").asBoolean() ? "Digits" : "";
                        case "ByteLevel" ->
                            step.path("add_prefix_space").asBoolean()
                                    ? ""
                                    : step.path("use_regex").asBoolean(true) ? Words.OWN : Words.PLAIN;
                        default -> "";
                    });
        }
        boolean ignores = tokenizer.path("model").path("ignore_merges").asBoolean();
        return Arrays.stream(values())
                .filter(row -> row.steps.equals(steps) && row.ignoresMerges == ignores)
                .findFirst();
    }

    /** That of a name; empty where it is none of these. */
    static Optional<PreTokenizer> named(String name) {
        return Arrays.stream(values()).filter(row -> row.names.contains(name)).findFirst();
    }

    static String known() {
        return String.join(
                ", ", Arrays.stream(values()).map(row -> row.names.get(0)).toList());
    }

    /** The name llama.cpp knows it by. */
    String shown() {
        return names.get(0);
    }

    boolean ignoresMerges() {
        return ignoresMerges;
    }

    /** Whether tokenizers of this kind compose characters (NFC) before they are cut; no file says so. */
    boolean composes() {
        return this == QWEN2 || this == QWEN35;
    }

    /** The section of a tokenizer.json. */
    ObjectNode section() {
        ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
        ArrayNode list = sequence.putArray("pretokenizers");
        for (String step : steps) {
            ObjectNode node = list.addObject();
            switch (step) {
                case "Digits" -> node.put("type", "Digits").put("individual_digits", true);
                case Words.OWN, Words.PLAIN ->
                    node.put("type", "ByteLevel")
                            .put("add_prefix_space", false)
                            .put("trim_offsets", true)
                            .put("use_regex", step.equals(Words.OWN));
                default -> {
                    node.put("type", "Split");
                    node.putObject("pattern").put("Regex", step);
                    node.put("behavior", "Isolated").put("invert", false);
                }
            }
        }
        return sequence;
    }
}
