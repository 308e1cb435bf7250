package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeScaling;
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
import java.util.Locale;
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
    /** Own keys of families that a digest holds by other words, or that decide nothing by themselves. */
    private static final List<String> TOLD = List.of(
            "attention_bias",
            "mlp_bias",
            "sliding_window",
            "max_window_layers",
            "layer_types",
            "rms_norm_eps",
            "rope_theta",
            "rope_parameters",
            "partial_rotary_factor",
            "original_max_position_embeddings",
            "tie_word_embeddings",
            "head_dim");

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
                scaling(c.rope().scaling()),
                c.shape().tied(),
                c.attention().biased(),
                c.shape().mlpBiased()));
        if (c.attention().window() != LayerSpec.UNBOUNDED) {
            parts.add(c.attention().window());
        }
        if (c.rope().share() != 1 || c.rope().growth() != null) {
            parts.add(c.rope().share() + " " + c.rope().growth());
        }
        parts.addAll(own(c));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(parts.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** In the words of the digests that were written first. */
    private static String scaling(RopeScaling scaling) {
        String words = "RopeScaling[kind=%s, factor=%s, lowFrequencyFactor=%s, highFrequencyFactor=%s,"
                + " originalMaxPositions=%s]";
        if (scaling instanceof RopeScaling.Llama3 l) {
            return String.format(
                    Locale.ROOT,
                    words,
                    "LLAMA3",
                    l.factor(),
                    l.lowFrequencyFactor(),
                    l.highFrequencyFactor(),
                    l.positions());
        }
        return scaling instanceof RopeScaling.Linear linear
                ? String.format(Locale.ROOT, words, "LINEAR", linear.factor(), 1.0, 1.0, 1.0)
                : scaling instanceof RopeScaling.None
                        ? String.format(Locale.ROOT, words, "NONE", 1.0, 1.0, 1.0, 1.0)
                        : scaling.toString();
    }

    /** What the family's own keys say, as far as it is not said yet. */
    private static List<String> own(ModelConfig c) {
        return c.architecture().keys().stated(c.source().keys()).stream()
                .filter(stated -> TOLD.stream().noneMatch(key -> stated.startsWith(key + "=")))
                .toList();
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
