package dev.hone.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A tokenizer with further tokens, which are found in a text as they are written, before the vocabulary sees it. */
public final class MoreTokens {
    private static final int LONGEST = 200;

    private MoreTokens() {}

    /**
     * Writes a checkpoint's tokenizer with further tokens as {@code tokenizer.json}, and its {@code tokenizer_config.json} where it lists added
     * tokens; all other files are the caller's.
     *
     * @param special whether they mark structure and are no text, so that replies are shown without them
     * @return their ids, which follow the highest that there is
     * @throws TokenizerException where a token is empty, too long, there already, or named twice
     */
    public static List<Integer> write(Path model, List<String> tokens, boolean special, Path folder)
            throws IOException {
        TokenizerSource source = TokenizerSource.read(model);
        List<Integer> ids = new ArrayList<>();
        try (TokenizerFile tokenizer = TokenizerFile.open(model)) {
            Set<String> seen = new HashSet<>();
            for (String token : tokens) {
                if (token.isBlank() || token.length() > LONGEST) {
                    throw new TokenizerException("new token (" + token + ") must have 1 to " + LONGEST
                            + " characters, not all of them spaces");
                }
                if (!seen.add(token) || tokenizer.idOf(token).isPresent()) {
                    throw new TokenizerException(source.path() + ": new token (" + token + ") "
                            + (tokenizer.idOf(token).isPresent()
                                    ? "is there already, with the id "
                                            + tokenizer.idOf(token).getAsInt()
                                    : "is named twice")
                            + "; leave it out");
                }
                ids.add(tokenizer.size() + ids.size());
            }
        }
        ObjectNode root = (ObjectNode) TokenizerJson.parse(source.path(), source.json());
        for (int i = 0; i < tokens.size(); i++) {
            flags(root.withArray("added_tokens").addObject().put("id", ids.get(i)), tokens.get(i), special);
        }
        Files.createDirectories(folder);
        JsonFiles.write(folder.resolve("tokenizer.json"), root);
        Path config = source.path().resolveSibling("tokenizer_config.json");
        if (Files.exists(config)) {
            ObjectNode settings = (ObjectNode) TokenizerJson.parse(config);
            if (settings.path("added_tokens_decoder").isObject()) {
                for (int i = 0; i < tokens.size(); i++) {
                    flags(
                            settings.withObject("/added_tokens_decoder").putObject(String.valueOf(ids.get(i))),
                            tokens.get(i),
                            special);
                }
            }
            JsonFiles.write(folder.resolve("tokenizer_config.json"), settings);
        }
        return ids;
    }

    private static void flags(ObjectNode entry, String token, boolean special) {
        entry.put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
    }
}
