package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.files.MissingPath;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A folder in Hugging Face format: configuration, weights in one safetensors file or in shards with an index, tokenizer.
 *
 * <p>Opening checks that everything the model needs is there with the right shape; weights are read when the model is
 * built. Immutable and safe to share.
 */
public final class Checkpoint implements WeightSource {
    /** Buffers of old writers, which follow from the configuration. */
    private static final Pattern BUFFER =
            Pattern.compile(".*(rotary_emb\\.(inv_freq|cos_cached|sin_cached)|attn\\.(masked_)?bias)");

    private static final int NAMED = 3;

    private final Path folder;
    private final ModelConfig config;
    private final WeightFiles weights;
    private final List<String> notes;

    private Checkpoint(Path folder, ModelConfig config, WeightFiles weights, List<String> notes) {
        this.folder = folder;
        this.config = config;
        this.weights = weights;
        this.notes = notes;
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
    public static Checkpoint openAny(Path named) {
        Path folder = HubCache.resolve(named);
        requireFolder(folder);
        if (!Files.exists(folder.resolve("config.json"))) {
            throw new CheckpointException(folder + ": has no config.json; a checkpoint is a folder with config.json and"
                    + " model.safetensors"
                    + (Files.exists(folder.resolve("adapter_config.json"))
                            ? " (this is an adapter: name its base as the model and this folder as the adapter)"
                            : ""));
        }
        ObjectNode file = JsonFiles.read(folder.resolve("config.json"));
        ModelConfig read = ConfigFile.parse(folder.resolve("config.json"), file);
        WeightFiles weights = WeightFiles.in(folder, read.decoder(), WrappedConfig.isWrapped(file));
        boolean lacksHead = WrappedConfig.isWrapped(file) && !weights.has(ParameterSpec.HEAD);
        ModelConfig stated = lacksHead ? read.withShape(read.shape().tied(true)) : read;
        boolean untied = hasHeadOfItsOwn(stated, weights);
        ModelConfig config = untied ? stated.withShape(stated.shape().tied(false)) : stated;
        checkShapes(config, weights);
        List<String> notes = new ArrayList<>(weights.notes());
        if (untied) {
            notes.add(folder + ": config.json ties the output head to the embedding, but lm_head.weight is there and is"
                    + " another; both are used");
        }
        Checkpoint checkpoint = new Checkpoint(folder, storedAs(config, weights), weights, notes);
        checkpoint.judgeUnused();
        checkpoint.endOfText();
        return checkpoint;
    }

    /**
     * Requires that a folder is there, or the snapshot of the Hugging Face hub whose name stands in its place; the message knows what
     * such a name looks like.
     *
     * @throws CheckpointException if it is not
     */
    public static void requireFolder(Path folder) {
        if (Files.isDirectory(HubCache.resolve(folder))) {
            return;
        }
        throw new CheckpointException(folder + ": " + MissingPath.folder(folder)
                + "; a checkpoint is a folder with config.json and model.safetensors"
                + HubCache.adviceFor(folder).map(advice -> "; " + advice).orElse(""));
    }

    /** The configuration alone of a model that predicts tokens, in a folder that may have no weights yet. */
    public static ModelConfig configOf(Path folder) {
        ModelConfig config = anyConfigOf(folder);
        require(folder, config, Output.TOKENS);
        return config;
    }

    /** The same of a model of either kind. */
    public static ModelConfig anyConfigOf(Path folder) {
        return ConfigFile.read(HubCache.resolve(folder).resolve("config.json"));
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

    /** Whether a head lies beside the embedding that it is said to share, and is another: trained and merged models have that. */
    private static boolean hasHeadOfItsOwn(ModelConfig config, WeightFiles weights) {
        return config.output() == Output.TOKENS
                && config.shape().tied()
                && weights.has(ParameterSpec.HEAD)
                && weights.has(embedding(config))
                && !weights.areEqual(ParameterSpec.HEAD, embedding(config));
    }

    private static String embedding(ModelConfig config) {
        return config.decoder().embedding() + ".weight";
    }

    private static void checkShapes(ModelConfig config, WeightFiles weights) {
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            long[] found = weights.shape(spec.name());
            if (!Arrays.equals(found, spec.shape())) {
                throw new CheckpointException(weights.file(spec.name()) + ": weight " + spec.name() + " has shape "
                        + Arrays.toString(found) + " where config.json implies " + Arrays.toString(spec.shape()));
            }
            if (!weights.type(spec.name()).isFloating()) {
                throw new CheckpointException(weights.file(spec.name()) + ": weight " + spec.name() + " is stored as "
                        + weights.type(spec.name()) + ", and quantised weights are not read; use the 16-bit original");
            }
        }
    }

    /** The configuration with the type that most weights are stored in, whatever its file says about it. */
    private static ModelConfig storedAs(ModelConfig config, WeightFiles weights) {
        Map<DType, Long> counts = new EnumMap<>(DType.class);
        ParameterSpec.of(config).forEach(spec -> counts.merge(weights.type(spec.name()), spec.count(), Long::sum));
        DType most =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        return config.withSource(new ModelConfig.OriginalConfig(
                CheckpointWriter.torchName(most), config.source().keys()));
    }

    /** Refuses weights that would change what the model computes and are left out, and notes all others that are. */
    private void judgeUnused() {
        List<String> changing = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String name : unusedWeights()) {
            (changes(name) ? changing : others).add(name);
        }
        if (!changing.isEmpty()) {
            throw new CheckpointException(folder + ": holds " + changing.size() + " weights that config.json leaves out"
                    + " and that would change what the model computes (" + some(changing)
                    + "); correct config.json (attention_bias, mlp_bias, num_hidden_layers, model_type), or delete them"
                    + " if they belong to another model");
        }
        if (!others.isEmpty()) {
            notes.add(folder + ": " + others.size() + " weights in its files are not used (" + some(others) + ")");
        }
    }

    /** Whether a weight has its place in the layers or the head of a model, and is not a bias that adds nothing. */
    private boolean changes(String name) {
        boolean ofHead = config.output() == Output.TOKENS && name.startsWith("lm_head.");
        return (name.startsWith(config.decoder().path() + ".") || ofHead)
                && !(name.endsWith(".bias") && weights.isZero(name));
    }

    private static String some(List<String> names) {
        String few = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() > NAMED ? few + " and " + (names.size() - NAMED) + " more" : few;
    }

    public Path folder() {
        return folder;
    }

    public ModelConfig config() {
        return config;
    }

    /** What a user should know about how this folder is read, one message each: weights that are not used, for example. */
    public List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /** Weights in the files that this model does not use, buffers of old writers aside. */
    public Set<String> unusedWeights() {
        Set<String> unused = new LinkedHashSet<>(weights.names());
        ParameterSpec.of(config).forEach(spec -> unused.remove(spec.name()));
        unused.removeIf(name -> BUFFER.matcher(name).matches());
        if (config.shape().tied() && config.output() == Output.TOKENS) {
            unused.remove(ParameterSpec.HEAD); // which is equal to the embedding
        }
        return unused;
    }

    /** The type that most weights are stored in; {@code config.json} may say otherwise. */
    public DType storedType() {
        return CheckpointWriter.typeNamed(config.source().dtype());
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
    public DType stored(ParameterSpec spec, DType wanted) {
        return weights.has(spec.name()) ? weights.type(spec.name()) : wanted;
    }

    @Override
    public Tensor weight(ParameterSpec spec, DType type) {
        return weights.tensor(spec.name(), type);
    }

    boolean has(String name) {
        return weights.has(name);
    }

    /** Some elements of a weight, counted row after row, in the type they are stored in. */
    Tensor part(ParameterSpec spec, long from, long count) {
        return weights.part(spec.name(), from, count);
    }

    /** The ids that end a generation: those of generation_config.json if it names any, else the model's. */
    public Set<Integer> endOfText() {
        Set<Integer> ids = CompanionFiles.endOfText(folder, config.vocabulary());
        return ids.isEmpty() ? config.tokens().end() : ids;
    }
}
