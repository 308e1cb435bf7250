package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.architecture.ModelConfig.RopeConfig;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.layer.RopeSpec.QueryGrowth;
import java.util.List;
import java.util.Optional;

/**
 * Rotary embedding as config.json states it, in both dialects: {@code rope_theta} beside {@code rope_scaling}, or one object
 * {@code rope_parameters}, which may hold an object for each type of layer. Of two objects {@code rope_scaling} counts; what stands in an
 * object wins over what stands beside it.
 */
public final class RopeKeys {
    /** The type of layer whose rotation is the model's where types differ. */
    public static final String FULL = "full_attention";

    public static final String SLIDING = "sliding_attention";

    private static final double THETA = 10_000;

    private final ConfigKeys file;

    public RopeKeys(ConfigKeys file) {
        this.file = file;
    }

    /** Of full attention, or of all layers. */
    public RopeConfig main() {
        Optional<ConfigKeys> object = object();
        Optional<ConfigKeys> nested = object.flatMap(o -> nested(o, FULL));
        return read(nested.or(() -> object), object);
    }

    /** Of one type of layer, where the object has one for each. */
    public Optional<RopeConfig> of(String type) {
        Optional<ConfigKeys> object = object();
        return object.flatMap(o -> nested(o, type)).map(own -> read(Optional.of(own), object));
    }

    /** Whether types of layers have objects of their own. */
    public boolean isNested() {
        return object().filter(
                        o -> nested(o, FULL).isPresent() || nested(o, SLIDING).isPresent())
                .isPresent();
    }

    private Optional<ConfigKeys> object() {
        Optional<ConfigKeys> old = file.object("rope_scaling");
        return old.isPresent() ? old : file.object("rope_parameters");
    }

    private static Optional<ConfigKeys> nested(ConfigKeys object, String type) {
        return object.at(type) instanceof ObjectNode own ? Optional.of(object.within(own)) : Optional.empty();
    }

    private RopeConfig read(Optional<ConfigKeys> own, Optional<ConfigKeys> outer) {
        double theta = number(own, "rope_theta").orElse(file.number("rope_theta", THETA));
        if (!(theta > 0)) {
            throw new IllegalArgumentException("rope_theta (" + theta + ") must be positive");
        }
        double share = number(own, "partial_rotary_factor").orElse(file.number("partial_rotary_factor", 1));
        boolean partial = file.knows("partial_rotary_factor");
        if (share != 1 && !partial || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("partial_rotary_factor (" + share + ") is not supported; "
                    + (partial ? "it must be above 0 and at most 1" : "only 1 is in this family"));
        }
        QueryGrowth growth = number(own, "llama_4_scaling_beta")
                .filter(beta -> beta != 0)
                .map(beta -> new QueryGrowth(beta, positions(own)))
                .orElse(null);
        return new RopeConfig(theta, share, scaling(own, outer), growth);
    }

    private RopeScaling scaling(Optional<ConfigKeys> own, Optional<ConfigKeys> outer) {
        String kind =
                own.map(o -> o.text("rope_type", o.text("type", "default"))).orElse("default");
        boolean isLongRope = List.of("su", "longrope").contains(kind)
                || kind.equals("yarn") && own.isPresent() && own.get().has("long_factor");
        if (isLongRope) {
            return longRope(own.orElseThrow());
        }
        return switch (kind) {
            case "default" -> RopeScaling.NONE;
            case "linear" -> new RopeScaling.Linear(factor(own));
            case "dynamic" -> new RopeScaling.Dynamic(factor(own), file.integer("max_position_embeddings", 2048));
            case "llama3" -> llama3(own);
            case "yarn" -> yarn(own, outer);
            default ->
                throw new IllegalArgumentException("rope_type (" + kind
                        + ") is not supported yet; supported are default, linear, dynamic, llama3, yarn, longrope");
        };
    }

    private RopeScaling llama3(Optional<ConfigKeys> own) {
        double low = number(own, "low_freq_factor").orElse(1.0);
        double high = number(own, "high_freq_factor").orElse(4.0);
        double positions = positions(own);
        if (low <= 0 || high <= low || positions <= 0) {
            throw new IllegalArgumentException("rope scaling needs 0 < low_freq_factor < high_freq_factor, and positive"
                    + " original_max_position_embeddings; found " + low + ", " + high + " and " + positions);
        }
        return new RopeScaling.Llama3(factor(own), low, high, positions);
    }

    private RopeScaling yarn(Optional<ConfigKeys> own, Optional<ConfigKeys> outer) {
        double positions = positions(own);
        double factor = stretch(own, positions);
        double amplitude = number(own, "attention_factor")
                .orElse(RopeScaling.yarnAmplitude(
                        factor,
                        number(own, "mscale").orElse(0.0),
                        number(own, "mscale_all_dim").orElse(0.0)));
        boolean truncates = !outer.map(o -> o.at("truncate"))
                .filter(JsonNode::isBoolean)
                .map(node -> !node.asBoolean())
                .orElse(false);
        double fast = number(own, "beta_fast").orElse(32.0);
        double slow = number(own, "beta_slow").orElse(1.0);
        if (!(fast > 0 && slow > 0 && positions > 0)) {
            throw new IllegalArgumentException("rope scaling needs positive beta_fast, beta_slow and"
                    + " original_max_position_embeddings; found " + fast + ", " + slow + " and " + positions);
        }
        return new RopeScaling.Yarn(factor, positions, fast, slow, truncates, amplitude);
    }

    private RopeScaling longRope(ConfigKeys own) {
        double positions = file.has("original_max_position_embeddings")
                ? file.number("original_max_position_embeddings")
                : positions(Optional.of(own));
        double factor = own.number("factor", file.number("max_position_embeddings", 2048) / positions);
        double amplitude = own.number("attention_factor", RopeScaling.longRopeAmplitude(factor, positions));
        return new RopeScaling.LongRope(own.numbers("short_factor"), own.numbers("long_factor"), positions, amplitude);
    }

    /** The context of the first training. */
    private double positions(Optional<ConfigKeys> own) {
        return number(own, "original_max_position_embeddings")
                .orElse(file.number("original_max_position_embeddings", file.number("max_position_embeddings", 8192)));
    }

    private double stretch(Optional<ConfigKeys> own, double positions) {
        return own.isPresent() && own.get().has("factor")
                ? factor(own)
                : Math.max(1, file.number("max_position_embeddings", 2048) / positions);
    }

    private static double factor(Optional<ConfigKeys> own) {
        double factor = number(own, "factor").orElse(1.0);
        if (factor < 1) {
            throw new IllegalArgumentException("rope scaling factor (" + factor + ") must be at least 1");
        }
        return factor;
    }

    private static Optional<Double> number(Optional<ConfigKeys> own, String key) {
        return own.filter(o -> o.has(key)).map(o -> o.number(key));
    }
}
