package dev.hone.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code model} of a {@code tokenizer.json}, read entry by entry: as a tree, hundreds of thousands of tokens and
 * merges would be several objects each, which took most of the time of opening a tokenizer.
 */
final class ModelSection {
    private static final int MAX_ID = 1 << 24;

    /**
     * A merge that does not join two tokens of what was read before it.
     *
     * @param rank its position among the merges
     */
    private record Doubt(int rank, JsonNode rule) {}

    private final Map<String, Integer> vocabulary = new HashMap<>();
    private final ObjectNode settings;
    private final List<Doubt> doubts = new ArrayList<>();
    private boolean hasVocabulary;
    private boolean hasMerges;
    /** What the second halves of all merges begin with; null: there is no merge. */
    private @Nullable String begun;

    private ModelSection(ObjectNode settings) {
        this.settings = settings;
    }

    /**
     * Reads from the section's opening brace to its closing one.
     *
     * @param empty what becomes {@link #settings}
     * @throws IllegalArgumentException saying what is wrong with an entry
     */
    static ModelSection read(JsonParser parser, ObjectNode empty) throws IOException {
        ModelSection section = new ModelSection(empty);
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                section.readIds(parser);
            } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
                section.readScored(parser);
            } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
                section.readMerges(parser);
            } else {
                empty.set(name, parser.readValueAsTree());
            }
        }
        if (!section.hasVocabulary) {
            throw broken("has a model without vocab", "its model must map tokens to ids");
        }
        return section;
    }

    private void readIds(JsonParser parser) throws IOException {
        hasVocabulary = true;
        for (String token = parser.nextFieldName(); token != null; token = parser.nextFieldName()) {
            vocabulary.put(
                    token,
                    parser.nextToken() == JsonToken.VALUE_NUMBER_INT
                            ? idOf(token, parser)
                            : id(token, parser.readValueAsTree()));
        }
    }

    private static int idOf(String token, JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.INT
                        && parser.getIntValue() >= 0
                        && parser.getIntValue() < MAX_ID
                ? parser.getIntValue()
                : id(token, parser.readValueAsTree());
    }

    /** The id that a file gives a token. */
    static int id(String token, JsonNode id) {
        if (!id.canConvertToInt() || !id.isIntegralNumber() || id.asInt() < 0 || id.asInt() >= MAX_ID) {
            throw broken("gives token " + token + " the id (" + id + ")", "ids are whole numbers from 0 to " + MAX_ID);
        }
        return id.asInt();
    }

    /** Unigram: [[token, score], …], the position is the id. */
    private void readScored(JsonParser parser) throws IOException {
        hasVocabulary = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode entry = parser.readValueAsTree();
            if (!entry.path(0).isTextual()) {
                throw broken("has a vocabulary entry that is not [token, score] (" + entry + ")", "fetch it again");
            }
            if (vocabulary.putIfAbsent(entry.path(0).asText(), vocabulary.size()) != null) {
                throw broken("lists the token " + entry.path(0).asText() + " twice", "fetch it again");
            }
        }
    }

    private void readMerges(JsonParser parser) throws IOException {
        hasMerges = true;
        for (int rank = 0; parser.nextToken() != JsonToken.END_ARRAY; rank++) {
            JsonNode rule = parser.readValueAsTree();
            if (!joins(rule, vocabulary)) {
                doubts.add(new Doubt(rank, rule));
            }
            String second = second(rule);
            begun = begun == null ? second : common(begun, second);
        }
    }

    private static boolean joins(JsonNode rule, Map<String, Integer> ids) {
        String first = first(rule);
        String second = second(rule);
        boolean two = rule.isTextual()
                ? first.length() + 1 + second.length() == rule.asText().length() && second.indexOf(' ') < 0
                : rule.size() == 2;
        return two && ids.containsKey(first) && ids.containsKey(second);
    }

    private static String first(JsonNode rule) {
        String text = rule.asText();
        return rule.isTextual()
                ? text.substring(0, Math.max(0, text.indexOf(' ')))
                : rule.path(0).asText();
    }

    private static String second(JsonNode rule) {
        String text = rule.asText();
        return rule.isTextual()
                ? text.substring(text.indexOf(' ') + 1)
                : rule.path(1).asText();
    }

    private static String common(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return a.length() == length ? a : a.substring(0, length);
    }

    /** The model's own tokens. */
    Map<String, Integer> vocabulary() {
        return vocabulary;
    }

    /** Everything but vocabulary and merges. */
    JsonNode settings() {
        return settings;
    }

    /**
     * Checks the merges, once all tokens are known.
     *
     * @param ids the vocabulary and what is added to it
     */
    void checkMerges(Map<String, Integer> ids) {
        boolean bpe = settings.path("type").asText("BPE").equals("BPE");
        if (bpe && !hasMerges) {
            throw broken("has a BPE model without merges", "it must list them in the order they were learned");
        }
        for (Doubt doubt : doubts) {
            if (!joins(doubt.rule, ids)) {
                throw broken(
                        "has merge " + doubt.rank + " (" + doubt.rule + ") that does not join two tokens",
                        "fetch it again");
            }
        }
        String prefix = settings.path("continuing_subword_prefix").asText("");
        if (bpe && begun != null && !begun.startsWith(prefix)) {
            throw broken(
                    "has a merge that joins a token that does not begin with continuing_subword_prefix (" + prefix
                            + ")",
                    "fetch it again");
        }
    }

    private static IllegalArgumentException broken(String what, String allowed) {
        return new IllegalArgumentException(what + "; " + allowed);
    }
}
