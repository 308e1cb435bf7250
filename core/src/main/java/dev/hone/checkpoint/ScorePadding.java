package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The token that fills texts of a batch to one length where other readers score them. transformers looks for a text's last token
 * by leaving out padding, so a padding token that also ends texts would move the score one token back; many tokenizers have such
 * a one. Then another is named, here and in the saved tokenizer.
 */
public final class ScorePadding {
    private static final String SETTINGS = "tokenizer_config.json";

    private ScorePadding() {}

    /**
     * The tokenizer's padding token if it ends no text, else another special token that is meant for padding, else the unknown
     * token; {@link CheckpointException} where there is none of these.
     */
    public static SpecialTokens.Named of(Tokenizer tokenizer) {
        SpecialTokens named = tokenizer.specialTokens();
        SpecialTokens.Named pad = named.pad();
        if (pad != null && endsNoText(pad.id(), named)) {
            return pad;
        }
        for (int id = 0; id < tokenizer.size(); id++) {
            if (tokenizer.isSpecial(id) && endsNoText(id, named)) {
                String text = tokenizer.tokenOf(id);
                if (text.toLowerCase(Locale.ROOT).contains("pad")) {
                    return new SpecialTokens.Named(text, id);
                }
            }
        }
        SpecialTokens.Named unknown = named.unk();
        if (unknown != null && endsNoText(unknown.id(), named)) {
            return unknown;
        }
        throw new CheckpointException(
                "the tokenizer has no token for padding that does not also end texts, by which readers of a"
                        + " reward model find the last token of a text; set pad_token in " + SETTINGS
                        + " to a special token that ends no text");
    }

    private static boolean endsNoText(int id, SpecialTokens named) {
        return named.eosId().isEmpty() || named.eosId().getAsInt() != id;
    }

    /** Names the token as padding in a folder's tokenizer settings, as far as it has any. */
    public static void write(Path folder, SpecialTokens.Named padding) throws IOException {
        Path file = folder.resolve(SETTINGS);
        if (Files.exists(file)) {
            ObjectNode root = JsonFiles.read(file);
            root.put("pad_token", padding.text());
            JsonFiles.write(file, root);
        }
    }
}
