package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.model.weight.WeightSource;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A folder in Hugging Face format: configuration, weights in one safetensors file or in shards with an index, tokenizer.
 *
 * <p>Opening checks that everything the model needs is there with the right shape; weights are read when the model is
 * built. Immutable and safe to share.
 */
public final class Checkpoint implements WeightSource {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final ModelConfig config;
    private final Map<String, Safetensors> fileOf;

    private Checkpoint(Path folder, ModelConfig config, Map<String, Safetensors> fileOf) {
        this.folder = folder;
        this.config = config;
        this.fileOf = fileOf;
    }

    /**
     * Opens a folder with a model that predicts tokens; raises {@link CheckpointException} with the file and what is wrong with
     * it.
     */
    public static Checkpoint open(Path folder) {
        return openAny(folder).requiring(Output.TOKENS);
    }

    /** Opens a folder with a reward model, which scores texts. */
    public static Checkpoint openReward(Path folder) {
        return openAny(folder).requiring(Output.SCORE);
    }

    /** Opens a folder with a model of either kind; its configuration says which. */
    public static Checkpoint openAny(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(
                    folder + ": no such folder; a checkpoint is a folder with config.json and" + " model.safetensors");
        }
        if (!Files.exists(folder.resolve("config.json"))) {
            throw new CheckpointException(folder + ": has no config.json; a checkpoint is a folder with config.json and"
                    + " model.safetensors"
                    + (Files.exists(folder.resolve("adapter_config.json"))
                            ? " (this is an adapter: name its base as the model and this folder as the adapter)"
                            : ""));
        }
        ModelConfig config = ConfigFile.read(folder.resolve("config.json"));
        Checkpoint checkpoint = new Checkpoint(folder, config, locate(folder));
        checkpoint.checkShapes();
        return checkpoint;
    }

    /** The configuration alone of a model that predicts tokens, in a folder that may have no weights yet. */
    public static ModelConfig configOf(Path folder) {
        ModelConfig config = anyConfigOf(folder);
        require(folder, config, Output.TOKENS);
        return config;
    }

    /** The same of a model of either kind. */
    public static ModelConfig anyConfigOf(Path folder) {
        return ConfigFile.read(folder.resolve("config.json"));
    }

    private Checkpoint requiring(Output wanted) {
        require(folder, config, wanted);
        return this;
    }

    private static void require(Path folder, ModelConfig config, Output wanted) {
        if (config.output() != wanted) {
            String found = config.architecture().className(config.output());
            throw new CheckpointException(
                    folder + ": "
                            + (wanted == Output.TOKENS
                                    ? "is a reward model (" + found
                                            + "), which scores texts and predicts no tokens; name a model that does"
                                    : "is a language model (" + found
                                            + ") without a head that scores texts; train a reward model from it and name that"));
        }
    }

    private static Map<String, Safetensors> locate(Path folder) {
        Map<String, Safetensors> fileOf = new LinkedHashMap<>();
        if (Files.exists(folder.resolve(INDEX))) {
            JsonNode map = JsonFiles.read(folder.resolve(INDEX)).path("weight_map");
            Map<String, Safetensors> shards = new LinkedHashMap<>();
            map.properties().forEach(entry -> {
                String name = entry.getValue().asText();
                if (!name.matches("\\w[\\w.+-]*")) {
                    throw new CheckpointException(folder.resolve(INDEX) + ": shard name (" + name
                            + ") must be the name of a file in the same folder");
                }
                Safetensors shard = shards.computeIfAbsent(name, n -> Safetensors.open(folder.resolve(n)));
                fileOf.put(entry.getKey(), shard);
            });
            return fileOf;
        }
        Path single = folder.resolve(SINGLE);
        if (!Files.exists(single)) {
            throw new CheckpointException(folder + ": has neither " + SINGLE + " nor " + INDEX
                    + (Files.exists(folder.resolve("pytorch_model.bin"))
                            ? "; pytorch_model.bin is not read, convert it to safetensors first"
                            : ""));
        }
        Safetensors file = Safetensors.open(single);
        file.names().forEach(name -> fileOf.put(name, file));
        return fileOf;
    }

    private void checkShapes() {
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            Safetensors file = fileOf.get(spec.name());
            if (file == null) {
                throw new CheckpointException(folder + ": weight " + spec.name() + " is missing");
            }
            long[] found = file.shape(spec.name());
            if (!Arrays.equals(found, spec.shape())) {
                throw new CheckpointException(file.file() + ": weight " + spec.name() + " has shape "
                        + Arrays.toString(found) + " where config.json implies " + Arrays.toString(spec.shape()));
            }
            if (!file.type(spec.name()).isFloating()) {
                throw new CheckpointException(file.file() + ": weight " + spec.name() + " is stored as "
                        + file.type(spec.name()) + ", and quantised weights are not read; use the 16-bit original");
            }
        }
    }

    public Path folder() {
        return folder;
    }

    public ModelConfig config() {
        return config;
    }

    /** Weights in the files that this model does not use, rotary buffers of old writers aside. */
    public Set<String> unusedWeights() {
        Set<String> unused = new LinkedHashSet<>(fileOf.keySet());
        ParameterSpec.of(config).forEach(spec -> unused.remove(spec.name()));
        unused.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
        if (config.shape().tied()) {
            unused.remove(ParameterSpec.HEAD);
        }
        return unused;
    }

    /** The type the weights are stored in, as the embedding has it; {@code config.json} may say otherwise. */
    public DType storedType() {
        Safetensors file = fileOf.get(ParameterSpec.EMBEDDING);
        if (file == null) {
            throw new CheckpointException(folder + ": weight " + ParameterSpec.EMBEDDING + " is missing");
        }
        return file.type(ParameterSpec.EMBEDDING);
    }

    /** Builds the model. */
    public LanguageModel model(WeightPlacement placement) {
        return new LanguageModel(config, this, placement);
    }

    /**
     * Builds a model that scores texts: this one if it does, else its layers under a new head.
     *
     * @param padding see {@link ModelConfig#scoring}; {@link ScorePadding} finds one
     * @param seed of a new head
     */
    public LanguageModel rewardModel(WeightPlacement placement, int padding, long seed) {
        if (config.output() == Output.SCORE) {
            return new LanguageModel(config.scoring(padding), this, placement);
        }
        Initialisation head = new Initialisation(config.initializerRange(), seed);
        return new LanguageModel(
                config.scoring(padding),
                (spec, type) -> spec.name().equals(ParameterSpec.SCORE) ? head.weight(spec, type) : weight(spec, type),
                placement);
    }

    @Override
    public DType stored(DType wanted) {
        return storedType();
    }

    @Override
    public Tensor weight(ParameterSpec spec, DType type) {
        Safetensors file = fileOf.get(spec.name());
        if (file == null) {
            throw new CheckpointException(folder + ": weight " + spec.name() + " is missing");
        }
        return file.tensor(spec.name(), type);
    }

    /** The ids that end a generation: those of generation_config.json if it names any, else the model's. */
    public Set<Integer> endOfText() {
        Path file = folder.resolve("generation_config.json");
        if (Files.exists(file)) {
            ObjectNode root = JsonFiles.read(file);
            Set<Integer> ids = ConfigFile.ids(root.path("eos_token_id"));
            if (!ids.isEmpty()) {
                return ids;
            }
        }
        return config.tokens().end();
    }
}
