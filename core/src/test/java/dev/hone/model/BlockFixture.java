package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.layer.RopeSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A block of a decoder layer with random weights, some of which are trained, and its inputs. */
final class BlockFixture {
    static final int HIDDEN = 6;
    static final int HEAD_SIZE = 4;
    static final RopeSpec ROPE = new RopeSpec(HEAD_SIZE, RopeSpec.PairLayout.HALVES, 1e4, RopeScaling.NONE, null);
    private static final Size SMALL = new Size(HIDDEN, 2, 0.5);

    /** The width of hidden states, the rank of an adapter, and how far weights deviate from their mean. */
    record Size(int hidden, int rank, double deviation) {}

    /**
     * What is trained.
     *
     * @param full the block's own weights
     * @param biases whether its maps carry a bias
     * @param adapted the maps that an adapter changes
     * @param input whether anything below requires a gradient
     */
    record Case(boolean full, boolean biases, List<String> adapted, boolean input) {}

    /** The formula of a block, and the block that is compared with it. */
    record Layer(BiFunction<Tensor, ForwardContext, Tensor> formula, Function<ForwardContext, Block> block) {}

    private final Size size;
    private final Case it;
    private final DType compute;
    private final Batch batch;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<String, LoraDelta> changes = new LinkedHashMap<>();
    private final Layer layer;
    private final ForwardContext pass;

    BlockFixture(Function<BlockFixture, Layer> made, Case it, DType compute, Batch batch, @Nullable Dropout dropout) {
        this(SMALL, made, it, compute, batch, dropout);
    }

    BlockFixture(
            Size size,
            Function<BlockFixture, Layer> made,
            Case it,
            DType compute,
            Batch batch,
            @Nullable Dropout dropout) {
        this.size = size;
        this.it = it;
        this.compute = compute;
        this.batch = batch;
        layer = made.apply(this);
        AdapterConfig shape = new AdapterConfig(size.rank, 2 * size.rank, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        pass = new ForwardContext(
                rope -> new Rope(rope, HEAD_SIZE).at(batch.positions(), compute),
                new SegmentAttention(batch.segments()),
                changes.isEmpty() ? null : new Adapter(shape, changes),
                dropout);
    }

    int hidden() {
        return size.hidden;
    }

    RmsNorm norm() {
        return norm("norm", size.hidden);
    }

    RmsNorm norm(String name, int width) {
        return new RmsNorm(own(name, 1, 0.1, width), 1e-5);
    }

    Linear linear(String module, int out, int in) {
        if (it.adapted.contains(module)) {
            Parameter down = weight(true, module + ".A", 0, size.deviation, size.rank, in);
            Parameter up = weight(true, module + ".B", 0, size.deviation, out, size.rank);
            changes.put(module, new LoraDelta(down, up, 2));
        }
        Parameter bias = it.biases ? own(module + ".bias", 0, size.deviation, out) : null;
        return new Linear(module, own(module, 0, size.deviation, out, in), bias);
    }

    private Parameter own(String name, double mean, double deviation, long... shape) {
        return weight(it.full, name, mean, deviation, shape);
    }

    /** Trained and float32, or frozen and held in the compute type. */
    private Parameter weight(boolean trained, String name, double mean, double deviation, long... shape) {
        Tensor values = Drawn.gaussian(name, shape).times(deviation).plus(mean);
        Parameter weight = new Parameter(name, trained ? values.trainable() : values.to(compute));
        parameters.add(weight);
        return weight;
    }

    Tensor input() {
        Tensor x = Drawn.gaussian("x", batch.tokenCount(), size.hidden).to(compute);
        return it.input ? x.trainable() : x;
    }

    /** The gradient of its output. */
    Tensor gradient() {
        return Drawn.gaussian("gradient", batch.tokenCount(), size.hidden).to(compute);
    }

    Tensor formula(Tensor x) {
        return layer.formula.apply(x, pass);
    }

    Block block() {
        return layer.block.apply(pass);
    }

    Map<String, float[]> byHand(int times) {
        return taken(block(), times);
    }

    Map<String, float[]> byGraph(int times) {
        return taken(Block.of(this::formula), times);
    }

    /** By name: the output y, the gradient of x, and those of the trained weights. */
    Map<String, float[]> taken(Block block, int times) {
        parameters.forEach(p -> p.value().clearGradient());
        Map<String, float[]> taken = new TreeMap<>();
        for (int time = 0; time < times; time++) {
            Block.Activations saved = block.forward(input());
            assertThat(saved.output().isTrainable()).isTrue();
            taken.put("y", saved.output().floats());
            Tensor below = saved.backward(gradient());
            assertThat(below != null).isEqualTo(it.input);
            if (below != null) {
                taken.put("x", below.floats());
            }
        }
        parameters.stream()
                .filter(p -> p.value().hasGradient())
                .forEach(p -> taken.put(p.name(), p.value().gradient().floats()));
        return taken;
    }

    /** Texts and their continuations, whose positions continue their parents'. */
    static Batch batch(Segment... segments) {
        Segment last = segments[segments.length - 1];
        int[] positions = new int[last.start() + last.length()];
        for (Segment segment : segments) {
            int before =
                    segment.hasParent() ? segments[segment.parent()].start() + segments[segment.parent()].length() : 0;
            int first = segment.hasParent() ? positions[before - 1] + 1 : 0;
            for (int i = 0; i < segment.length(); i++) {
                positions[segment.start() + i] = first + i;
            }
        }
        Targets none = new Targets(new int[0], new int[0], new float[0], new int[0]);
        return new Batch(new int[positions.length], positions, List.of(segments), none, new long[] {7, 8, 9});
    }
}
