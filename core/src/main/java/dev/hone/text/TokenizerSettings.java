package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.text.vocabulary.Converted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer_config.json} says beyond the tokenizer itself. The file is optional; without it nothing is named.
 *
 * @param specialTokens  the tokens named as BOS, EOS, padding and unknown
 * @param addBosToken    whether BOS precedes every text; empty where the file does not say
 * @param modelMaxLength longest sequence in tokens; empty where unlimited or not said
 */
record TokenizerSettings(SpecialTokens specialTokens, Optional<Boolean> addBosToken, OptionalInt modelMaxLength) {
    static TokenizerSettings none() {
        return new TokenizerSettings(SpecialTokens.none(), Optional.empty(), OptionalInt.empty());
    }

    static TokenizerSettings read(Path file, Map<String, Integer> ids) {
        JsonNode root = TokenizerJson.parse(file);
        SpecialTokens tokens = new SpecialTokens(
                named(file, root, "bos_token", ids),
                named(file, root, "eos_token", ids),
                named(file, root, "pad_token", ids),
                named(file, root, "unk_token", ids));
        JsonNode addBos = root.path("add_bos_token");
        JsonNode longest = root.path("model_max_length");
        boolean limited = longest.isNumber() && longest.asDouble() >= 1 && longest.asDouble() < Integer.MAX_VALUE;
        return new TokenizerSettings(
                tokens,
                addBos.isBoolean() ? Optional.of(addBos.asBoolean()) : Optional.empty(),
                limited ? OptionalInt.of(longest.asInt()) : OptionalInt.empty());
    }

    /** The same with the tokens that the tokenizer's file itself names, where {@code tokenizer_config.json} names none. */
    TokenizerSettings withNames(Converted.@Nullable Names names, Map<String, Integer> ids) {
        if (names == null) {
            return this;
        }
        SpecialTokens both = new SpecialTokens(
                either(specialTokens.bos(), names.begin(), ids),
                either(specialTokens.eos(), names.end(), ids),
                either(specialTokens.pad(), names.padding(), ids),
                either(specialTokens.unk(), names.unknown(), ids));
        return new TokenizerSettings(both, addBosToken, modelMaxLength);
    }

    private static SpecialTokens.@Nullable Named either(
            SpecialTokens.@Nullable Named named, @Nullable String other, Map<String, Integer> ids) {
        Integer id = other == null ? null : ids.get(other);
        return named != null || other == null || id == null ? named : new SpecialTokens.Named(other, id);
    }

    /**
     * The same with the token that the model's own files end a text with, where none is named: the first {@code eos_token_id} of {@code
     * config.json}, or of {@code generation_config.json}. Without any, texts would be trained without an end.
     *
     * @param tokenizerJson beside which these files are
     */
    TokenizerSettings withEndOf(Path tokenizerJson, IntFunction<@Nullable String> tokens) {
        if (specialTokens.eos() != null) {
            return this;
        }
        for (String name : new String[] {"config.json", "generation_config.json"}) {
            Path file = tokenizerJson.resolveSibling(name);
            if (Files.exists(file)) {
                JsonNode id = read(file).path("eos_token_id");
                JsonNode first = id.isArray() ? id.path(0) : id;
                String text = first.isInt() && first.intValue() >= 0 ? tokens.apply(first.intValue()) : null;
                if (text != null) {
                    SpecialTokens named = new SpecialTokens(
                            specialTokens.bos(),
                            new SpecialTokens.Named(text, first.intValue()),
                            specialTokens.pad(),
                            specialTokens.unk());
                    return new TokenizerSettings(named, addBosToken, modelMaxLength);
                }
            }
        }
        return this;
    }

    /** A file of the model, whose faults are the concern of whoever opens the model. */
    private static JsonNode read(Path file) {
        try {
            return TokenizerJson.parse(file);
        } catch (TokenizerException broken) {
            return MissingNode.getInstance();
        }
    }

    /** A token is named by its text, or by an object that holds it as {@code content}. */
    private static SpecialTokens.@Nullable Named named(Path file, JsonNode root, String key, Map<String, Integer> ids) {
        JsonNode value = root.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        JsonNode content = value.isObject() ? value.path("content") : value;
        if (!content.isTextual()) {
            throw new TokenizerException(file + ": " + key + " (" + value
                    + ") names no token; allowed: a text, an object with content, null");
        }
        Integer id = ids.get(content.asText());
        if (id == null) {
            throw new TokenizerException(file + ": " + key + " (" + content.asText()
                    + ") is not in tokenizer.json; name a token that is, or add it to added_tokens there");
        }
        return new SpecialTokens.Named(content.asText(), id);
    }
}
