package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterDeltas;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
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
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
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
    private final Decoder decoder;
    private final Head head;

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
        decoder = Decoder.of(config, compute, this::parameter);
        head = config.output() == Output.SCORE
                ? new ScoreHead(parameter(ParameterSpec.SCORE))
                : new TokenHead(
                        config.shape().tied() ? tiedHead.apply(decoder.embedding()) : parameter(ParameterSpec.HEAD),
                        decoder.spec().logits());
    }

    /** The same weights, not copied, with gradients of their own: for computing on another thread. */
    public LanguageModel replica() {
        return of(parameters.values().stream().map(Parameter::replica).toList());
    }

    /** The same weights and gradients, not copied, whose products are computed in another type; each is cast where it is used. */
    public LanguageModel computing(DType other) {
        return new LanguageModel(config, other, parameters(), UnaryOperator.identity());
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

    /** The weight of a linear map, by the full name of its module. */
    public Parameter weight(String module) {
        return parameter(module + ".weight");
    }

    /** Normalised last hidden states [tokens, hidden] of a batch, without dropout. */
    public Tensor hidden(Batch batch, @Nullable Adapter adapter) {
        ForwardContext pass = context(batch, adapter);
        return decoder.forward(batch.tokens(), pass, UnaryOperator.identity());
    }

    /**
     * The same at a batch's targets, in training: with the adapter's dropout and noise on the embeddings, both drawn from the
     * given place of the run, and with the activations that backward needs.
     *
     * @param batch a prefix that several of its texts share is computed once, unless something is drawn row by row
     * @param embeddingNoise α of NEFTune; 0: none
     * @param recomputation which activations are recomputed in backward
     */
    public HiddenStates trainingForward(
            Batch batch, @Nullable Adapter adapter, Draw place, double embeddingNoise, Recomputation recomputation) {
        return new TrainingForward(decoder, place, embeddingNoise, recomputation).apply(batch, adapter);
    }

    /** The first module, in the order of computation, with a non-finite output for a batch; empty if all are finite. */
    public Optional<String> firstNonFinite(Batch batch, @Nullable Adapter adapter) {
        return Probe.firstNonFinite(decoder, batch, adapter);
    }

    /** The head's usual statistics of a batch's targets, without a graph. */
    public Scores score(Batch batch, @Nullable Adapter adapter) {
        return score(batch, adapter, head(adapter).usual());
    }

    /** The requested statistics of a batch's targets, without a graph. */
    public Scores score(Batch batch, @Nullable Adapter adapter, RequestedStatistics requested) {
        return score(batch, adapter, head(adapter), requested);
    }

    /** The same under another head on this model's hidden states. */
    public Scores score(Batch batch, @Nullable Adapter adapter, Head under, RequestedStatistics requested) {
        return Autograd.without(() -> {
            Batch shared = decoder.sharingPrefixes(batch);
            PredictingPositions predicting = PredictingPositions.of(shared.targets());
            ForwardContext pass = context(shared, adapter);
            Tensor at = predicting.ofTargets(decoder.forward(shared.tokens(), pass, predicting::ofAll));
            Targets targets = batch.targets();
            return new Scores(under.score(at, targets.token(), requested), targets);
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
     * @param deltas an adapter, or those of a mix over the extensions; null: the model alone
     * @return their normalised last hidden states [tokens, hidden], extension after extension
     */
    public Tensor extend(
            KeyValueCache cache, List<KeyValueCache.Extension> extensions, @Nullable AdapterDeltas deltas) {
        List<KeyValueCache.Extension> read = rereading(cache, extensions);
        Tensor all = extendAsGiven(cache, read, deltas);
        return read.equals(extensions) ? all : all.select(0, Tensor.of(newRows(read, extensions)));
    }

    /**
     * The extensions as they are to be read: where a text becomes so long that all its tokens are rotated otherwise (LongRoPE, dynamic
     * scaling), what the cache holds of it is forgotten, and read again before what is new.
     *
     * @return the list itself where nothing is read again
     */
    public List<KeyValueCache.Extension> rereading(KeyValueCache cache, List<KeyValueCache.Extension> extensions) {
        if (!decoder.dependsOnLength()) {
            return extensions;
        }
        return extensions.stream()
                .map(e -> {
                    int before = cache.length(e.sequence());
                    boolean changes = before > 0 && decoder.rotatesOtherwise(before, before + e.tokens().length);
                    return changes ? cache.restarted(e) : e;
                })
                .toList();
    }

    /** The rows of new tokens, at the end of each extension, among all that were read. */
    public static int[] newRows(List<KeyValueCache.Extension> read, List<KeyValueCache.Extension> extensions) {
        IntStream.Builder rows = IntStream.builder();
        int at = 0;
        for (int i = 0; i < read.size(); i++) {
            at += read.get(i).tokens().length;
            IntStream.range(at - extensions.get(i).tokens().length, at).forEach(rows::add);
        }
        return rows.build().toArray();
    }

    private Tensor extendAsGiven(
            KeyValueCache cache, List<KeyValueCache.Extension> extensions, @Nullable AdapterDeltas deltas) {
        return Autograd.without(() -> {
            int[] tokens = extensions.stream()
                    .flatMapToInt(e -> Arrays.stream(e.tokens()))
                    .toArray();
            ForwardContext pass = new ForwardContext(
                    decoder.rotations(cache.positions(extensions), cache.textLengths(extensions)),
                    cache.plan(extensions),
                    deltas,
                    null);
            Tensor hidden = decoder.forward(tokens, pass, UnaryOperator.identity());
            cache.advance(extensions);
            return hidden;
        });
    }

    private ForwardContext context(Batch batch, @Nullable AdapterDeltas deltas) {
        return new ForwardContext(decoder.rotations(batch), new SegmentAttention(batch.segments()), deltas, null);
    }
}
