package dev.hone.model.adapter;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.architecture.Projection;
import dev.hone.model.head.Head;
import dev.hone.model.head.ScoreHead;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.Parameter;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A set of low-rank changes to a base model, handed to its forward pass as an argument: the base itself never changes, so
 * the reference of a preference method is the same model without the argument. It may carry a head of its own that scores
 * texts, and then is a reward model on that base.
 *
 * <p>Weights are float32 whatever the base computes in.
 */
public final class Adapter implements AdapterDeltas {
    private final AdapterConfig config;
    private final Map<String, LoraDelta> changes;
    private final @Nullable Parameter score;

    /**
     * @param changes by full module name, for example {@code model.layers.0.self_attn.q_proj}
     */
    public Adapter(AdapterConfig config, Map<String, LoraDelta> changes) {
        this(config, changes, null);
    }

    /**
     * @param score the weight [1, hidden] of the head that scores texts, named {@link ParameterSpec#SCORE}; {@code null} for
     *     none
     */
    public Adapter(AdapterConfig config, Map<String, LoraDelta> changes, @Nullable Parameter score) {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("no module of this model is named by the adapter's targets "
                    + config.targets() + "; allowed are all-linear, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj"
                    + " and down_proj");
        }
        this.config = config;
        this.changes = Map.copyOf(new LinkedHashMap<>(changes));
        this.score = score;
    }

    /**
     * A new adapter, which changes nothing yet: A is uniform in ±1/√in (Kaiming with a = √5, as PEFT draws it), B is zero.
     */
    public static Adapter fresh(ModelConfig model, AdapterConfig config, long seed) {
        Map<String, LoraDelta> changes = new LinkedHashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            for (Projection projection : Projection.values()) {
                String module = projection.in(layer);
                if (config.covers(module)) {
                    changes.put(
                            module, fresh(module, projection.inputs(model), projection.outputs(model), config, seed));
                }
            }
        }
        return new Adapter(config, changes);
    }

    /** The same changes, and a new head that scores texts: normal with the configuration's range. */
    public Adapter withScore(ModelConfig model, long seed) {
        Tensor weight = new Initialisation(model.initializerRange(), seed)
                .weight(ParameterSpec.scoreOf(model), DType.F32)
                .keep();
        return new Adapter(config, changes, new Parameter(ParameterSpec.SCORE, weight));
    }

    private static LoraDelta fresh(String module, int inputs, int outputs, AdapterConfig config, long seed) {
        Draw draw = Draw.of(seed, "adapter " + module);
        float[] values = new float[config.rank() * inputs];
        float bound = (float) (1 / Math.sqrt(inputs));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * draw.uniform(i) - 1) * bound);
        }
        return new LoraDelta(
                new Parameter(
                        module + ".lora_A.weight",
                        Tensor.of(values, config.rank(), inputs).keep()),
                new Parameter(
                        module + ".lora_B.weight",
                        Tensor.zeros(DType.F32, outputs, config.rank()).keep()),
                config.scale());
    }

    /** The same weights, not copied, with gradients of their own: for computing on another thread. */
    public Adapter replica() {
        Map<String, LoraDelta> shared = new LinkedHashMap<>();
        changes.forEach((module, change) -> shared.put(
                module, new LoraDelta(change.down().replica(), change.up().replica(), change.scale())));
        return new Adapter(config, shared, score == null ? null : score.replica());
    }

    /** A frozen copy of the weights as they are now. */
    public Adapter copy() {
        Map<String, LoraDelta> copies = new LinkedHashMap<>();
        changes.forEach((module, change) -> copies.put(
                module, new LoraDelta(change.down().copy(DType.F32), change.up().copy(DType.F32), change.scale())));
        return new Adapter(config, copies);
    }

    /** Whether the base with this adapter computes what the base computes: B is zero everywhere, as at the start. */
    public boolean changesNothing() {
        try (Scope scope = Scope.open()) {
            return changes.values().stream()
                    .allMatch(change -> change.up().value().abs().max().scalar() == 0);
        }
    }

    /**
     * The change {@code (1 − share) · own + share · other}, exactly: factors stand side by side, so ranks add up. Both adapters
     * change the same modules.
     */
    public Adapter mixedWith(Adapter other, double share) {
        Map<String, LoraDelta> mixed = new LinkedHashMap<>();
        changes.forEach((module, change) -> {
            LoraDelta more = other.at(module);
            if (more == null) {
                throw new IllegalArgumentException("the other adapter does not change " + module);
            }
            mixed.put(module, change.mixedWith(more, share));
        });
        return new Adapter(config, mixed);
    }

    public AdapterConfig config() {
        return config;
    }

    @Override
    public @Nullable LoraDelta at(String module) {
        return changes.get(module);
    }

    /** The weight of the head it carries. */
    public @Nullable Parameter score() {
        return score;
    }

    @Nullable
    public Head head() {
        return score == null ? null : new ScoreHead(score);
    }

    /** The changed modules, sorted by name. */
    public List<String> modules() {
        return changes.keySet().stream().sorted().toList();
    }

    /** A and B of every module, sorted by name, and then the head it carries. */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (String module : modules()) {
            LoraDelta change = changes.get(module);
            if (change != null) {
                parameters.add(change.down());
                parameters.add(change.up());
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
