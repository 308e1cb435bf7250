package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterDeltas;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.attention.AttentionPlan;
import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.model.head.Head;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.ScoreHead;
import dev.hone.model.head.Scores;
import dev.hone.model.head.TokenHead;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer: token ids in, hidden states out, and a head that scores tokens, or whole texts in a reward
 * model.
 *
 * <p>The adapter is an argument of each pass. A {@link WeightPlacement} says how weights are held, and whether they are trained.
 * Weights live as long as the model is reachable.
 * Passes may run from several threads as long as nobody updates weights meanwhile.
 */
public final class LanguageModel {
    private final ModelConfig config;
    private final DType compute;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Parameter embedding;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final RmsNorm finalNorm;
    private final Head head;
    private final Rope rope;

    /** Reads the weights and holds them as the placement says. */
    public LanguageModel(ModelConfig config, WeightSource source, WeightPlacement placement) {
        this(config, placement.compute(), placement.read(ParameterSpec.of(config), source), placement::headOf);
    }

    /**
     * @param tiedHead the head's weight, of the embedding, where they are tied
     */
    private LanguageModel(
            ModelConfig config, DType compute, List<Parameter> weights, UnaryOperator<Parameter> tiedHead) {
        this.config = config;
        this.compute = compute;
        weights.forEach(p -> parameters.put(p.name(), p));
        embedding = parameter(ParameterSpec.EMBEDDING);
        for (int i = 0; i < config.layers(); i++) {
            layers.add(DecoderLayer.of(i, config, this::parameter));
        }
        finalNorm =
                new RmsNorm(parameter(ParameterSpec.FINAL_NORM), config.shape().normEpsilon());
        head = config.output() == Output.SCORE
                ? new ScoreHead(parameter(ParameterSpec.SCORE))
                : new TokenHead(config.shape().tied() ? tiedHead.apply(embedding) : parameter(ParameterSpec.HEAD));
        rope = new Rope(
                config.attention().headSize(),
                config.rope().theta(),
                config.rope().scaling());
    }

    /** The same weights, not copied, with gradients of their own: for computing on another thread. */
    public LanguageModel replica() {
        return of(parameters.values().stream().map(Parameter::replica).toList());
    }

    /** A frozen copy of the weights as they are now, held in the given type. */
    public LanguageModel copy(DType held) {
        return of(parameters.values().stream().map(p -> p.copy(held)).toList());
    }

    private LanguageModel of(List<Parameter> weights) {
        return new LanguageModel(config, compute, weights, UnaryOperator.identity());
    }

    public ModelConfig config() {
        return config;
    }

    /** The type products are computed in. */
    public DType compute() {
        return compute;
    }

    /** The head that predicts tokens; {@link IllegalStateException} where the model scores texts instead. */
    public TokenHead head() {
        if (head instanceof TokenHead tokens) {
            return tokens;
        }
        throw new IllegalStateException("a reward model scores texts and predicts no tokens");
    }

    /** The head that a pass with this adapter ends in: the adapter's own if it carries one. */
    public Head head(@Nullable Adapter adapter) {
        Head carried = adapter == null ? null : adapter.head();
        return carried == null ? head : carried;
    }

    /** The model's own weights, in checkpoint order. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    public Parameter parameter(String name) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("no weight is named " + name);
        }
        return parameter;
    }

    /** Normalised last hidden states [tokens, hidden] of a batch, as evaluation wants them. */
    public Tensor hidden(Batch batch, @Nullable Adapter adapter) {
        return run(batch.tokens(), batch.positions(), new SegmentAttention(batch.segments()), adapter);
    }

    /**
     * The same at a batch's targets, in training: the adapter's dropout is applied and the embeddings are moved, both drawn from
     * the given place of the run.
     *
     * @param embeddingNoise how far embeddings are moved, α of NEFTune; 0: not at all
     * @param given what several of its texts begin with is computed once, unless something is drawn row by row
     * @param recomputation what is computed again on the way back
     */
    public HiddenStates learned(
            Batch given, @Nullable Adapter adapter, Draw step, double embeddingNoise, Recomputation recomputation) {
        Dropout dropout = adapter == null || adapter.config().dropout() == 0
                ? null
                : new Dropout(adapter.config().dropout(), step, given);
        EmbeddingNoise noise = embeddingNoise == 0 ? null : new EmbeddingNoise(embeddingNoise, step, given);
        boolean drawsByRow = dropout != null || noise != null;
        Batch batch = drawsByRow ? given : given.sharingPrefixes();
        AttentionPlan attention = new SegmentAttention(batch.segments());
        ForwardContext pass = new ForwardContext(rope.at(batch.positions(), compute), attention, adapter, dropout);
        PredictingPositions predicting = PredictingPositions.of(batch.targets());
        List<Block> stages = new ArrayList<>();
        layers.forEach(layer -> layer.stages(pass).forEach(stage -> stages.add(recomputation.of(stage))));
        int beforeGated = dropout == null ? stages.size() - 1 : stages.size(); // masks are drawn for all positions
        stages.add(beforeGated, Block.of(predicting::ofAll));
        stages.add(Block.of(x -> predicting.ofTargets(finalNorm.apply(x))));
        Tensor first = Autograd.without(() -> embedded(batch.tokens(), noise));
        return LayerStack.through(
                stages,
                embedding.isTrained() ? first.trainable() : first,
                gradient -> Autograd.withoutDo(
                        () -> embedding.gradient().addRowsInPlace(Tensor.of(batch.tokens()), gradient.to(DType.F32))));
    }

    /**
     * The first module, in the order of computation, whose output for a batch has an entry that is not a number; nothing if
     * all hidden states are numbers.
     */
    public Optional<String> firstNonFinite(Batch batch, @Nullable Adapter adapter) {
        Probe probe = new Probe();
        Autograd.withoutDo(() -> {
            try (Scope scope = Scope.open()) {
                AttentionPlan attention = new SegmentAttention(batch.segments());
                ForwardContext pass =
                        new ForwardContext(rope.at(batch.positions(), compute), attention, adapter, null, probe);
                run(batch.tokens(), pass, UnaryOperator.identity());
            }
        });
        return probe.firstNonFinite();
    }

    /** What the head says of a batch's targets, without a graph. */
    public Scores score(Batch batch, @Nullable Adapter adapter) {
        return score(batch, adapter, head(adapter).usual());
    }

    /** What is asked about a batch's targets, without a graph. */
    public Scores score(Batch batch, @Nullable Adapter adapter, RequestedStatistics question) {
        return Autograd.without(() -> {
            Batch shared = batch.sharingPrefixes();
            PredictingPositions predicting = PredictingPositions.of(shared.targets());
            AttentionPlan attention = new SegmentAttention(shared.segments());
            ForwardContext pass = new ForwardContext(rope.at(shared.positions(), compute), attention, adapter, null);
            Tensor at = predicting.ofTargets(run(shared.tokens(), pass, predicting::ofAll));
            Targets targets = batch.targets();
            return new Scores(head(adapter).score(at, targets.token(), question), targets);
        });
    }

    /** A cache for sequences of this model, empty; the caller closes it. */
    public KeyValueCache cache() {
        return new KeyValueCache(config, compute);
    }

    /**
     * Reads tokens that continue cached sequences, without a graph; the cache then holds them too.
     *
     * <p>Together with what was read before, this computes what {@link #hidden} computes for the whole sequences.
     *
     * @param changes an adapter, or those of a mix over the extensions; null leaves the model
     * @return their normalised last hidden states [tokens, hidden], extension after extension
     */
    public Tensor extend(
            KeyValueCache cache, List<KeyValueCache.Extension> extensions, @Nullable AdapterDeltas changes) {
        return Autograd.without(() -> {
            int[] tokens = extensions.stream()
                    .flatMapToInt(e -> Arrays.stream(e.tokens()))
                    .toArray();
            AttentionPlan attention = cache.plan(extensions);
            Tensor hidden = run(tokens, cache.positions(extensions), attention, changes);
            cache.advance(extensions);
            return hidden;
        });
    }

    private Tensor run(int[] tokens, int[] positions, AttentionPlan attention, @Nullable AdapterDeltas changes) {
        ForwardContext pass = new ForwardContext(rope.at(positions, compute), attention, changes, null);
        return run(tokens, pass, UnaryOperator.identity());
    }

    /**
     * @param wanted what of all positions the last layer's gated half is to see, and the result to have
     */
    private Tensor run(int[] tokens, ForwardContext pass, UnaryOperator<Tensor> wanted) {
        Tensor x = pass.seen("model.embed_tokens", embedded(tokens, null));
        for (int i = 0; i < layers.size(); i++) {
            DecoderLayer layer = layers.get(i);
            UnaryOperator<Tensor> own = i + 1 < layers.size() ? UnaryOperator.identity() : wanted;
            Tensor before = x;
            x = Scope.returning(() -> layer.apply(before, pass, own));
        }
        return pass.seen("model.norm", finalNorm.apply(x));
    }

    /** What the first layer is given [tokens, hidden]. */
    private Tensor embedded(int[] tokens, @Nullable EmbeddingNoise noise) {
        requireKnown(tokens);
        return Scope.returning(() -> {
            Tensor x = embedding.value().lookUp(Tensor.of(tokens));
            return (noise == null ? x : noise.apply(x)).to(compute);
        });
    }

    private void requireKnown(int[] tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= config.vocabulary()) {
                throw new IllegalArgumentException("token id (" + token + ") is outside the model's vocabulary of "
                        + config.vocabulary() + "; the tokenizer belongs to another model");
            }
        }
    }
}
