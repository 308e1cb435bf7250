package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.text.vocabulary.Converted;
import dev.hone.text.vocabulary.VocabularyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tokenizer is made of, as a {@code tokenizer.json}, whichever file says it.
 *
 * @param path the file
 * @param json its text, or the text that says the same
 * @param defining the bytes that define the tokenizer
 * @param names tokens that another file than a tokenizer.json names
 */
record TokenizerSource(Path path, String json, byte[] defining, Converted.@Nullable Names names) {
    private static final String STANDARD = "tokenizer.json";
    private static final List<String> OTHERS =
            List.of("tekken.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model");

    /** The file that defines the tokenizer in a folder; the name of the standard one where there is none. */
    static Path fileIn(Path folder) {
        return Stream.concat(Stream.of(STANDARD), OTHERS.stream())
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .or(() -> versioned(folder))
                .orElse(folder.resolve(STANDARD));
    }

    /** A {@code tokenizer.model.v3} as Mistral names it, the newest where there are several. */
    private static Optional<Path> versioned(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\w*tokenizer\\w*\\.model\\.v\\w+"))
                    .max(Path::compareTo);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static TokenizerSource read(Path folderOrFile) {
        Path path = Files.isDirectory(folderOrFile) ? fileIn(folderOrFile) : folderOrFile;
        byte[] content = TokenizerJson.bytesOf(path);
        String name = path.getFileName().toString();
        if (!VocabularyFile.isOne(name)) {
            return new TokenizerSource(path, TokenizerJson.textOf(path, content), content, null);
        }
        JsonNode config = beside(path, "tokenizer_config.json");
        JsonNode added = beside(path, "added_tokens.json");
        try {
            Converted converted = VocabularyFile.isJson(name)
                    ? VocabularyFile.convertTekken(TokenizerJson.parse(path))
                    : VocabularyFile.convert(content, config, added);
            return new TokenizerSource(
                    path,
                    converted.json(),
                    joined(content, added.toString() + config.path("added_tokens_decoder")),
                    converted.names());
        } catch (TokenizerException known) {
            throw known;
        } catch (IllegalArgumentException refused) {
            throw new TokenizerException(path + ": " + refused.getMessage(), refused);
        }
    }

    private static JsonNode beside(Path path, String name) {
        Path file = path.resolveSibling(name);
        return Files.exists(file) ? TokenizerJson.parse(file) : MissingNode.getInstance();
    }

    private static byte[] joined(byte[] content, String more) {
        byte[] added = more.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[content.length + added.length];
        System.arraycopy(content, 0, all, 0, content.length);
        System.arraycopy(added, 0, all, content.length, added.length);
        return all;
    }
}
