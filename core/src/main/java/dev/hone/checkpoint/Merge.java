package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An adapter added to its base and written as an ordinary checkpoint: {@code W' = cast(W + scale · B · A)}, the sum in
 * float32 and rounded once. With an adapter that carries a head it becomes a reward model.
 *
 * <p>Rounding can swallow the change: neighbouring bf16 numbers near 0.02 lie 1.2e-4 apart, and an entry of ΔW below half
 * of that mostly leaves W where it was. With {@code D = cast(W + ΔW) − cast(W)}, what really happened to the weights,
 *
 * <pre>
 * lost  = 1 − ⟨D, ΔW⟩ / ⟨ΔW, ΔW⟩     how much of the change is missing: 0 none of it, 1 all of it
 * error = ‖D − ΔW‖ / ‖ΔW‖            the same with the noise that rounding adds, which partly averages out
 * </pre>
 *
 * <p>Weights pass through memory one tensor at a time.
 */
public final class Merge {
    private final Checkpoint base;
    private final Adapter adapter;
    private final DType type;
    private final Map<String, Sums> sums = new TreeMap<>();

    private Merge(Checkpoint base, Adapter adapter, DType type) {
        this.base = base;
        this.adapter = adapter;
        this.type = type;
    }

    /**
     * What rounding did to a change.
     *
     * @param lost share of the change that is missing; slightly below 0 where rounding happened to add to it
     * @param error norm of what rounding changed, relative to the delta's norm
     */
    public record Rounding(double lost, double error) {}

    /**
     * What rounding did.
     *
     * @param whole over all modules together
     * @param modules for each module, sorted by name
     */
    public record Report(Rounding whole, Map<String, Rounding> modules) {}

    /** Sums over the entries of a module: ⟨D, ΔW⟩, ⟨ΔW, ΔW⟩ and ‖D − ΔW‖². */
    private record Sums(double moved, double wanted, double missed) {
        Rounding rounding() {
            return wanted == 0 ? new Rounding(0, 0) : new Rounding(1 - moved / wanted, Math.sqrt(missed / wanted));
        }

        Sums plus(Sums other) {
            return new Sums(moved + other.moved, wanted + other.wanted, missed + other.missed);
        }
    }

    /**
     * Writes base and adapter as one checkpoint, with the base's tokenizer, in shards as large as allowed. Raises
     * {@link CheckpointException} where the folder already holds a model, where the adapter does not fit, and where the
     * sum is not finite in the given type; then there is no config.json and nobody takes the folder for a model.
     *
     * @param type the type of all weights written: F32, BF16 or F16
     */
    public static Report write(Checkpoint base, Adapter adapter, Path folder, DType type) throws IOException {
        return write(base, adapter, folder, type, CheckpointWriter.SHARD_BYTES);
    }

    static Report write(Checkpoint base, Adapter adapter, Path folder, DType type, long shardBytes) throws IOException {
        if (type != DType.F32 && type != DType.BF16 && type != DType.F16) {
            throw new IllegalArgumentException("type (" + type + ") must be F32, BF16 or F16");
        }
        requireFree(folder);
        Merge merge = new Merge(base, adapter, type);
        merge.requireFitting();
        ModelConfig config = merge.config();
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            items.add(new SafetensorsWriter.Item(
                    spec.name(), type, spec.shape(), () -> Autograd.without(() -> merge.merged(spec))));
        }
        CheckpointWriter.copyTokenizer(base.folder(), folder);
        CheckpointWriter.write(folder, config, items, type, shardBytes);
        return merge.report();
    }

    /** The base's configuration, under the head that the adapter carries. */
    private ModelConfig config() {
        if (adapter.score() == null) {
            return base.config();
        }
        Integer padding = base.config().tokens().padding();
        if (padding == null) {
            throw new CheckpointException(
                    base.folder() + ": config.json has no pad_token_id, by which readers of a reward"
                            + " model find the last token of a text; set it to a token that ends no text");
        }
        return base.config().scoring(padding);
    }

    private static void requireFree(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".safetensors") || f.equals("config.json"))
                    .findFirst()
                    .ifPresent(file -> {
                        throw new CheckpointException(
                                folder + ": already holds " + file + "; choose an empty folder for the merged model");
                    });
        }
    }

    private void requireFitting() {
        Map<String, ParameterSpec> linears = LinearMaps.of(base.config());
        for (String module : adapter.modules()) {
            long[] shape = Objects.requireNonNull(adapter.at(module)).shape();
            ParameterSpec spec = linears.get(module);
            if (spec == null) {
                throw new CheckpointException(base.folder() + ": has no linear map " + module
                        + " in its layers, which the adapter changes; name the base the adapter was trained on");
            }
            if (!Arrays.equals(shape, spec.shape())) {
                throw new CheckpointException(base.folder() + ": weight " + spec.name() + " has shape "
                        + Arrays.toString(spec.shape()) + ", the adapter's change " + Arrays.toString(shape)
                        + "; name the base the adapter was trained on");
            }
        }
    }

    private Tensor merged(ParameterSpec spec) {
        Parameter score = adapter.score();
        if (score != null && spec.name().equals(ParameterSpec.SCORE)) {
            return finite(score.value().detach().to(type), spec);
        }
        String module = spec.name().replaceFirst("\\.weight$", "");
        ModuleDelta adapted = spec.name().endsWith(".weight") ? adapter.at(module) : null;
        if (adapted == null) {
            return finite(base.weight(spec, type), spec);
        }
        Tensor weight = base.weight(spec, DType.F32); // [out, in]
        Tensor delta = adapted.delta(weight).detach(); // [out, in]
        if (!delta.isFinite()) {
            throw new CheckpointException(base.folder() + ": the adapter's change of " + spec.name()
                    + " is not finite; merge an earlier checkpoint of the adapter");
        }
        Tensor sum = finite(weight.plus(delta).to(type), spec);
        Tensor moved = sum.to(DType.F32).minus(weight.to(type).to(DType.F32));
        sums.put(
                module,
                new Sums(
                        moved.times(delta).sum().scalar(),
                        delta.square().sum().scalar(),
                        moved.minus(delta).square().sum().scalar()));
        return sum;
    }

    private Tensor finite(Tensor values, ParameterSpec spec) {
        if (!values.isFinite()) {
            throw new CheckpointException(base.folder() + ": merged weight " + spec.name()
                    + " holds infinities or NaN as " + type
                    + (type == DType.F16
                            ? "; numbers above 65504 need BF16 or F32"
                            : "; the base is damaged, fetch it again"));
        }
        return values;
    }

    private Report report() {
        Map<String, Rounding> modules = new TreeMap<>();
        sums.forEach((module, s) -> modules.put(module, s.rounding()));
        Sums all = sums.values().stream().reduce(new Sums(0, 0, 0), Sums::plus);
        return new Report(all.rounding(), Collections.unmodifiableMap(modules));
    }
}
