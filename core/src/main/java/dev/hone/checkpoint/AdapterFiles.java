package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.files.MissingPath;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.DeltaType;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Adapters on disk, in PEFT's layout: {@code adapter_config.json}, {@code adapter_model.safetensors} with
 * {@code base_model.model.<module>.lora_A.weight} [rank, in] and {@code lora_B.weight} [out, rank], where the adapter makes a
 * reward model of its base also {@code base_model.model.score.weight} [1, hidden], and beside them {@code hone.json}, the
 * {@link Fingerprint} of what it was trained with.
 */
public final class AdapterFiles {
    static final String WEIGHTS = "adapter_model.safetensors";

    private static final String PREFIX = "base_model.model.";
    private static final Pattern SCORE_KEY =
            Pattern.compile("(?:base_model\\.model\\.)?score(?:\\.modules_to_save)?(?:\\.default)?\\.weight");
    private static final List<DType> READABLE = List.of(DType.F32, DType.BF16, DType.F16, DType.F64);

    private final Path folder;
    private final AdapterConfigFile.AdapterPlan plan;
    private final DeltaType deltas;
    private final Map<String, ParameterSpec> linears;
    private final int hidden;
    private final Safetensors weights;

    private AdapterFiles(Path folder, AdapterConfigFile.AdapterPlan plan, ModelConfig model) {
        this.folder = folder;
        this.plan = plan;
        this.deltas = plan.config().type().deltas();
        this.linears = LinearMaps.of(model);
        this.hidden = model.hidden();
        this.weights = Safetensors.open(weightsFile(folder));
    }

    /**
     * Writes an adapter as PEFT does, in float32.
     *
     * @param baseName where others find the base: a hub name, or a folder; {@code null} where it has no name
     */
    public static void write(
            Path folder, Adapter adapter, ModelConfig model, @Nullable String baseName, Fingerprint fingerprint)
            throws IOException {
        Files.createDirectories(folder);
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        for (Parameter p : adapter.parameters()) {
            items.add(new SafetensorsWriter.Item(
                    PREFIX + p.name(), DType.F32, p.value().shape(), p::value));
        }
        SafetensorsWriter.write(folder.resolve(WEIGHTS), items, Map.of("format", "pt"));
        fingerprint.write(folder);
        JsonFiles.write(folder.resolve(AdapterConfigFile.NAME), AdapterConfigFile.write(adapter, model, baseName));
    }

    /**
     * Reads an adapter for a base, of a model that predicts tokens. It fits completely or raises
     * {@link CheckpointException}: nothing is left at its initial value and nothing is left out.
     */
    public static Adapter read(Path folder, ModelConfig model) {
        return read(folder, model, Output.TOKENS);
    }

    /** Reads an adapter that carries a head and makes a reward model of its base. */
    public static Adapter readReward(Path folder, ModelConfig model) {
        return read(folder, model, Output.SCORE);
    }

    /** Whether an adapter carries a head and makes a reward model of its base. */
    public static boolean scoresTexts(Path folder) {
        requireAdapter(folder);
        return JsonFiles.read(folder.resolve(AdapterConfigFile.NAME))
                .path("task_type")
                .asText()
                .equals("SEQ_CLS");
    }

    private static Adapter read(Path folder, ModelConfig model, Output wanted) {
        requireAdapter(folder);
        AdapterConfigFile.AdapterPlan plan =
                AdapterConfigFile.plan(folder.resolve(AdapterConfigFile.NAME), model, wanted);
        return new AdapterFiles(folder, plan, model).adapter();
    }

    /**
     * What a user should know before trusting an adapter here: configuration keys that were not applied, and what differs
     * between now and its training. Empty where all is well.
     */
    public static List<String> warnings(Path folder, Fingerprint now) {
        List<String> warnings = new ArrayList<>(warnings(folder));
        warnings.addAll(now.differences(folder));
        return warnings;
    }

    /** Configuration keys that were not applied. */
    static List<String> warnings(Path folder) {
        requireAdapter(folder);
        Path config = folder.resolve(AdapterConfigFile.NAME);
        return AdapterKeys.unknown(JsonFiles.read(config)).stream()
                .map(what -> config + ": " + what)
                .toList();
    }

    private static void requireAdapter(Path folder) {
        String wanted = "an adapter is a folder with " + AdapterConfigFile.NAME + " and " + WEIGHTS;
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": " + MissingPath.folder(folder) + "; " + wanted
                    + HubCache.adviceFor(folder).map(advice -> "; " + advice).orElse(""));
        }
        if (!Files.exists(folder.resolve(AdapterConfigFile.NAME))) {
            throw new CheckpointException(folder + ": has no " + AdapterConfigFile.NAME
                    + (Files.exists(folder.resolve("config.json"))
                            ? "; it is a whole model: name it as the model, not as the adapter"
                            : "; " + wanted));
        }
    }

    private static Path weightsFile(Path folder) {
        Path file = folder.resolve(WEIGHTS);
        if (!Files.exists(file)) {
            throw new CheckpointException(folder + ": has no " + WEIGHTS
                    + (Files.exists(folder.resolve("adapter_model.bin"))
                            ? "; adapter_model.bin is not read, save it again with safe_serialization=True"
                            : " (was a write or download interrupted?)"));
        }
        return file;
    }

    private Adapter adapter() {
        Map<String, String> keys = keys();
        List<String> missing = new ArrayList<>();
        plan.modules().forEach((module, own) -> {
            for (DeltaType.Part part : parts(module, own.rank())) {
                if (!keys.containsKey(part.in(module))) {
                    missing.add(PREFIX + part.in(module));
                }
            }
        });
        boolean scores = plan.output() == Output.SCORE;
        if (scores && !keys.containsKey(ParameterSpec.SCORE)) {
            missing.add(PREFIX + ParameterSpec.SCORE);
        }
        if (!missing.isEmpty()) {
            throw wrong("lacks " + some(missing) + ", which " + AdapterConfigFile.NAME
                    + " promises for this base; is it another base's adapter, or was it saved incompletely?");
        }
        Map<String, ModuleDelta> adapted = new LinkedHashMap<>();
        plan.modules().forEach((module, own) -> {
            List<Parameter> parts = parts(module, own.rank()).stream()
                    .map(part -> parameter(keys, part.in(module), part.shape()))
                    .toList();
            adapted.put(module, deltas.of(parts, own.scale()));
        });
        return new Adapter(plan.config(), adapted, scores ? parameter(keys, ParameterSpec.SCORE, 1, hidden) : null);
    }

    /** What a module's delta consists of. */
    private List<DeltaType.Part> parts(String module, int rank) {
        ParameterSpec linear = linears.get(module);
        return linear == null ? List.of() : deltas.parts(rank, linear.shape()[1], linear.shape()[0]);
    }

    /** A weight's place: a linear map of the model, and the name of a part of its delta. */
    private record Place(String module, String part) {}

    /**
     * The place that a key names, with or without the prefix and the adapter's name {@code default} in it; null if it is no part
     * of a delta here.
     */
    private @Nullable Place place(String key) {
        String name = (key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key)
                .replaceFirst("\\.default(?=(\\.weight)?$)", "");
        for (DeltaType.Part part : deltas.parts(1, 1, 1)) {
            for (String spelled : List.of("." + part.name(), "." + part.name() + ".weight")) {
                if (name.endsWith(spelled)) {
                    String module = WrappedConfig.textName(name.substring(0, name.length() - spelled.length()));
                    return linears.containsKey(module) ? new Place(module, part.name()) : null;
                }
            }
        }
        return null;
    }

    /** The key in the file of each weight, by the name it has here. */
    private Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        List<String> strangers = new ArrayList<>();
        List<String> uncovered = new ArrayList<>();
        for (String key : weights.names()) {
            Place place = place(key);
            if (plan.output() == Output.SCORE && SCORE_KEY.matcher(key).matches()) {
                once(keys, ParameterSpec.SCORE, key);
            } else if (place == null) {
                strangers.add(key);
            } else if (!plan.modules().containsKey(place.module)) {
                uncovered.add(key);
            } else {
                once(keys, place.module + "." + place.part, key);
            }
        }
        if (!strangers.isEmpty()) {
            throw wrong("holds " + some(strangers)
                    + ", which is no low-rank change of a linear map in this model's layers; is it another base's"
                    + " adapter? if not, " + AdapterKeys.MERGE_FIRST);
        }
        if (!uncovered.isEmpty()) {
            throw wrong("holds " + some(uncovered) + ", which target_modules "
                    + plan.config().targets() + " in " + AdapterConfigFile.NAME
                    + " does not cover; do the two files belong together?");
        }
        return keys;
    }

    private void once(Map<String, String> keys, String name, String key) {
        String other = keys.put(name, key);
        if (other != null) {
            throw wrong("holds both " + other + " and " + key + ", which are the same weight");
        }
    }

    private Parameter parameter(Map<String, String> keys, String name, long... shape) {
        String key = String.valueOf(keys.get(name));
        if (!Arrays.equals(weights.shape(key), shape)) {
            throw wrong("tensor " + key + " has shape " + Arrays.toString(weights.shape(key)) + " where "
                    + AdapterConfigFile.NAME + " and the base imply " + Arrays.toString(shape));
        }
        if (!READABLE.contains(weights.type(key))) {
            throw wrong("tensor " + key + " is stored as " + weights.type(key) + "; allowed are " + READABLE);
        }
        Tensor values = Scope.returning(() -> weights.tensor(key).to(DType.F32)).keep();
        if (!values.isFinite()) {
            throw wrong("tensor " + key + " holds infinities or NaN; go back to an earlier checkpoint");
        }
        return new Parameter(name, values);
    }

    private static String some(Collection<String> names) {
        String few = names.stream().limit(3).collect(Collectors.joining(", "));
        return names.size() > 3 ? few + " and " + (names.size() - 3) + " more" : few;
    }

    private CheckpointException wrong(String what) {
        return new CheckpointException(folder.resolve(WEIGHTS) + ": " + what);
    }
}
