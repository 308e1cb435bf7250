package dev.hone.model.adapter;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.config.Spelling;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.LinearSpec;
import java.util.List;

/**
 * Shape of an adapter. Its low-rank product is scaled by {@code alpha / rank}, or by {@code alpha / √rank} if it is
 * rank-stabilised (Kalajdzievski, 2023).
 *
 * @param type what its deltas compute
 * @param dropout share of the adapter's inputs that training sets to zero; the rest is scaled up to match
 * @param targets module names such as {@code q_proj}, or {@code all-linear}
 */
public record AdapterConfig(
        @Default("lora") AdapterType type,
        @Default("16") int rank,
        @Default("32") double alpha,
        @Default("0.0") double dropout,
        @Default("all-linear") List<String> targets,
        @Default("false") boolean rankStabilised) {
    public static final String ALL_LINEAR = "all-linear";

    private static final double LEAST_ALPHA = 1e-6;

    public AdapterConfig {
        require(rank > 0, "rank (%d) must be positive", rank);
        requireAtMost("rank", rank, 1 << 16);
        require(alpha > 0, "alpha (%s) must be positive", alpha);
        require(
                alpha >= LEAST_ALPHA,
                "alpha (%s) must be at least %s: less gives gradients that vanish",
                alpha,
                LEAST_ALPHA);
        requireAtMost("alpha", alpha, 1e6);
        require(dropout >= 0 && dropout < 1, "dropout (%s) must be at least 0 and below 1", dropout);
        require(!targets.isEmpty(), "targets must name at least one module, for example all-linear");
        targets = List.copyOf(targets);
    }

    /** The shape of a plain low-rank adapter. */
    public AdapterConfig(int rank, double alpha, double dropout, List<String> targets, boolean rankStabilised) {
        this(AdapterType.LORA, rank, alpha, dropout, targets, rankStabilised);
    }

    /** A good first choice: rank 16 on every linear layer. */
    public static AdapterConfig standard() {
        return new AdapterConfig(16, 32, 0, List.of(ALL_LINEAR), false);
    }

    /** The same with another rank and alpha, as one module may have. */
    public AdapterConfig with(int otherRank, double otherAlpha) {
        return new AdapterConfig(type, otherRank, otherAlpha, dropout, targets, rankStabilised);
    }

    public double scale() {
        return rankStabilised ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    /** Whether a module, by its full dotted name, gets an adapter: its name ends in a target. */
    public boolean covers(String module) {
        return targets.stream().anyMatch(target -> covers(target, module));
    }

    private static boolean covers(String target, String module) {
        return target.equalsIgnoreCase(ALL_LINEAR) || module.equals(target) || module.endsWith("." + target);
    }

    /**
     * Refuses targets that no module of a model has: an adapter on the others would not be the one that was asked for.
     *
     * @throws IllegalArgumentException with every such name, the nearest one there is, and what there is
     */
    public void requireTargets(ModelConfig model) {
        List<String> modules = model.allLayers().stream()
                .flatMap(layer -> layer.linearMaps().stream())
                .map(LinearSpec::module)
                .toList();
        List<String> names = modules.stream()
                .map(module -> module.substring(module.lastIndexOf('.') + 1))
                .distinct()
                .toList();
        List<String> missing = targets.stream()
                .filter(target -> modules.stream().noneMatch(module -> covers(target, module)))
                .map(target -> target
                        + Spelling.nearest(target, target.contains(".") ? modules : names)
                                .map(near -> " (did you mean " + near + "?)")
                                .orElse(""))
                .toList();
        require(
                missing.isEmpty(),
                "targets: no module of this model is named %s; there are %s, %s, and full names such as %s",
                String.join(", ", missing),
                ALL_LINEAR,
                String.join(", ", names),
                modules.get(0));
    }
}
