package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A token that is found in a text before the vocabulary sees it.
 *
 * @param special whether it marks structure and is no text
 * @param singleWord whether it is found only where no letter or digit is beside it
 * @param lstrip whether it takes the white space before it
 * @param rstrip whether it takes the white space after it
 * @param normalized whether it is looked for in the normalised text
 */
record AddedToken(
        int id,
        String content,
        boolean special,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized) {
    /** One that marks structure, found as it is written. */
    static AddedToken special(int id, String content) {
        return new AddedToken(id, content, true, false, false, false, false);
    }

    /** One that is text. */
    static AddedToken text(int id, String content, boolean normalized) {
        return new AddedToken(id, content, false, false, false, false, normalized);
    }

    /**
     * Those of a vocabulary, and what the files beside it say: {@code added_tokens_decoder} of {@code tokenizer_config.json} ({id: {content, lstrip,
     * …}}), else {@code added_tokens.json} ({content: id}), which only names what the vocabulary has not.
     *
     * @param names the spelling of each id of the vocabulary
     */
    static List<AddedToken> with(
            List<AddedToken> own, JsonNode config, JsonNode addedTokens, Map<String, Integer> names) {
        Map<Integer, AddedToken> all = new TreeMap<>();
        own.forEach(token -> all.put(token.id, token));
        addedTokens.properties().forEach(entry -> {
            if (!names.containsKey(entry.getKey()) && entry.getValue().canConvertToInt()) {
                put(all, special(entry.getValue().asInt(), entry.getKey()));
            }
        });
        config.path("added_tokens_decoder").properties().forEach(entry -> {
            JsonNode flags = entry.getValue();
            String content = flags.path("content").asText();
            int id = number(entry.getKey());
            if (names.getOrDefault(content, id) != id) {
                throw new IllegalArgumentException("gives the token " + content + " the id " + names.get(content)
                        + ", and added_tokens_decoder of tokenizer_config.json gives it " + id
                        + "; do the two files belong together?");
            }
            put(
                    all,
                    new AddedToken(
                            id,
                            content,
                            flags.path("special").asBoolean(),
                            flags.path("single_word").asBoolean(),
                            flags.path("lstrip").asBoolean(),
                            flags.path("rstrip").asBoolean(),
                            flags.path("normalized").asBoolean()));
        });
        return new ArrayList<>(all.values());
    }

    private static void put(Map<Integer, AddedToken> all, AddedToken token) {
        AddedToken before = all.put(token.id, token);
        if (before != null && !before.content.equals(token.content)) {
            throw new IllegalArgumentException("has the token " + before.content + " at id " + token.id
                    + ", where a file beside it has " + token.content + "; do the files belong together?");
        }
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,8}")) {
            throw new IllegalArgumentException(
                    "has an added_tokens_decoder beside it in tokenizer_config.json whose key (" + text + ") is no id");
        }
        return Integer.parseInt(text);
    }

    /** As a {@code tokenizer.json} lists it. */
    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }

    static void writeTo(ObjectNode sections, Collection<AddedToken> tokens) {
        tokens.forEach(token -> sections.withArray("added_tokens").add(token.json()));
    }
}
