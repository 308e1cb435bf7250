package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tekken.json} of mistral-common: {@code config} (the pattern, and how many ids there are), {@code vocab} (byte strings in the order of
 * their ranks, of which as many count as there are ids) and {@code special_tokens}, whose ids come first. Special tokens that the file does
 * not name are called {@code <SPECIAL_n>}.
 */
final class TekkenFile {
    private static final int MOST = 1 << 24;

    /** Each is a token of its own; real files have a thousand. */
    private static final int MOST_SPECIAL = 1 << 16;

    /** Special tokens of files that name none, by their ids. */
    private static final List<String> FIRST = List.of(
            "<unk>",
            "<s>",
            "</s>",
            "[INST]",
            "[/INST]",
            "[AVAILABLE_TOOLS]",
            "[/AVAILABLE_TOOLS]",
            "[TOOL_RESULTS]",
            "[/TOOL_RESULTS]",
            "[TOOL_CALLS]",
            "[IMG]",
            "<pad>",
            "[IMG_BREAK]",
            "[IMG_END]",
            "[PREFIX]",
            "[MIDDLE]",
            "[SUFFIX]",
            "[SYSTEM_PROMPT]",
            "[/SYSTEM_PROMPT]",
            "[TOOL_CONTENT]");

    private TekkenFile() {}

    static Converted convert(JsonNode root) {
        JsonNode config = root.path("config");
        String pattern = config.path("pattern").asText();
        int size = count(config, "default_vocab_size", MOST);
        int specials = count(config, "default_num_special_tokens", MOST_SPECIAL);
        if (pattern.isEmpty() || specials > size) {
            throw new IllegalArgumentException(
                    pattern.isEmpty()
                            ? "has no config.pattern; is it a tekken.json?"
                            : "has " + specials + " special tokens and " + size + " ids in all");
        }
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (JsonNode entry : root.path("vocab")) {
            int rank = ranks.size();
            if (rank == size - specials) {
                break; // the rest is there for tokenizers with more ids
            }
            String where = "vocab[" + rank + "]";
            if (entry.path("rank").asInt(-1) != rank) {
                throw new IllegalArgumentException(
                        where + " has the rank " + entry.path("rank") + "; ranks are numbered in order");
            }
            if (ranks.put(RankedBytes.spelled(entry.path("token_bytes").asText(), where), rank) != null) {
                throw new IllegalArgumentException(where + " is there twice");
            }
        }
        if (ranks.size() < size - specials) {
            throw new IllegalArgumentException("has " + ranks.size() + " entries in vocab where its config says "
                    + (size - specials) + "; fetch it again");
        }
        List<AddedToken> special = special(root.path("special_tokens"), specials);
        Map<String, Integer> names = new LinkedHashMap<>();
        special.forEach(token -> names.put(token.content(), token.id()));
        @Nullable Integer begin = names.get("<s>");
        return new RankedBytes(pattern, ranks, specials)
                .convert(
                        special,
                        begin == null ? Map.of() : Map.of("<s>", begin),
                        new Converted.Names(
                                known(names, "<s>"),
                                known(names, "</s>"),
                                known(names, "<pad>"),
                                known(names, "<unk>")));
    }

    private static @Nullable String known(Map<String, Integer> names, String token) {
        return names.containsKey(token) ? token : null;
    }

    private static int count(JsonNode config, String name, int most) {
        JsonNode count = config.path(name);
        if (!count.isInt() || count.intValue() < 1 || count.intValue() > most) {
            throw new IllegalArgumentException(
                    "has config." + name + " (" + count + "); a number from 1 to " + most + " must stand there");
        }
        return count.intValue();
    }

    private static List<AddedToken> special(JsonNode named, int count) {
        Map<Integer, String> texts = new LinkedHashMap<>();
        if (named.isEmpty()) {
            FIRST.forEach(text -> texts.put(texts.size(), text));
        }
        for (JsonNode token : named) {
            int rank = token.path("rank").asInt(-1);
            String text = token.path("token_str").asText();
            if (rank < 0 || rank >= count || text.isEmpty()) {
                throw new IllegalArgumentException("has the special token (" + text + ") with the rank "
                        + token.path("rank") + "; allowed are texts with ranks from 0 to " + (count - 1));
            }
            if (texts.containsKey(rank) || texts.containsValue(text)) {
                throw new IllegalArgumentException("has the special token " + text + " or its rank " + rank + " twice");
            }
            texts.put(rank, text);
        }
        List<AddedToken> special = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            special.add(AddedToken.special(id, texts.getOrDefault(id, "<SPECIAL_" + id + ">")));
        }
        return special;
    }
}
