package dev.hone.recipes.plan;

import static dev.hone.error.Require.require;

import dev.hone.model.LayerMemory;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory a run takes at its peak, from shapes alone: it adds up what blocks, head and optimizer allocate. The peak is the
 * largest of six moments:
 *
 * <ul>
 *   <li>backward of a micro-batch begins: activations, the head's chunk, gradients of the micro-batches before it;
 *   <li>it ends: all gradients;
 *   <li>the weights are updated: all gradients, and what the optimizer needs for one matrix;
 *   <li>held-out rows are measured;
 *   <li>a frozen model reads the rows before the first step;
 *   <li>completions are sampled.
 * </ul>
 *
 * <p>What is not ours to allocate is measured: Java with its classes and compiled code and libtorch's own pages, which are constant;
 * the gaps that tensors of different sizes leave between each other, as a share of all that comes and goes; and in bf16 what
 * the library of products compiles for each shape it meets. Immutable.
 *
 * @param adapter what is trained beside the frozen weights; null: the weights themselves are trained
 * @param workers micro-batches computed at the same time
 * @param copies of the weights that a reference or a teacher needs, in bytes
 * @param rows what the rows take in memory, in bytes
 * @param javaHeap what Java fills with short-lived objects before it collects them, in bytes
 */
public record MemoryModel(
        ModelConfig model,
        @Nullable AdapterConfig adapter,
        DType compute,
        Update update,
        int workers,
        Recomputation recomputation,
        long copies,
        long rows,
        long javaHeap) {
    /** Java without its heap, and libtorch: measured with a model of four megabytes; see docs/plan.md. */
    static final long FLOOR = 290L << 20;

    /** Gaps in the allocator's heap, in percent of the activations that come and go: measured; see docs/plan.md. */
    private static final int GAP_PERCENT = 40;

    /** Products that the library keeps compiled; those it meets beyond them replace others, and leave gaps. */
    private static final long KEPT_PRODUCTS = 1024;

    /** Products after which the gaps grow no more. */
    private static final long MOST_PRODUCTS = 3 * KEPT_PRODUCTS;

    /** What a compiled product takes, and the gap that a replaced one leaves: measured, in bytes. */
    private static final long PRODUCT = 360_000;

    private static final long REPLACED = 100_000;

    private static final int WIDE = DType.F32.bytes();

    /** How weights are updated. */
    public enum Update {
        /** Two moments of each weight. */
        ADAMW,
        /** One momentum of each hidden matrix, two moments of the rest. */
        MUON
    }

    /** A named part of the whole, in bytes. */
    public record Line(String what, long bytes) {}

    /**
     * The moment at which most is needed.
     *
     * @param moment in words
     */
    public record Peak(String moment, List<Line> lines) {
        public Peak {
            lines = lines.stream().filter(line -> line.bytes() > 0).toList();
        }

        public long bytes() {
            return lines.stream().mapToLong(Line::bytes).sum();
        }
    }

    public MemoryModel {
        require(workers > 0, "workers (%d) must be positive", workers);
    }

    MemoryModel withWorkers(int count) {
        return new MemoryModel(model, adapter, compute, update, count, recomputation, copies, rows, javaHeap);
    }

    MemoryModel recomputing() {
        return new MemoryModel(model, adapter, compute, update, workers, Recomputation.LAYERS, copies, rows, javaHeap);
    }

    MemoryModel withAdapter(AdapterConfig other) {
        return new MemoryModel(model, other, compute, update, workers, recomputation, copies, rows, javaHeap);
    }

    MemoryModel withCompute(DType other) {
        return new MemoryModel(model, adapter, other, update, workers, recomputation, copies, rows, javaHeap);
    }

    /** The peak of a run. */
    public Peak peak(StepDemand demand) {
        return List.of(
                        backwardBegins(demand),
                        backwardEnds(demand),
                        updating(demand),
                        measuring(demand),
                        annotating(demand),
                        sampling(demand))
                .stream()
                .max(Comparator.comparingLong(Peak::bytes))
                .orElseThrow();
    }

    /** What a micro-batch of it allocates. */
    ActivationMemory activations() {
        return new ActivationMemory(model, adapter, compute, recomputation);
    }

    private Peak backwardBegins(StepDemand demand) {
        int side = side(demand);
        BatchSize load = demand.largest();
        ActivationMemory memory = activations();
        LayerMemory layer = memory.layer(load);
        boolean later = demand.microBatches() > side;
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", side * (later ? gradients() : headGradient())));
        lines.add(new Line("activations", side * (memory.saved(layer, load) + memory.outline(load))));
        lines.add(new Line("attention scores", side * memory.scores(layer)));
        lines.add(new Line("head, or a layer at work", side * memory.headOrLayer(layer, load)));
        lines.add(new Line("gaps between tensors", side * memory.gapping(load) * GAP_PERCENT / 100));
        return new Peak("when a micro-batch's backward begins", lines);
    }

    private Peak backwardEnds(StepDemand demand) {
        int side = side(demand);
        BatchSize load = demand.largest();
        ActivationMemory memory = activations();
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", side * gradients()));
        lines.add(new Line("activations", side * (memory.layerInputs(load) + memory.outline(load))));
        return new Peak("when a micro-batch's backward ends", lines);
    }

    private Peak updating(StepDemand demand) {
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", gradients()));
        lines.add(new Line("update of one matrix", updateSpace()));
        return new Peak("when the weights are updated", lines);
    }

    private Peak measuring(StepDemand demand) {
        BatchSize load = demand.measured();
        int side = Math.max(1, Math.min(workers, demand.measuredBatches()));
        ActivationMemory memory = activations();
        List<Line> lines = standing(demand);
        lines.add(
                new Line("activations", side * (memory.masks(load) + memory.outline(load) + memory.layerInputs(load))));
        lines.add(new Line(
                "head, or a layer at work",
                side * Math.max(memory.head(load), memory.layer(load).made())));
        return new Peak("when held-out rows are measured", lines);
    }

    /** Nothing is saved for backward, and nothing is trained yet. */
    private Peak annotating(StepDemand demand) {
        BatchSize load = demand.annotated();
        ActivationMemory memory = activations();
        List<Line> lines = standing(demand);
        lines.add(new Line(
                "activations", workers * (memory.masks(load) + memory.outline(load) + 2L * memory.hiddenStates(load))));
        lines.add(new Line(
                "head, or a layer at work",
                workers * Math.max(memory.head(load), memory.layer(load).made())));
        return new Peak("when a frozen model reads the rows", lines);
    }

    /** Keys and values are held twice while they grow; logits are as wide as the vocabulary, in float32 and as probabilities. */
    private Peak sampling(StepDemand demand) {
        StepDemand.Decoding generated = demand.decoding();
        long keys = 2L * model.layers() * model.attention().keyWidth() * compute.bytes();
        List<Line> lines = standing(demand);
        lines.add(new Line("keys and values", 2 * keys * generated.sequences() * generated.tokens()));
        lines.add(new Line("logits", 3L * WIDE * generated.sequences() * model.vocabulary()));
        return new Peak("when completions are sampled", lines);
    }

    /** What is there from the first step to the last. */
    private List<Line> standing(StepDemand demand) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("weights", adapter == null ? bytes(WIDE, s -> true) : frozen()));
        lines.add(new Line("adapter", WIDE * adapterCount()));
        lines.add(new Line("optimizer", optimizer()));
        lines.add(new Line("reference or teacher", copies));
        lines.add(new Line("rows", rows));
        lines.add(new Line("Java and libtorch", FLOOR + javaHeap));
        lines.add(new Line("compiled products", compiled(demand.products())));
        return lines;
    }

    /** In float32 products are not compiled. */
    private long compiled(long products) {
        if (compute.bytes() == WIDE) {
            return 0;
        }
        return PRODUCT * Math.min(KEPT_PRODUCTS, products)
                + REPLACED * Math.max(0, Math.min(MOST_PRODUCTS, products) - KEPT_PRODUCTS);
    }

    /** Frozen weights in the compute type, but those of the MLPs as they are stored where that is narrower. */
    private long frozen() {
        boolean stored16 = model.source().dtype().equals("bfloat16")
                || model.source().dtype().equals("float16");
        int mlp = stored16 ? Math.min(DType.BF16.bytes(), compute.bytes()) : compute.bytes();
        return bytes(compute.bytes(), s -> !s.isMlpMatrix()) + bytes(mlp, ParameterSpec::isMlpMatrix);
    }

    private long headGradient() {
        return adapter == null && activations().predictsTokens()
                ? (long) model.vocabulary() * model.hidden() * WIDE
                : 0;
    }

    /** The number of trained weights. */
    public long trainedWeights() {
        return adapter == null ? model.parameterCount() : adapterCount();
    }

    private long adapterCount() {
        return adapter == null ? 0 : AdapterSize.of(model, adapter);
    }

    private long gradients() {
        return WIDE * trainedWeights();
    }

    private long optimizer() {
        long two = 2L * WIDE * trainedWeights();
        if (update == Update.ADAMW) {
            return two;
        }
        return adapter == null ? two - bytes(WIDE, MemoryModel::isHiddenMatrix) : two / 2;
    }

    private static boolean isHiddenMatrix(ParameterSpec spec) {
        return spec.isLinear() || spec.name().equals(ParameterSpec.SCORE);
    }

    /** AdamW makes one denominator at a time; Muon's five iterations leave their products until the matrix is done. */
    private long updateSpace() {
        if (adapter != null) {
            return 0;
        }
        long largest = ParameterSpec.of(model).stream()
                .mapToLong(ParameterSpec::count)
                .max()
                .orElse(0);
        long denominator = WIDE * largest;
        if (update == Update.ADAMW) {
            return denominator;
        }
        long small = model.hidden();
        long matrix = small * Math.max(small, model.shape().intermediate());
        return Math.max(denominator, WIDE * (5 * (2 * small * small + matrix) + 4 * matrix));
    }

    /** What a saved state takes on disk: the trained weights, and their optimizer. */
    public long stateBytes() {
        return WIDE * trainedWeights() + optimizer();
    }

    private int side(StepDemand demand) {
        return Math.min(workers, Math.max(1, demand.microBatches()));
    }

    private long bytes(int each, Predicate<ParameterSpec> which) {
        return each
                * ParameterSpec.of(model).stream()
                        .filter(which)
                        .mapToLong(ParameterSpec::count)
                        .sum();
    }
}
