package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Writes a model as a folder that transformers and every other reader of the format loads. */
public final class CheckpointWriter {
    /** Largest file before weights are split into shards, as transformers 4 splits them. */
    public static final long SHARD_BYTES = 5_000_000_000L;

    private CheckpointWriter() {}

    /** Writes configuration and weights, in the given type. */
    public static void write(Path folder, LanguageModel model, DType type) throws IOException {
        write(folder, model, type, weight -> weight.value().detach().to(type));
    }

    /** The same, asking for the values of each weight when its turn comes. */
    static void write(Path folder, LanguageModel model, DType type, Function<Parameter, Tensor> stored)
            throws IOException {
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        for (Parameter p : model.parameters()) {
            items.add(new SafetensorsWriter.Item(
                    p.name(), type, p.value().shape(), () -> Autograd.without(() -> stored.apply(p))));
        }
        write(folder, model.config(), items, type, SHARD_BYTES);
    }

    /** The same from named tensors, in shards of at most the given size. */
    public static void write(
            Path folder, ModelConfig config, List<SafetensorsWriter.Item> weights, DType type, long shardBytes)
            throws IOException {
        List<SafetensorsWriter.Item> items =
                ExpertStacks.joined(weights, config.architecture().stacking());
        Files.createDirectories(folder);
        List<List<SafetensorsWriter.Item>> shards = shards(items, shardBytes);
        Map<String, String> metadata = Map.of("format", "pt");
        if (shards.size() == 1) {
            SafetensorsWriter.write(folder.resolve("model.safetensors"), items, metadata);
            // an index left by an earlier write would be read first
            Files.deleteIfExists(folder.resolve("model.safetensors.index.json"));
        } else {
            ObjectNode index = JsonNodeFactory.instance.objectNode();
            index.putObject("metadata")
                    .put(
                            "total_size",
                            items.stream()
                                    .mapToLong(SafetensorsWriter.Item::bytes)
                                    .sum());
            ObjectNode map = index.putObject("weight_map");
            for (int i = 0; i < shards.size(); i++) {
                String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
                SafetensorsWriter.write(folder.resolve(name), shards.get(i), metadata);
                shards.get(i).forEach(item -> map.put(item.name(), name));
            }
            JsonFiles.write(folder.resolve("model.safetensors.index.json"), index);
        }
        JsonFiles.write(folder.resolve("config.json"), ConfigFile.write(config, torchName(type)));
    }

    private static List<List<SafetensorsWriter.Item>> shards(List<SafetensorsWriter.Item> items, long shardBytes) {
        List<List<SafetensorsWriter.Item>> shards = new ArrayList<>();
        List<SafetensorsWriter.Item> current = new ArrayList<>();
        long size = 0;
        for (SafetensorsWriter.Item item : items) {
            if (!current.isEmpty() && size + item.bytes() > shardBytes) {
                shards.add(current);
                current = new ArrayList<>();
                size = 0;
            }
            current.add(item);
            size += item.bytes();
        }
        shards.add(current);
        return shards;
    }

    /** The name config.json gives an element type. */
    public static String torchName(DType type) {
        return switch (type) {
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> "float32";
        };
    }

    /** The element type of a name in config.json; float32 for one that no weights are written in. */
    public static DType typeNamed(String torchName) {
        return switch (torchName) {
            case "bfloat16" -> DType.BF16;
            case "float16" -> DType.F16;
            default -> DType.F32;
        };
    }
}
