package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.LayerSpec;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter was trained with, kept beside it as {@code hone.json}: with another template, tokenizer or stop token it
 * would quietly answer worse. Digests are SHA-256 in hexadecimal digits.
 *
 * @param tokenizer digest of the tokenizer's definition
 * @param template digest of the chat template, absent where training used none
 * @param stopTokens ids that ended a reply
 * @param model digest of what config.json says about the base's computation; weights are not part of it
 * @param weights digest of a {@linkplain WeightDigest sample} of the base's weights; absent in records of earlier versions and where no
 *     base was kept
 */
public record Fingerprint(
        String tokenizer,
        @Nullable String template,
        Set<Integer> stopTokens,
        String model,
        @Nullable String weights) {
    static final String NAME = "hone.json";

    public Fingerprint {
        stopTokens = Set.copyOf(stopTokens);
    }

    /** One that says nothing about weights. */
    public Fingerprint(String tokenizer, @Nullable String template, Set<Integer> stopTokens, String model) {
        this(tokenizer, template, stopTokens, model, null);
    }

    /** The same of a base with these weights. */
    public Fingerprint withWeights(String digest) {
        return new Fingerprint(tokenizer, template, stopTokens, model, digest);
    }

    public static Fingerprint of(
            ModelConfig model, Tokenizer tokenizer, @Nullable ChatTemplate template, Set<Integer> stopTokens) {
        return new Fingerprint(
                tokenizer.fingerprint(), template == null ? null : template.fingerprint(), stopTokens, digest(model));
    }

    /** Digest of everything that decides what a base with given weights computes; names, types and comments do not. */
    static String digest(ModelConfig c) {
        List<Object> parts = new ArrayList<>(List.of(
                c.architecture().modelType(),
                c.vocabulary(),
                c.hidden(),
                c.shape().intermediate(),
                c.layers(),
                c.attention().heads(),
                c.attention().keyValueHeads(),
                c.attention().headSize(),
                c.shape().normEpsilon(),
                c.rope().theta(),
                c.rope().scaling(),
                c.shape().tied(),
                c.attention().biased(),
                c.shape().mlpBiased()));
        if (c.attention().window() != LayerSpec.UNBOUNDED) {
            parts.add(c.attention().window());
        }
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(parts.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void write(Path folder) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("tokenizer", tokenizer);
        root.put("template", template);
        root.put("model", model);
        if (weights != null) {
            root.put("weights", weights);
        }
        new TreeSet<>(stopTokens).forEach(root.putArray("stop-tokens")::add);
        JsonFiles.write(folder.resolve(NAME), root);
    }

    /** The record beside an adapter, or {@code null} where another tool wrote it. */
    static @Nullable Fingerprint read(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return null;
        }
        ObjectNode root = JsonFiles.read(file);
        JsonNode template = root.path("template");
        if (!root.path("tokenizer").isTextual() || !root.path("model").isTextual()) {
            throw new CheckpointException(file + ": lacks tokenizer or model");
        }
        return new Fingerprint(
                root.path("tokenizer").asText(),
                template.isTextual() ? template.asText() : null,
                ConfigFile.ids(root.path("stop-tokens")),
                root.path("model").asText(),
                root.path("weights").isTextual() ? root.path("weights").asText() : null);
    }

    /**
     * What differs between this and the record in an adapter's folder, one message each. A folder without record gives
     * none; a damaged record gives one that says so.
     */
    public List<String> differences(Path folder) {
        Path file = folder.resolve(NAME);
        Fingerprint then;
        try {
            then = read(folder);
        } catch (CheckpointException e) {
            return List.of(e.getMessage() + "; what the adapter was trained with cannot be compared");
        }
        List<String> differences = new ArrayList<>();
        if (then == null) {
            return differences;
        }
        if (!then.model.equals(model)) {
            differences.add(file + ": trained on a base with another configuration; use the base it was trained on");
        }
        if (!then.tokenizer.equals(tokenizer)) {
            differences.add(file + ": trained with another tokenizer; use the tokenizer files it was trained with");
        }
        if (!Objects.equals(then.template, template)) {
            differences.add(file + ": trained "
                    + (then.template == null
                            ? "without a chat template, now there is one; prompt it with plain text"
                            : template == null
                                    ? "with a chat template, now there is none; give it the one it was trained with"
                                    : "with another chat template; use the one it was trained with"));
        }
        if (!then.stopTokens.equals(stopTokens)) {
            differences.add(
                    file + ": trained to stop at " + new TreeSet<>(then.stopTokens) + ", now generation stops at "
                            + new TreeSet<>(stopTokens) + "; set the stop tokens it was trained with");
        }
        return differences;
    }
}
