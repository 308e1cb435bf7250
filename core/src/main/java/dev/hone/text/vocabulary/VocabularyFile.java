package dev.hone.text.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The kinds of files that define a tokenizer without a {@code tokenizer.json}, told by name and content. */
public final class VocabularyFile {
    private static final Pattern NAME = Pattern.compile("tekken\\.json|.+\\.model(\\.v\\w+)?");

    private VocabularyFile() {}

    /** Whether a file of this name is one. */
    public static boolean isOne(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether its content is JSON, which the caller parses. */
    public static boolean isJson(String name) {
        return name.endsWith(".json");
    }

    /**
     * Converts a file.
     *
     * @param config the {@code tokenizer_config.json} beside it; missing where there is none
     * @param addedTokens the {@code added_tokens.json} beside it; missing where there is none
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static Converted convert(byte[] content, JsonNode config, JsonNode addedTokens) {
        return LlamaRanks.begin(content)
                ? LlamaRanks.convert(new String(content, StandardCharsets.ISO_8859_1), config)
                : new SentencePieceText(SentencePieceModel.read(content), config).convert(addedTokens);
    }

    /** Converts a {@code tekken.json}. */
    public static Converted convertTekken(JsonNode content) {
        return TekkenFile.convert(content);
    }
}
