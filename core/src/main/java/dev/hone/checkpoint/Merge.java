package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightSource;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * An adapter added to its base and written as an ordinary checkpoint: {@code W' = cast(W + scale · B · A)}, the sum in
 * float32 and rounded once. With an adapter that carries a head it becomes a reward model.
 *
 * <p>Rounding can swallow the change; {@link Rounding} says how much.
 *
 * <p>Weights pass through memory one tensor at a time.
 */
public final class Merge {
    private final Checkpoint base;
    private final Adapter adapter;
    private final DType type;
    private final Map<String, Rounding.Sums> sums =
            new ConcurrentSkipListMap<>(); // weights are asked for from several threads

    private Merge(Checkpoint base, Adapter adapter, DType type) {
        this.base = base;
        this.adapter = adapter;
        this.type = type;
    }

    /**
     * What rounding did.
     *
     * @param whole over all modules together
     * @param modules for each module, sorted by name
     */
    public record Report(Rounding whole, Map<String, Rounding> modules) {}

    /**
     * Writes an adapter and its base as one checkpoint, with the tokenizer and the templates that the adapter brings over the base's, so
     * that it reads, writes and stops as the two together do.
     *
     * @param type the type of all weights written: F32, BF16 or F16
     */
    public static Report write(AdapterOnBase adapted, Path folder, DType type) throws IOException {
        Checkpoint base = adapted.base();
        CompanionFiles own = CompanionFiles.in(adapted.folder());
        Set<Integer> ends = new TreeSet<>(base.endOfText());
        ends.addAll(adapted.endOfText());
        return write(base, adapted.adapter(), folder, type, CheckpointWriter.SHARD_BYTES, merged -> {
            own.copyTo(merged);
            ends.addAll(CompanionFiles.endOfReply(merged));
            CompanionFiles.addEndOfText(merged, ends);
        });
    }

    /**
     * The sums of a base and its adapter, each computed in float32 when it is asked for and rounded to the type that is wanted; for
     * whoever writes them in another format. {@link CheckpointException} where the adapter does not fit.
     */
    public static WeightSource weights(AdapterOnBase adapted) {
        Merge merge = new Merge(adapted.base(), adapted.adapter(), DType.F32);
        merge.requireFitting();
        return (spec, type) -> Autograd.without(() -> merge.merged(spec).to(type));
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
        return write(base, adapter, folder, type, shardBytes, merged -> {});
    }

    private static Report write(
            Checkpoint base,
            Adapter adapter,
            Path folder,
            DType type,
            long shardBytes,
            AtomicFolder.FolderBody companions)
            throws IOException {
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
        CompanionFiles.in(base.folder()).copyTo(folder);
        companions.writeTo(folder);
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
        sums.put(module, Rounding.Sums.of(weight, delta, sum));
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
        Rounding.Sums all = sums.values().stream().reduce(Rounding.Sums.NONE, Rounding.Sums::plus);
        return new Report(all.rounding(), Collections.unmodifiableMap(modules));
    }
}
