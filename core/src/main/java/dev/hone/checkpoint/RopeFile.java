package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ModelConfig.RopeConfig;
import dev.hone.model.architecture.RopeKeys;
import dev.hone.model.layer.RopeScaling;

/**
 * Rotary embedding as config.json is written: {@code rope_theta} and {@code rope_scaling}. What a file says of each type of layer stays
 * as it is.
 */
final class RopeFile {
    private RopeFile() {}

    /** Writes it over the keys that the configuration was read with. */
    static void write(ObjectNode root, ModelConfig c) {
        if (new RopeKeys(c.keys()).isNested()) {
            return;
        }
        JsonNode given = root.path(root.hasNonNull("rope_scaling") ? "rope_scaling" : "rope_parameters");
        root.remove("rope_parameters");
        root.put("rope_theta", c.rope().theta());
        if (c.architecture().keys().has("partial_rotary_factor")) {
            root.put("partial_rotary_factor", c.rope().share());
        }
        root.set("rope_scaling", scaling(c.rope(), given));
        String context = "original_max_position_embeddings";
        if (c.rope().scaling() instanceof RopeScaling.LongRope longRope
                && c.architecture().keys().has(context)) { // beside the object, of which transformers 4 reads no more
            root.put(context, (long) longRope.positions());
            ((ObjectNode) root.path("rope_scaling")).remove(context);
        }
    }

    private static JsonNode scaling(RopeConfig rope, JsonNode given) {
        RopeScaling scaling = rope.scaling();
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (scaling instanceof RopeScaling.Linear linear) {
            return named(scaling).put("factor", linear.factor());
        }
        if (scaling instanceof RopeScaling.Llama3 llama3) {
            return named(scaling)
                    .put("factor", llama3.factor())
                    .put("low_freq_factor", llama3.lowFrequencyFactor())
                    .put("high_freq_factor", llama3.highFrequencyFactor())
                    .put("original_max_position_embeddings", (long) llama3.positions());
        }
        if (scaling instanceof RopeScaling.None) {
            return json.nullNode();
        }
        ObjectNode kept = given instanceof ObjectNode object ? object.deepCopy() : written(rope);
        kept.remove("rope_theta");
        kept.remove("partial_rotary_factor");
        if (scaling instanceof RopeScaling.LongRope) { // which transformers 4 knows under the old word alone
            kept.remove("rope_type");
            kept.put("type", scaling.key());
        } else {
            kept.remove("type");
            kept.put("rope_type", scaling.key());
        }
        return kept;
    }

    private static ObjectNode named(RopeScaling scaling) {
        return JsonNodeFactory.instance.objectNode().put("rope_type", scaling.key());
    }

    private static ObjectNode written(RopeConfig rope) {
        RopeScaling scaling = rope.scaling();
        ObjectNode node = named(scaling);
        if (rope.growth() != null) {
            node.put("llama_4_scaling_beta", rope.growth().beta());
        }
        if (scaling instanceof RopeScaling.Dynamic dynamic) {
            node.put("factor", dynamic.factor());
        }
        if (scaling instanceof RopeScaling.Yarn yarn) {
            node.put("factor", yarn.factor())
                    .put("original_max_position_embeddings", yarn.positions())
                    .put("beta_fast", yarn.fast())
                    .put("beta_slow", yarn.slow())
                    .put("truncate", yarn.truncates())
                    .put("attention_factor", yarn.amplitude());
        }
        if (scaling instanceof RopeScaling.LongRope longRope) {
            longRope.shortFactors().forEach(node.putArray("short_factor")::add);
            longRope.longFactors().forEach(node.putArray("long_factor")::add);
            node.put("attention_factor", longRope.amplitude())
                    .put("original_max_position_embeddings", longRope.positions());
        }
        return node;
    }
}
