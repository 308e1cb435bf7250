package dev.hone.recipes.prepare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.ScoreHead;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.run.RunFile;
import dev.hone.tensor.DType;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import dev.hone.train.Progress;
import dev.hone.train.TrainingListener;
import dev.hone.train.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * The model that learns in a run, with its tokenizer and the template its conversations are written in.
 *
 * @param origin folder the model came from
 * @param template how conversations are written, where rows are conversations
 * @param teachesConversation whether what is learned is a conversation's replies, so that the template belongs to the result
 */
public record RunPolicy(
        Path origin,
        Policy learner,
        Tokenizer tokenizer,
        ChatTemplate template,
        boolean teachesConversation,
        DType compute) {
    /** Opens the model a run names, blank if it is to be trained from nothing. */
    public static RunPolicy open(RunFile file, TokenizerAndTemplate language) {
        DType compute = file.training().execution().compute().type();
        Policy learner = learner(file, language.tokenizer(), compute)
                .withEmbeddingNoise(file.method().embeddingNoise())
                .recomputing(file.training().execution().recompute());
        int workers = ThreadPolicy.workers(file);
        ThreadPolicy.forWorkers(workers, learner.model().config());
        return new RunPolicy(
                file.model(),
                workers > 1 ? learner.parallel(workers) : learner,
                language.tokenizer(),
                language.template(),
                file.method().rows() != Method.Rows.TEXTS,
                compute);
    }

    private static Policy learner(RunFile file, Tokenizer tokenizer, DType compute) {
        long seed = file.training().hyperparameters().seed();
        if (file.method().startsBlank()) {
            ModelConfig shape = Checkpoint.configOf(file.model());
            Initialisation weights = new Initialisation(shape.initializerRange(), seed);
            return Policy.full(new LanguageModel(shape, weights, WeightPlacement.trained(compute)));
        }
        if (file.method().scoresTexts()) {
            return judge(file, tokenizer, compute);
        }
        Checkpoint base = Checkpoint.open(file.model());
        AdapterSettings adapter = file.adapter();
        if (adapter == null) {
            return Policy.full(base.model(WeightPlacement.trained(compute)));
        }
        LanguageModel frozen = base.model(WeightPlacement.underAdapter(compute));
        if (adapter instanceof AdapterSettings.Lora lora) {
            return Policy.adapter(frozen, Adapter.fresh(base.config(), lora.shape(), seed));
        }
        Path saved = ((AdapterSettings.Saved) adapter).path();
        return Policy.adapter(frozen, AdapterFiles.read(saved, base.config()));
    }

    /** A model that scores texts: one that does already, or the layers of one that predicts tokens under a new head. */
    private static Policy judge(RunFile file, Tokenizer tokenizer, DType compute) {
        long seed = file.training().hyperparameters().seed();
        AdapterSettings adapter = file.adapter();
        if (adapter == null) {
            int padding = ScorePadding.of(tokenizer).id();
            return Policy.full(Checkpoint.openAny(file.model()).rewardModel(WeightPlacement.trained(compute), padding, seed));
        }
        Checkpoint base = Checkpoint.open(file.model());
        LanguageModel frozen = base.model(WeightPlacement.underAdapter(compute));
        return Policy.adapter(
                frozen,
                adapter instanceof AdapterSettings.Lora lora
                        ? Adapter.fresh(base.config(), lora.shape(), seed).withScore(base.config(), seed)
                        : AdapterFiles.readReward(((AdapterSettings.Saved) adapter).path(), base.config()));
    }

    /** What learns, in one line. */
    public String describe() {
        long all = learner.model().config().parameterCount();
        long trained =
                learner.parameters().stream().mapToLong(p -> p.value().count()).sum();
        return String.format(
                Locale.ROOT,
                "%s: %,d parameters, %,d trained (%.2f %%), computing in %s",
                learner.model().config().architecture().modelType(),
                all,
                trained,
                100.0 * trained / (learner.adapter() == null ? all : all + trained),
                compute == DType.F32 ? "fp32" : "bf16");
    }

    /**
     * Writes what was learned: the adapter, or the whole model, with the tokenizer and the template it was taught in. The
     * folder is replaced as a whole, so that its files always belong together.
     */
    public void save(Path folder) {
        try {
            AtomicFolder.write(folder, this::fill);
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    /** Whether it scores whole texts and predicts no tokens. */
    public boolean scoresTexts() {
        return learner.model().head(learner.adapter()) instanceof ScoreHead;
    }

    private void fill(Path folder) throws IOException {
        Adapter adapter = learner.adapter();
        if (adapter != null) {
            AdapterFiles.write(folder, adapter, learner.model().config(), origin.toString(), fingerprint());
        } else {
            CheckpointWriter.write(folder, learner.model(), stored());
        }
        CheckpointWriter.copyTokenizer(origin, folder);
        if (scoresTexts()) {
            ScorePadding.write(folder, ScorePadding.of(tokenizer));
        }
        if (teachesConversation) {
            AtomicFiles.write(folder.resolve("chat_template.jinja"), template.source());
        }
        saveStops(folder);
    }

    /** The type the model came in, so that a checkpoint does not change its size by being trained. */
    private DType stored() {
        return switch (learner.model().config().dtype()) {
            case "bfloat16" -> DType.BF16;
            case "float16" -> DType.F16;
            default -> DType.F32;
        };
    }

    /** Generation ends where replies ended in training, also for readers that only know the standard file. */
    private void saveStops(Path folder) throws IOException {
        Path file = folder.resolve("generation_config.json");
        ObjectNode defaults = Files.exists(file) ? JsonFiles.read(file) : JsonNodeFactory.instance.objectNode();
        ArrayNode ids = defaults.putArray("eos_token_id");
        stops().forEach(ids::add);
        JsonFiles.write(file, defaults);
    }

    private Set<Integer> stops() {
        return TemplateChoice.stopTokens(teachesConversation ? template : null, tokenizer);
    }

    /** What it reads and writes with. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(learner.model().config(), tokenizer, teachesConversation ? template : null, stops());
    }

    /** Writes what was learned whenever the held-out loss is the lowest so far. */
    public TrainingListener keepBest(Path folder) {
        return new TrainingListener() {
            @Override
            public void evaluated(Progress progress, ValidationResult result) {
                if (progress.improved()) {
                    save(folder);
                }
            }
        };
    }
}
