package dev.hone.recipes.plan;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.model.LayerMemory;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.head.TokenHead;
import dev.hone.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory a run takes at its peak, from shapes alone: it adds up what blocks, head and optimizer allocate. The peak is the
 * largest of five moments:
 *
 * <ul>
 *   <li>backward of a micro-batch begins: activations, the head's chunk, gradients of the micro-batches before it;
 *   <li>it ends: all gradients;
 *   <li>the weights are updated: all gradients, and what the optimizer needs for one matrix;
 *   <li>held-out rows are measured;
 *   <li>a frozen model reads the rows before the first step.
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

    /**
     * What one step asks for.
     *
     * @param largest its largest micro-batch
     * @param microBatches how many it has
     * @param measured the largest batch of held-out rows; {@link BatchSize#NONE} without any
     * @param measuredBatches how many of those there are
     * @param annotated a batch that a frozen model reads before the first step; {@link BatchSize#NONE} without any
     * @param products how many products of matrices differ in shape over the run, about
     */
    public record Demand(
            BatchSize largest,
            int microBatches,
            BatchSize measured,
            int measuredBatches,
            BatchSize annotated,
            long products) {
        /**
         * The same after a frozen model has read all rows.
         *
         * @param tokens how many at once
         * @param lengths how many lengths they have
         */
        Demand afterReading(Dataset dataset, int tokens, long lengths) {
            List<Integer> some = new ArrayList<>();
            long all = 0;
            long read = 0;
            for (int row = 0; row < dataset.count(); row++) {
                all += dataset.length(row);
                if (some.isEmpty() || all <= tokens) {
                    some.add(row);
                    read = all;
                }
            }
            Batch first = dataset.batch(some);
            BatchSize size = BatchSize.of(first);
            long batches = Math.max(1, all / Math.max(1, read));
            long met = StepSizes.products(
                    batches,
                    batches * size.attention().segments(),
                    lengths * first.rowCount() / some.size()); // of which forward makes half
            return new Demand(largest, microBatches, measured, measuredBatches, size, products + met / 2);
        }

        /** The same step in micro-batches of {@code fewer} rows instead of {@code rows}. */
        Demand split(int fewer, int rows) {
            return new Demand(
                    largest.part(fewer / (double) rows),
                    (microBatches * rows + fewer - 1) / fewer,
                    measured,
                    measuredBatches,
                    annotated,
                    products * rows / fewer);
        }

        /** The same with rows cut to a share of their length. */
        Demand withShorterRows(double share) {
            return new Demand(
                    largest.part(share), microBatches, measured.part(share), measuredBatches, annotated, products);
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
    public Peak peak(Demand demand) {
        return List.of(
                        backwardBegins(demand),
                        backwardEnds(demand),
                        updating(demand),
                        measuring(demand),
                        annotating(demand))
                .stream()
                .max(Comparator.comparingLong(Peak::bytes))
                .orElseThrow();
    }

    private Peak backwardBegins(Demand demand) {
        int side = side(demand);
        BatchSize load = demand.largest();
        LayerMemory layer = layer(load);
        boolean later = demand.microBatches() > side;
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", side * (later ? gradients() : headGradient())));
        lines.add(new Line("activations", side * (activations(layer, load) + outline(load))));
        lines.add(new Line("attention scores", side * scores(layer)));
        lines.add(new Line("head, or a layer at work", side * Math.max(head(load), atWork(layer, load))));
        lines.add(new Line("gaps between tensors", side * activations(load) * GAP_PERCENT / 100));
        return new Peak("when a micro-batch's backward begins", lines);
    }

    private Peak backwardEnds(Demand demand) {
        int side = side(demand);
        BatchSize load = demand.largest();
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", side * gradients()));
        lines.add(new Line("activations", side * (layerInputs(load) + outline(load))));
        return new Peak("when a micro-batch's backward ends", lines);
    }

    private Peak updating(Demand demand) {
        List<Line> lines = standing(demand);
        lines.add(new Line("gradients", gradients()));
        lines.add(new Line("update of one matrix", updateSpace()));
        return new Peak("when the weights are updated", lines);
    }

    private Peak measuring(Demand demand) {
        BatchSize load = demand.measured();
        int side = Math.max(1, Math.min(workers, demand.measuredBatches()));
        List<Line> lines = standing(demand);
        lines.add(new Line("activations", side * (masks(load) + outline(load) + layerInputs(load))));
        lines.add(new Line(
                "head, or a layer at work",
                side * Math.max(head(load), layer(load).made())));
        return new Peak("when held-out rows are measured", lines);
    }

    /** Nothing is saved for backward, and nothing is trained yet. */
    private Peak annotating(Demand demand) {
        BatchSize load = demand.annotated();
        List<Line> lines = standing(demand);
        lines.add(new Line("activations", workers * (masks(load) + outline(load) + 2L * hiddenStates(load))));
        lines.add(new Line(
                "head, or a layer at work",
                workers * Math.max(head(load), layer(load).made())));
        return new Peak("when a frozen model reads the rows", lines);
    }

    /** What is there from the first step to the last. */
    private List<Line> standing(Demand demand) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("weights", adapter == null ? bytes(WIDE, s -> true) : frozen()));
        lines.add(new Line("adapter", WIDE * adapterCount()));
        lines.add(new Line("optimizer", optimizer()));
        lines.add(new Line("reference or teacher", copies));
        lines.add(new Line("rows", rows));
        lines.add(new Line("Java and libtorch", FLOOR + javaHeap));
        lines.add(new Line("compiled products", compiled(demand.products())));
        lines.add(new Line("comparison with float32", compared()));
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

    /** Before the first step of a run in 16 bits a layer at a time is widened, and little of that memory fits what comes later. */
    private long compared() {
        return compute.bytes() == WIDE ? 0 : bytes(WIDE, spec -> spec.name().contains(".layers.0."));
    }

    /** Frozen weights in the compute type, but those of the MLPs as they are stored where that is narrower. */
    private long frozen() {
        boolean stored16 = model.source().dtype().equals("bfloat16")
                || model.source().dtype().equals("float16");
        int mlp = stored16 ? Math.min(DType.BF16.bytes(), compute.bytes()) : compute.bytes();
        return bytes(compute.bytes(), s -> !s.isMlpMatrix()) + bytes(mlp, ParameterSpec::isMlpMatrix);
    }

    // ---- activations -----------------------------------------------------------------------------------------------

    /** What one micro-batch needs beside what stands: by this, two of them are compared. */
    public long activations(BatchSize load) {
        LayerMemory layer = layer(load);
        return scores(layer) + activations(layer, load) + outline(load) + atWork(layer, load);
    }

    private LayerMemory layer(BatchSize load) {
        return LayerMemory.of(model, adapter, compute, load.attention());
    }

    /** What the layers save for backward, scores aside: the term that recomputation makes small. */
    private long activations(LayerMemory layer, BatchSize load) {
        return masks(load)
                + switch (recomputation) {
                    case NONE -> model.layers() * (layer.saved() - layer.savedScores());
                    case LAYERS -> layerInputs(load);
                };
    }

    private long scores(LayerMemory layer) {
        return recomputation == Recomputation.NONE ? model.layers() * layer.savedScores() : 0;
    }

    private long layerInputs(BatchSize load) {
        return 2L * model.layers() * hiddenStates(load); // of both blocks of each
    }

    private long hiddenStates(BatchSize load) {
        return load.tokens() * model.hidden() * compute.bytes();
    }

    /**
     * A layer in backward: gradients of the MLP's product, of both factors and of the gate, and of one matrix; before it what is
     * recomputed, or, in forward, what is not saved.
     */
    private long atWork(LayerMemory layer, BatchSize load) {
        long matrix = (adapter == null ? 2L : 1L)
                * WIDE
                * model.shape().intermediate()
                * model.hidden(); // its gradient; or it, widened
        long backward = 4 * load.tokens() * model.shape().intermediate() * compute.bytes() + matrix;
        return recomputation == Recomputation.NONE
                ? Math.max(backward, layer.made() - layer.saved())
                : layer.made() + backward;
    }

    /** Masks are made once for all layers, in float32 and in the compute type. */
    private long masks(BatchSize load) {
        long each = compute.bytes() == WIDE ? WIDE : WIDE + compute.bytes();
        return load.attention().masks(model.attention()) * each;
    }

    /** Outside of the layers: embeddings, the last norm, angles, and hidden states at the targets with their gradient. */
    private long outline(BatchSize load) {
        long bytes = compute.bytes();
        long token = model.hidden() * (WIDE + 2 * bytes + 2L * WIDE)
                + model.attention().headSize() * (WIDE + bytes);
        return load.tokens() * token + load.targets() * 4 * model.hidden() * bytes;
    }

    // ---- head ------------------------------------------------------------------------------------------------------

    private boolean predictsTokens() {
        return model.output() == Output.TOKENS;
    }

    /** A chunk of logits in the compute type, what is made of one block of it at a time, and the weight if it has to be cast. */
    private long head(BatchSize load) {
        if (!predictsTokens()) {
            return 0;
        }
        long vocabulary = model.vocabulary();
        long cast = adapter == null && compute.bytes() != WIDE ? vocabulary * model.hidden() * compute.bytes() : 0;
        return TokenHead.chunkBytes(vocabulary, compute, load.targets()) + cast;
    }

    private long headGradient() {
        return adapter == null && predictsTokens() ? (long) model.vocabulary() * model.hidden() * WIDE : 0;
    }

    // ---- what is trained
    // -----------------------------------------------------------------------------------------------

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
        return spec.shape().length == 2
                && !spec.name().equals(ParameterSpec.EMBEDDING)
                && !spec.name().equals(ParameterSpec.HEAD);
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

    private int side(Demand demand) {
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
