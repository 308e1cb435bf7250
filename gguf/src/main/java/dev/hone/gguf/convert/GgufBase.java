package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.SafetensorsWriter;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.gguf.GgufFile;
import dev.hone.gguf.GgufTensor;
import dev.hone.gguf.Metadata;
import dev.hone.gguf.block.GgmlType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.WeightSource;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A GGUF file as a base: its weights with every block dequantised, in the order of rows that transformers has, and its tokenizer and template.
 * What it holds has to be all that the model needs and nothing else.
 */
public final class GgufBase implements WeightSource {
    private final GgufFile file;
    private final Family family;
    private final ModelConfig config;

    private GgufBase(GgufFile file, Family family, ModelConfig config) {
        this.file = file;
        this.family = family;
        this.config = config;
    }

    /** Opens a file; {@link CheckpointException} where it is damaged, is no model, or one that is not computed here. */
    public static GgufBase open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            String type = file.metadata().text("general.type").orElse("model");
            if (!type.equals("model")) {
                throw new IllegalArgumentException("is " + (type.equals("adapter") ? "an " : "a ") + type
                        + " (general.type), not a model; name a model's file");
            }
            String architecture = file.metadata().requireText("general.architecture");
            Family family = Family.named(architecture)
                    .orElseThrow(() -> new IllegalArgumentException("general.architecture (" + architecture
                            + ") is not read; read are " + Family.known(Family::architecture)));
            GgufBase base = new GgufBase(file, family, config(file, family));
            base.requireTensors();
            return base;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path + ": " + e.getMessage(), e);
        }
    }

    /** The configuration as it is read from the config.json that says the same. */
    private static ModelConfig config(GgufFile file, Family family) {
        ObjectNode keys = ModelKeys.read(file, family);
        try {
            Path folder = Files.createTempDirectory("hone-gguf");
            try {
                JsonFiles.write(folder.resolve("config.json"), keys);
                return Checkpoint.anyConfigOf(folder);
            } catch (CheckpointException e) {
                throw new IllegalArgumentException(
                        String.valueOf(e.getMessage()).replace(folder + "/", ""), e);
            } finally {
                AtomicFolder.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireTensors() {
        Set<String> strangers = new LinkedHashSet<>(file.tensors().keySet());
        strangers.remove(ModelKeys.ROPE_FACTORS);
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            GgufTensor tensor = file.tensor(family.nameOf(spec.name()));
            strangers.remove(tensor.name());
            if (!Arrays.equals(tensor.shape(), spec.shape())) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " has shape "
                        + Arrays.toString(tensor.shape()) + " where the metadata imply "
                        + Arrays.toString(spec.shape()));
            }
        }
        if (!strangers.isEmpty()) {
            throw new IllegalArgumentException("holds " + strangers.size() + " tensors that "
                    + family.modelType() + " does not have and that would change what it computes, such as "
                    + strangers.iterator().next());
        }
    }

    public ModelConfig config() {
        return config;
    }

    @Override
    public DType stored(ParameterSpec spec, DType wanted) {
        return exact(file.tensor(family.nameOf(spec.name())).type());
    }

    /** The type that holds a tensor's numbers without a loss. */
    private static DType exact(GgmlType type) {
        return switch (type) {
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            default -> DType.F32;
        };
    }

    @Override
    public Tensor weight(ParameterSpec spec, DType type) {
        String name = family.nameOf(spec.name());
        return Scope.returning(() -> {
            Tensor values = Tensor.uninitialised(DType.F32, spec.shape());
            Tensor flat = values.view(-1);
            long[] at = {0};
            file.read(name, (numbers, count) -> {
                try (Scope piece = Scope.open()) {
                    flat.narrow(0, at[0], count).memory().asFloatBuffer().put(numbers, 0, count);
                }
                at[0] += count;
            });
            return Autograd.without(() -> GgufModel.plus(
                            GgufModel.restored(values, family.reorderedHeads(spec.name(), config)),
                            -family.offset(spec.name()))
                    .to(type));
        });
    }

    /** Writes it as a checkpoint in Hugging Face format; tensors that were quantised become float32, which holds them exactly. */
    public void writeTo(Path folder) throws IOException {
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        Set<DType> types = new HashSet<>();
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            DType type = stored(spec, DType.F32);
            if (spec.shape().length > 1) {
                types.add(type);
            }
            items.add(new SafetensorsWriter.Item(spec.name(), type, spec.shape(), () -> weight(spec, type)));
        }
        DType main = types.size() == 1 ? types.iterator().next() : DType.F32;
        writeTokenizer(folder);
        CheckpointWriter.write(folder, config, items, main, CheckpointWriter.SHARD_BYTES);
    }

    private void writeTokenizer(Path folder) throws IOException {
        Metadata metadata = file.metadata();
        try {
            ObjectMapper json = new ObjectMapper();
            AtomicFiles.write(
                    folder.resolve("tokenizer.json"), json.writeValueAsBytes(TokenizerFromKeys.tokenizer(metadata)));
            JsonFiles.write(folder.resolve("tokenizer_config.json"), TokenizerFromKeys.config(metadata));
            if (metadata.has("tokenizer.chat_template")) {
                AtomicFiles.write(
                        folder.resolve("chat_template.jinja"), metadata.requireText("tokenizer.chat_template"));
            }
            Set<Integer> ends = new LinkedHashSet<>();
            for (String key : List.of("eos", "eot", "eom")) {
                metadata.integer("tokenizer.ggml." + key + "_token_id").ifPresent(ends::add);
            }
            ends.removeIf(id -> id < 0 || id >= config.vocabulary());
            ObjectNode generation = JsonNodeFactory.instance.objectNode();
            ArrayNode list = generation.putArray("eos_token_id");
            ends.forEach(list::add);
            JsonFiles.write(folder.resolve("generation_config.json"), generation);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file.path() + ": " + e.getMessage(), e);
        }
    }
}
