package dev.hone.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json}, read and checked: what the native library is given has passed through here first.
 *
 * <p>The file is one object: {@code model} (the vocabulary and, for BPE, its merges), {@code added_tokens} (tokens found
 * in the raw text before anything else), and the sections {@code normalizer}, {@code pre_tokenizer},
 * {@code post_processor}, {@code decoder}. Immutable.
 */
final class TokenizerJson {
    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_ID = 1 << 24;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION) // a second reader might take the other one
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(200).build());
    }

    private final Path file;
    private final String fingerprint;
    private final Map<String, Integer> ids = new HashMap<>();
    private final @Nullable String[] tokens;
    private final BitSet special = new BitSet();
    private final DecoderSection decoder;
    private final int longestText;

    private TokenizerJson(Path file, byte[] content) {
        this.file = file;
        this.fingerprint = sha256(content);
        JsonNode root = parse(file, content);
        JsonNode model = root.path("model");
        if (!model.isObject()) {
            throw broken("has no model section", "it must hold an object named model with the vocabulary");
        }
        readVocabulary(model);
        readAddedTokens(root.path("added_tokens"));
        checkMerges(model);
        int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        this.tokens = new @Nullable String[highest + 1];
        ids.forEach((token, id) -> {
            if (tokens[id] != null) {
                throw broken("gives id " + id + " to two tokens (" + tokens[id] + ", " + token + ")", "ids are unique");
            }
            tokens[id] = token;
        });
        try {
            this.decoder = DecoderSection.of(root.path("decoder"));
            this.longestText = TokenizerSections.check(root, ids);
        } catch (IllegalArgumentException unknown) {
            throw new TokenizerException(file + ": " + unknown.getMessage(), unknown);
        }
    }

    /** Checks the content of a file; throws {@link TokenizerException} naming the file and what is wrong with it. */
    static TokenizerJson read(Path file, byte[] content) {
        return new TokenizerJson(file, content);
    }

    /** The bytes of a JSON file; refuses what is missing, no file, or too large to be one of a tokenizer's. */
    static byte[] bytesOf(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TokenizerException(
                        file + ": no such file; point to a checkpoint folder or to its tokenizer.json"
                                + " (a checkpoint with only tokenizer.model must be converted first)");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new TokenizerException(file + ": " + Files.size(file) + " bytes, more than the " + MAX_BYTES
                        + " a tokenizer's file may have; is it the right file?");
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new TokenizerException(file + ": cannot be read (" + unreadable.getMessage() + ")", unreadable);
        }
    }

    /** Parses a file that must be one JSON object. */
    static JsonNode parse(Path file, byte[] content) {
        JsonNode root;
        try {
            // decoded here, because a JSON reader would also take UTF-16, and the native library something else
            root = JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString());
        } catch (CharacterCodingException garbled) {
            throw new TokenizerException(file + ": not UTF-8; fetch it again", garbled);
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
        if (!root.isObject()) {
            throw new TokenizerException(file + ": not a JSON object; fetch the file again");
        }
        return root;
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

    private void readVocabulary(JsonNode model) {
        JsonNode vocabulary = model.path("vocab");
        if (vocabulary.isObject()) {
            for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
                ids.put(entry.getKey(), id(entry.getKey(), entry.getValue()));
            }
        } else if (vocabulary.isArray()) { // Unigram: [[token, score], …], the position is the id
            for (JsonNode entry : vocabulary) {
                if (!entry.path(0).isTextual()) {
                    throw broken("has a vocabulary entry that is not [token, score] (" + entry + ")", "fetch it again");
                }
                if (ids.putIfAbsent(entry.path(0).asText(), ids.size()) != null) {
                    throw broken("lists the token " + entry.path(0).asText() + " twice", "fetch it again");
                }
            }
        } else {
            throw broken("has a model without vocab", "its model must map tokens to ids");
        }
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
            int id = id(content, token.path("id"));
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

    private void checkMerges(JsonNode model) {
        JsonNode merges = model.path("merges");
        if (!merges.isArray()) {
            if (model.path("type").asText("BPE").equals("BPE")) {
                throw broken("has a BPE model without merges", "it must list them in the order they were learned");
            }
            return;
        }
        Iterator<JsonNode> rules = merges.elements();
        for (int rank = 0; rules.hasNext(); rank++) {
            JsonNode rule = rules.next();
            List<String> halves = rule.isTextual()
                    ? List.of(rule.asText().split(" ", -1))
                    : rule.size() == 2
                            ? List.of(rule.path(0).asText(), rule.path(1).asText())
                            : List.of();
            if (halves.size() != 2 || !ids.containsKey(halves.get(0)) || !ids.containsKey(halves.get(1))) {
                throw broken("has merge " + rank + " (" + rule + ") that does not join two tokens", "fetch it again");
            }
        }
    }

    private int id(String token, JsonNode id) {
        if (!id.canConvertToInt() || !id.isIntegralNumber() || id.asInt() < 0 || id.asInt() >= MAX_ID) {
            throw broken("gives token " + token + " the id (" + id + ")", "ids are whole numbers from 0 to " + MAX_ID);
        }
        return id.asInt();
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
