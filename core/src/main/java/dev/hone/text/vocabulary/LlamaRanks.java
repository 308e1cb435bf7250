package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code tokenizer.model} of Llama 3: a line of base 64 and rank for each token, as tiktoken stores it. Pattern and special tokens stand
 * in no file; they are those of the model family, which is known by its number of tokens.
 */
final class LlamaRanks {
    private static final int TOKENS = 128_000;
    private static final int SPECIAL = 256;
    private static final String BEGIN = "<|begin_of_text|>";
    private static final String END = "<|end_of_text|>";
    private static final String PATTERN =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** Special tokens by their number; an empty one is reserved. */
    private static final List<String> NAMED = List.of(
            BEGIN,
            END,
            "",
            "",
            "<|finetune_right_pad_id|>",
            "",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eom_id|>",
            "<|eot_id|>",
            "<|python_tag|>");

    private LlamaRanks() {}

    /** Whether a file looks like one. */
    static boolean begin(byte[] content) {
        int at = 0;
        while (at < content.length && at < 100 && content[at] > ' ') {
            at++;
        }
        return at > 0 && at + 1 < content.length && content[at] == ' ' && Character.isDigit(content[at + 1]);
    }

    static Converted convert(String content, JsonNode config) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        int line = 0;
        for (String entry : content.lines().toList()) {
            line++;
            String[] parts = entry.split(" ", -1);
            if (parts.length != 2 || !parts[1].equals(String.valueOf(ranks.size()))) {
                throw new IllegalArgumentException("line " + line + " (" + (entry.length() > 40 ? "…" : entry)
                        + ") is not a token in base 64 with the rank " + ranks.size() + "; fetch it again");
            }
            if (ranks.put(RankedBytes.spelled(parts[0], "line " + line), ranks.size()) != null) {
                throw new IllegalArgumentException("line " + line + " is there twice");
            }
        }
        if (ranks.size() != TOKENS) {
            throw new IllegalArgumentException(
                    "holds " + ranks.size() + " ranks in tiktoken's form, without the pattern that"
                            + " they are used with, which is known for Llama 3 (" + TOKENS
                            + " ranks) alone; put the model's tokenizer.json beside it");
        }
        List<AddedToken> special = new ArrayList<>();
        int reserved = 0;
        for (int i = 0; i < SPECIAL; i++) {
            String name = i < NAMED.size() ? NAMED.get(i) : "";
            special.add(AddedToken.special(
                    TOKENS + i, name.isEmpty() ? "<|reserved_special_token_" + reserved++ + "|>" : name));
        }
        JsonNode decoder = config.path("added_tokens_decoder");
        List<AddedToken> all =
                decoder.isEmpty() ? special : AddedToken.with(List.of(), config, config.path("-"), ranks);
        return new RankedBytes(PATTERN, ranks, 0)
                .convert(all, Map.of(BEGIN, TOKENS), new Converted.Names(BEGIN, END, null, null));
    }
}
