package dev.hone.model.weight;

import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a model's parameters are held: a table whose first row that fits a parameter decides. Presets are made of the same few
 * rows; a new way to hold weights is a row.
 *
 * @param compute the type the model computes in
 * @param tiedHead the layout of a head that is tied to the embedding, whose own rows are looked up and stay dense; null: the
 *     embedding's
 */
public record WeightPlacement(
        DType compute, List<PlacementRule> rows, @Nullable Function<Tensor, Weight> tiedHead) {
    /** Reads a parameter and holds it in some layout. Asked from several threads. */
    @FunctionalInterface
    public interface Holding {
        Weight of(ParameterSpec spec, WeightSource source, DType compute);
    }

    /** A row of the table: what a kind of parameter is held as. */
    public record PlacementRule(Predicate<ParameterSpec> which, Holding holding) {}

    private static final Predicate<ParameterSpec> ANY = spec -> true;

    /** Frozen, in the compute type. */
    private static final Holding IN_COMPUTE_TYPE = (spec, source, compute) -> dense(spec, source, compute);

    /** Frozen, in the narrower of the compute type and the type it is stored in. */
    private static final Holding AS_STORED =
            (spec, source, compute) -> dense(spec, source, narrower(spec, source, compute));

    /** Trained, in float32. */
    private static final Holding TRAINED = (spec, source, compute) -> {
        DenseWeight weight = dense(spec, source, DType.F32);
        weight.values().trainable();
        return weight;
    };

    public WeightPlacement {
        rows = List.copyOf(rows);
    }

    /** All weights frozen, in the compute type. */
    public static WeightPlacement frozen(DType compute) {
        return new WeightPlacement(compute, List.of(new PlacementRule(ANY, IN_COMPUTE_TYPE)), null);
    }

    /**
     * All weights frozen, for training an adapter: the matrices of the MLP blocks, most of a model, stay in the 16 bits they are
     * stored in and are cast where they are used. Values are the same; it takes less memory and a little more time.
     */
    public static WeightPlacement underAdapter(DType compute) {
        return new WeightPlacement(
                compute,
                List.of(
                        new PlacementRule(ParameterSpec::isMlpMatrix, AS_STORED),
                        new PlacementRule(ANY, IN_COMPUTE_TYPE)),
                null);
    }

    /**
     * All weights frozen, for training an adapter on what the same model samples with it: the matrices of the layers are packed, which
     * decoding gains most from, and forward passes of many tokens lose nothing by. Both multiply by the same matrices, so that they agree
     * to the bit; backward copies one matrix out at a time. The head, whose logits are made in blocks of the vocabulary, stays dense.
     */
    public static WeightPlacement underSampledAdapter(WeightFormat format) {
        Workers workers = Workers.of(Engine.threads());
        return new WeightPlacement(
                format.compute(),
                List.of(
                        new PlacementRule(
                                spec -> isProduct(spec) && !spec.name().equals(ParameterSpec.HEAD),
                                in(values -> format.of(values, workers))),
                        new PlacementRule(ANY, IN_COMPUTE_TYPE)),
                null);
    }

    /** All weights trained, in float32. */
    public static WeightPlacement trained(DType compute) {
        return new WeightPlacement(compute, List.of(new PlacementRule(ANY, TRAINED)), null);
    }

    /**
     * All weights frozen, the matrices of products in a format, for passes that read few tokens at a time, as decoding does:
     * those are bound by the bytes of the weights.
     */
    public static WeightPlacement packed(WeightFormat format) {
        Workers workers = Workers.of(Engine.threads()); // threads of its own, shared by all matrices
        Function<Tensor, Weight> layout = values -> format.of(values, workers);
        return new WeightPlacement(
                format.compute(),
                List.of(new PlacementRule(WeightPlacement::isProduct, in(layout)), new PlacementRule(ANY, AS_STORED)),
                layout);
    }

    /** Reads all weights of a model, several at a time, and holds each as its row says. */
    public List<Parameter> read(List<ParameterSpec> specs, WeightSource source) {
        return Workers.of(Engine.threads())
                .map(specs, spec -> new Parameter(spec.name(), holding(spec).of(spec, source, compute)));
    }

    private Holding holding(ParameterSpec spec) {
        return rows.stream()
                .filter(row -> row.which.test(spec))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no row says how " + spec.name() + " is held"))
                .holding;
    }

    /** The head's weight where it shares the embedding's values. */
    public Parameter headOf(Parameter embedding) {
        return tiedHead == null ? embedding : new Parameter(embedding.name(), tiedHead.apply(embedding.value()));
    }

    private static boolean isProduct(ParameterSpec spec) {
        return spec.shape().length == 2 && spec.role() != ParameterSpec.Role.EMBEDDING; // whose rows are looked up
    }

    private static Holding in(Function<Tensor, Weight> layout) {
        return (spec, source, compute) -> {
            try (Tensor values =
                    dense(spec, source, narrower(spec, source, compute)).values()) {
                return layout.apply(values);
            }
        };
    }

    private static DenseWeight dense(ParameterSpec spec, WeightSource source, DType type) {
        return new DenseWeight(source.weight(spec, type).keep());
    }

    private static DType narrower(ParameterSpec spec, WeightSource source, DType compute) {
        DType stored = source.stored(spec, compute);
        return stored.bytes() < compute.bytes() ? stored : compute;
    }
}
