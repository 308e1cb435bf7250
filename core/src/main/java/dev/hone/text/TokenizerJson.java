package dev.hone.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.InputFile;
import dev.hone.files.LfsPointer;
import dev.hone.files.MissingPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json}, read and checked before it is passed to the native library.
 *
 * <p>The file is one object: {@code model} (the vocabulary and, for BPE, its merges), {@code added_tokens} (tokens found
 * in the raw text before anything else), and the sections {@code normalizer}, {@code pre_tokenizer},
 * {@code post_processor}, {@code decoder}. Immutable.
 */
final class TokenizerJson {
    private static final long MAX_BYTES = 64L << 20;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // a vocabulary's are met once
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION) // another parser might use the other one
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(200).build());
    }

    private final Path file;
    private final String fingerprint;
    private final Map<String, Integer> ids;
    private final @Nullable String[] tokens;
    private final BitSet special = new BitSet();
    private final DecoderSection decoder;
    private final int longestText;

    /**
     * What a file consists of.
     *
     * @param sections all but the model's
     * @param model null: there is none, or it is no object
     */
    private record Content(ObjectNode sections, @Nullable ModelSection model) {}

    private TokenizerJson(Path file, byte[] bytes, String text) {
        this.file = file;
        this.fingerprint = sha256(bytes);
        try {
            Content content = parse(file, text, TokenizerJson::content);
            ModelSection model = content.model();
            if (model == null) {
                throw broken("has no model section", "it must hold an object named model with the vocabulary");
            }
            this.ids = model.vocabulary();
            readAddedTokens(content.sections().path("added_tokens"));
            model.checkMerges(ids);
            this.tokens = tokens(ids);
            this.decoder = DecoderSection.of(content.sections().path("decoder"));
            this.longestText = TokenizerSections.check(content.sections(), model.settings(), ids);
        } catch (IllegalArgumentException unknown) {
            throw new TokenizerException(file + ": " + unknown.getMessage(), unknown);
        }
    }

    private @Nullable String[] tokens(Map<String, Integer> ids) {
        int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        @Nullable String[] byId = new @Nullable String[highest + 1];
        ids.forEach((token, id) -> {
            if (byId[id] != null) {
                throw broken("gives id " + id + " to two tokens (" + byId[id] + ", " + token + ")", "ids are unique");
            }
            byId[id] = token;
        });
        return byId;
    }

    /**
     * Checks the content of a file; throws {@link TokenizerException} naming the file and what is wrong with it.
     *
     * @param text the same as a text
     */
    static TokenizerJson read(Path file, byte[] content, String text) {
        return new TokenizerJson(file, content, text);
    }

    /** The bytes of a JSON file; refuses what is missing, no file, or too large to be one of a tokenizer's. */
    static byte[] bytesOf(Path file) {
        try {
            if (!Files.exists(file)) {
                throw new TokenizerException(file + ": " + MissingPath.file(file)
                        + "; point to a checkpoint folder with tokenizer.json, tekken.json or"
                        + " tokenizer.model, or to one of these files");
            }
            InputFile.require(file);
            if (Files.size(file) > MAX_BYTES) {
                throw new TokenizerException(file + ": " + Files.size(file) + " bytes, more than the " + MAX_BYTES
                        + " a tokenizer's file may have; is it the right file?");
            }
            byte[] content = InputFile.bytes(file, MAX_BYTES);
            LfsPointer.complaint(content).ifPresent(complaint -> {
                throw new TokenizerException(file + ": " + complaint);
            });
            return content;
        } catch (IOException unreadable) {
            throw new TokenizerException(file + ": cannot be read (" + unreadable.getMessage() + ")", unreadable);
        }
    }

    /** A file's bytes as the text they must be: a JSON reader would also take UTF-16, and the native library something else. */
    static String textOf(Path file, byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException garbled) {
            throw new TokenizerException(file + ": not UTF-8; fetch it again", garbled);
        }
    }

    /** Parses what a file says, which must be one JSON object. */
    static JsonNode parse(Path file, String text) {
        return parse(file, text, JsonParser::readValueAsTree);
    }

    /** Parses a file that must be one JSON object. */
    static JsonNode parse(Path file) {
        return parse(file, textOf(file, bytesOf(file)), JsonParser::readValueAsTree);
    }

    /** Reads an object from its opening brace to its closing one. */
    private interface Reader<T> {
        T read(JsonParser parser) throws IOException;
    }

    private static <T> T parse(Path file, String text, Reader<T> reader) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(file + ": not a JSON object; fetch the file again");
            }
            T read = reader.read(parser);
            if (parser.nextToken() != null) {
                throw new TokenizerException(
                        file + ":" + parser.currentLocation().getLineNr()
                                + ": not JSON (something follows its end); fetch it again");
            }
            return read;
        } catch (JsonProcessingException garbled) {
            long line =
                    garbled.getLocation() == null ? 1 : garbled.getLocation().getLineNr();
            throw new TokenizerException(
                    file + ":" + line + ": not JSON (" + garbled.getOriginalMessage()
                            + "); was the download cut short, or is it a pointer to a large file? fetch it again",
                    garbled);
        } catch (IOException garbled) {
            throw new TokenizerException(file + ": not JSON (" + garbled.getMessage() + "); fetch it again", garbled);
        }
    }

    private static Content content(JsonParser parser) throws IOException {
        ObjectNode sections = JSON.createObjectNode();
        ModelSection model = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (parser.nextToken() == JsonToken.START_OBJECT && name.equals("model")) {
                model = ModelSection.read(parser, JSON.createObjectNode());
            } else {
                sections.set(name, parser.readValueAsTree());
            }
        }
        return new Content(sections, model);
    }

    Map<String, Integer> ids() {
        return ids;
    }

    @Nullable
    String token(int id) {
        return id >= 0 && id < tokens.length ? tokens[id] : null;
    }

    int size() {
        return tokens.length;
    }

    BitSet special() {
        return special;
    }

    DecoderSection decoder() {
        return decoder;
    }

    /** Characters that one text may have. */
    int longestText() {
        return longestText;
    }

    String fingerprint() {
        return fingerprint;
    }

    /** An added token that the model knows has the model's id; any other gets the next free one, in the file's order. */
    private void readAddedTokens(JsonNode added) {
        if (!added.isArray() && !added.isMissingNode() && !added.isNull()) {
            throw broken("has added_tokens that are not a list", "fetch it again");
        }
        int modelSize = ids.size();
        int next = modelSize;
        for (JsonNode token : added) {
            if (!token.path("content").isTextual()
                    || token.path("content").asText().isEmpty()) {
                throw broken("has an added token without content (" + token + ")", "fetch it again");
            }
            String content = token.path("content").asText();
            int id = ModelSection.id(content, token.path("id"));
            int expected = ids.getOrDefault(content, next);
            if (id != expected) {
                throw broken(
                        "lists the added token " + content + " with id " + id + ", but it is encoded as " + expected,
                        "number added tokens without gaps after the model's " + modelSize);
            }
            ids.put(content, id);
            next = Math.max(next, id + 1);
            if (token.path("special").asBoolean()) {
                special.set(id);
            }
        }
    }

    private TokenizerException broken(String what, String allowed) {
        return new TokenizerException(file + ": " + what + "; " + allowed);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
