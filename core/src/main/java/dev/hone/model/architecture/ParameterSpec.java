package dev.hone.model.architecture;

import java.util.ArrayList;
import java.util.List;

/** The name and shape one weight of a model must have. */
@SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
public record ParameterSpec(String name, long... shape) {
    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String HEAD = "lm_head.weight";
    public static final String SCORE = "score.weight";

    public long count() {
        long count = 1;
        for (long extent : shape) {
            count *= extent;
        }
        return count;
    }

    /** Whether it is a matrix of a layer's MLP. */
    public boolean isMlpMatrix() {
        return shape.length == 2 && name.contains(".mlp.");
    }

    /** The head of a model that scores texts. */
    public static ParameterSpec scoreOf(ModelConfig config) {
        return new ParameterSpec(SCORE, 1, config.hidden());
    }

    /** Every weight of a model, in the order a checkpoint lists them. A tied head is not listed. */
    public static List<ParameterSpec> of(ModelConfig config) {
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(new ParameterSpec(EMBEDDING, config.vocabulary(), config.hidden()));
        for (int layer = 0; layer < config.layers(); layer++) {
            LayerSpec spec = config.layer(layer);
            for (Projection projection : Projection.values()) {
                String name = projection.in(layer);
                specs.add(new ParameterSpec(name + ".weight", projection.outputs(config), projection.inputs(config)));
                if (spec.hasBias(projection)) {
                    specs.add(new ParameterSpec(name + ".bias", projection.outputs(config)));
                }
            }
            for (NormSite norm : NormSite.values()) {
                if (spec.has(norm)) {
                    specs.add(new ParameterSpec(norm.in(layer), norm.width(config)));
                }
            }
        }
        specs.add(new ParameterSpec(FINAL_NORM, config.hidden()));
        if (config.output() == Output.SCORE) {
            specs.add(scoreOf(config));
        } else if (!config.shape().tied()) {
            specs.add(new ParameterSpec(HEAD, config.vocabulary(), config.hidden()));
        }
        return List.copyOf(specs);
    }
}
