package dev.hone.recipes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.AtomicFiles;
import dev.hone.checkpoint.AtomicFolder;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.JsonFiles;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.config.CheckpointException;
import dev.hone.model.Adapter;
import dev.hone.model.Initialisation;
import dev.hone.model.LanguageModel;
import dev.hone.model.LanguageModel.Training;
import dev.hone.model.ModelConfig;
import dev.hone.model.ScoreHead;
import dev.hone.recipes.method.Method;
import dev.hone.tensor.DType;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.train.Learner;
import dev.hone.train.Measurement;
import dev.hone.train.Progress;
import dev.hone.train.TrainingListener;
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
record Student(
        Path origin,
        Learner learner,
        Tokenizer tokenizer,
        ChatTemplate template,
        boolean teachesConversation,
        DType compute) {
    /** Opens the model a run names, blank if it is to be trained from nothing. */
    static Student open(RunFile file, Language language) {
        DType compute = file.training().compute().type();
        Learner learner = learner(file, language.tokenizer(), compute)
                .withEmbeddingNoise(file.method().embeddingNoise())
                .recomputing(file.training().recompute());
        int workers = Cores.workers(file);
        Cores.forWorkers(workers, learner.model().config());
        return new Student(
                file.model(),
                workers > 1 ? learner.parallel(workers) : learner,
                language.tokenizer(),
                language.template(),
                file.method().rows() != Method.Rows.TEXTS,
                compute);
    }

    private static Learner learner(RunFile file, Tokenizer tokenizer, DType compute) {
        long seed = file.training().seed();
        if (file.method().startsBlank()) {
            ModelConfig shape = Checkpoint.configOf(file.model());
            Initialisation weights = new Initialisation(shape.initializerRange(), seed);
            return Learner.full(new LanguageModel(shape, weights, compute, Training.FULL));
        }
        if (file.method().scoresTexts()) {
            return judge(file, tokenizer, compute);
        }
        Checkpoint base = Checkpoint.open(file.model());
        AdapterSettings adapter = file.adapter();
        if (adapter == null) {
            return Learner.full(base.model(compute, Training.FULL));
        }
        LanguageModel frozen = base.model(compute, Training.UNDER_ADAPTER);
        if (adapter instanceof AdapterSettings.Lora lora) {
            return Learner.adapter(frozen, Adapter.fresh(base.config(), lora.shape(), seed));
        }
        Path saved = ((AdapterSettings.Saved) adapter).path();
        return Learner.adapter(frozen, AdapterFiles.read(saved, base.config()));
    }

    /** A model that scores texts: one that does already, or the layers of one that predicts tokens under a new head. */
    private static Learner judge(RunFile file, Tokenizer tokenizer, DType compute) {
        long seed = file.training().seed();
        AdapterSettings adapter = file.adapter();
        if (adapter == null) {
            int padding = ScorePadding.of(tokenizer).id();
            return Learner.full(Checkpoint.openAny(file.model()).rewardModel(compute, Training.FULL, padding, seed));
        }
        Checkpoint base = Checkpoint.open(file.model());
        LanguageModel frozen = base.model(compute, Training.UNDER_ADAPTER);
        return Learner.adapter(
                frozen,
                adapter instanceof AdapterSettings.Lora lora
                        ? Adapter.fresh(base.config(), lora.shape(), seed).withScore(base.config(), seed)
                        : AdapterFiles.readReward(((AdapterSettings.Saved) adapter).path(), base.config()));
    }

    /** What learns, in one line. */
    String describe() {
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
    void save(Path folder) {
        try {
            AtomicFolder.write(folder, this::fill);
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    /** Whether it scores whole texts and predicts no tokens. */
    boolean scoresTexts() {
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
        return Templates.stopTokens(teachesConversation ? template : null, tokenizer);
    }

    /** What it reads and writes with. */
    Fingerprint fingerprint() {
        return Fingerprint.of(learner.model().config(), tokenizer, teachesConversation ? template : null, stops());
    }

    /** Writes what was learned whenever the held-out loss is the lowest so far. */
    TrainingListener keepBest(Path folder) {
        return new TrainingListener() {
            @Override
            public void evaluated(Progress progress, Measurement heldOut) {
                if (progress.improved()) {
                    save(folder);
                }
            }
        };
    }
}
