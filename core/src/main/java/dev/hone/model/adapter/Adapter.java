package dev.hone.model.adapter;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.head.Head;
import dev.hone.model.head.ScoreHead;
import dev.hone.model.layer.LinearSpec;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A set of deltas to the linear maps of a base model, an argument of its forward pass: the base itself never changes, so the
 * reference of a preference method is the same model without the argument. It may carry a head of its own that scores texts,
 * and then is a reward model on that base.
 *
 * <p>Weights are float32 whatever the base computes in.
 */
public final class Adapter implements AdapterDeltas {
    private final AdapterConfig config;
    private final Map<String, ModuleDelta> deltas;
    private final @Nullable Parameter score;

    /**
     * @param deltas by full module name, for example {@code model.layers.0.self_attn.q_proj}
     */
    public Adapter(AdapterConfig config, Map<String, ? extends ModuleDelta> deltas) {
        this(config, deltas, null);
    }

    /**
     * @param score the weight [1, hidden] of the head that scores texts, named {@link ParameterSpec#SCORE}; {@code null} for
     *     none
     */
    public Adapter(AdapterConfig config, Map<String, ? extends ModuleDelta> deltas, @Nullable Parameter score) {
        if (deltas.isEmpty()) {
            throw new IllegalArgumentException("no module of this model is named by the adapter's targets "
                    + config.targets() + "; allowed are all-linear, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj"
                    + " and down_proj");
        }
        this.config = config;
        this.deltas = Map.copyOf(deltas);
        this.score = score;
    }

    /** A new adapter of a type whose start does not depend on the base's weights; it changes nothing yet. */
    public static Adapter fresh(ModelConfig model, AdapterConfig config, long seed) {
        return fresh(model, config, seed, module -> {
            throw new IllegalStateException("a new " + config.type() + " adapter needs the weight of " + module);
        });
    }

    /**
     * A new adapter, which changes nothing yet.
     *
     * @param base the base's weight by the name of its module
     */
    public static Adapter fresh(ModelConfig model, AdapterConfig config, long seed, Function<String, Parameter> base) {
        config.requireTargets(model);
        Map<String, ModuleDelta> deltas = new LinkedHashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            for (LinearSpec map : model.layer(layer).linearMaps()) {
                String module = map.module();
                if (config.covers(module)) {
                    DeltaType.Target target = new DeltaType.Target(module, map.inputs(), map.outputs(), base);
                    deltas.put(module, config.type().deltas().fresh(target, config, seed));
                }
            }
        }
        return new Adapter(config, deltas);
    }

    /** The same deltas, and a new head that scores texts: normal with the configuration's range. */
    public Adapter withScore(ModelConfig model, long seed) {
        Tensor weight = new Initialisation(model.initializerRange(), seed)
                .weight(ParameterSpec.scoreOf(model), DType.F32)
                .keep();
        return new Adapter(config, deltas, new Parameter(ParameterSpec.SCORE, weight));
    }

    /** The same weights, not copied, with gradients of their own: for computing on another thread. */
    public Adapter replica() {
        return new Adapter(config, mapped(Parameter::replica), score == null ? null : score.replica());
    }

    /** A frozen copy of the deltas as they are now; a head it carries is left out. */
    public Adapter copy() {
        return with(weight -> weight.copy(DType.F32));
    }

    /** The same deltas with other weights, made of each of theirs; a head it carries is left out. */
    public Adapter with(UnaryOperator<Parameter> weights) {
        return new Adapter(config, mapped(weights));
    }

    private Map<String, ModuleDelta> mapped(UnaryOperator<Parameter> weights) {
        Map<String, ModuleDelta> mapped = new LinkedHashMap<>();
        deltas.forEach((module, delta) -> mapped.put(
                module, delta.with(delta.weights().stream().map(weights).toList())));
        return mapped;
    }

    /**
     * Whether the base with this adapter computes what the base computes, as at the start.
     *
     * @param base the base's weight by the name of its module
     */
    public boolean changesNothing(Function<String, Parameter> base) {
        return deltas.entrySet().stream().allMatch(d -> d.getValue().changesNothing(base.apply(d.getKey())));
    }

    /**
     * The adapter whose deltas are {@code (1 − share) · own + share · other}, exactly but for rounding; ranks may add up. Both
     * are of one type and adapt the same modules.
     *
     * @param base the base's weight by the name of its module
     */
    public Adapter mixedWith(Adapter other, double share, Function<String, Parameter> base) {
        Map<String, ModuleDelta> mixed = new LinkedHashMap<>();
        deltas.forEach((module, delta) -> {
            ModuleDelta others = other.at(module);
            if (others == null) {
                throw new IllegalArgumentException("the other adapter does not change " + module);
            }
            mixed.put(module, delta.mixedWith(others, share, base.apply(module)));
        });
        return new Adapter(config, mixed);
    }

    public AdapterConfig config() {
        return config;
    }

    @Override
    public @Nullable ModuleDelta at(String module) {
        return deltas.get(module);
    }

    /** The weight of the head it carries. */
    public @Nullable Parameter score() {
        return score;
    }

    @Nullable
    public Head head() {
        return score == null ? null : new ScoreHead(score);
    }

    /** The adapted modules, sorted by name. */
    public List<String> modules() {
        return deltas.keySet().stream().sorted().toList();
    }

    /** The weights of every module, sorted by the module's name, and then the head it carries. */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (String module : modules()) {
            ModuleDelta delta = deltas.get(module);
            if (delta != null) {
                parameters.addAll(delta.weights());
            }
        }
        if (score != null) {
            parameters.add(score);
        }
        return parameters;
    }

    /** Marks every weight as trained. */
    public Adapter trainable() {
        parameters().forEach(p -> p.value().trainable());
        return this;
    }

    public long parameterCount() {
        return parameters().stream().mapToLong(p -> p.value().count()).sum();
    }
}
