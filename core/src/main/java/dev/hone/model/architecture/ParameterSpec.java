package dev.hone.model.architecture;

import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.LinearSpec;
import dev.hone.model.layer.NormSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The name and shape one weight of a model must have.
 *
 * @param role what it is to the model
 */
@SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
public record ParameterSpec(Role role, String name, long... shape) {
    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String HEAD = "lm_head.weight";
    public static final String SCORE = "score.weight";

    /** What weights are to a model. */
    public enum Role {
        /** The table that tokens are looked up in. */
        EMBEDDING,
        /** The matrix of a linear map in a layer. */
        LINEAR,
        BIAS,
        NORM,
        /** Of a norm that changes nothing where it is zero. */
        ZERO_CENTRED_NORM,
        /** The matrix that predicts tokens, or scores texts. */
        HEAD
    }

    /** A weight with one of the usual names, by which its role is known; a matrix with another name is a linear map's. */
    public ParameterSpec(String name, long... shape) {
        this(roleOf(name), name, shape);
    }

    private static Role roleOf(String name) {
        return switch (name) {
            case EMBEDDING -> Role.EMBEDDING;
            case HEAD, SCORE -> Role.HEAD;
            default -> name.endsWith(".bias") ? Role.BIAS : name.endsWith("norm.weight") ? Role.NORM : Role.LINEAR;
        };
    }

    public long count() {
        long count = 1;
        for (long extent : shape) {
            count *= extent;
        }
        return count;
    }

    /** Whether it is the matrix of a linear map in a layer. */
    public boolean isLinear() {
        return role == Role.LINEAR;
    }

    /** Whether it is a matrix of a layer's MLP. */
    public boolean isMlpMatrix() {
        return isLinear() && name.contains(".mlp.");
    }

    /** The name of the module that a matrix belongs to. */
    public String module() {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** The head of a model that scores texts. */
    public static ParameterSpec scoreOf(ModelConfig config) {
        return new ParameterSpec(SCORE, 1, config.hidden());
    }

    /** Every weight of a model, in the order a checkpoint lists them. A tied head is not listed. */
    public static List<ParameterSpec> of(ModelConfig config) {
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(new ParameterSpec(
                Role.EMBEDDING, config.decoder().embedding() + ".weight", config.vocabulary(), config.hidden()));
        for (LayerSpec layer : config.allLayers()) {
            for (LinearSpec map : layer.linearMaps()) {
                specs.add(new ParameterSpec(Role.LINEAR, map.module() + ".weight", map.outputs(), map.inputs()));
                if (map.biased()) {
                    specs.add(new ParameterSpec(Role.BIAS, map.module() + ".bias", map.outputs()));
                }
            }
            layer.norms().forEach(norm -> specs.add(of(norm)));
        }
        specs.add(of(config.decoder().norm()));
        if (config.output() == Output.SCORE) {
            specs.add(scoreOf(config));
        } else if (!config.shape().tied()) {
            specs.add(new ParameterSpec(HEAD, config.vocabulary(), config.hidden()));
        }
        return List.copyOf(specs);
    }

    private static ParameterSpec of(NormSpec norm) {
        Role role = norm.form().neutral() == 0 ? Role.ZERO_CENTRED_NORM : Role.NORM;
        return new ParameterSpec(role, norm.module() + ".weight", norm.width());
    }
}
