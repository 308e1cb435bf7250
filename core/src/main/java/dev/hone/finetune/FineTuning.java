package dev.hone.finetune;

import static dev.hone.error.Require.require;

import dev.hone.checkpoint.TrainedModel;
import dev.hone.data.Example;
import dev.hone.data.batch.Pair;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.DataException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.objective.Dpo;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.tensor.Engine;
import dev.hone.text.Message;
import dev.hone.train.Hyperparameters;
import dev.hone.train.Policy;
import dev.hone.train.ReferenceModel;
import dev.hone.train.Trainer;
import dev.hone.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fine-tuning of a checkpoint with an adapter, on rows that are made in code.
 *
 * <pre>{@code
 * try (FineTuning tuning = FineTuning.of(Path.of("models/Qwen2.5-0.5B"))) {
 *     FineTunedModel model = tuning.epochs(3).listen(progress).sft(conversations);
 *     System.out.println(model.reply("What is the capital of France?", 64));
 *     model.save(Path.of("adapter"));
 * }
 * }</pre>
 *
 * <p>Each of {@link #sft} and {@link #dpo} trains an adapter of its own on the frozen base, which never changes. What it is made of
 * (renderer, dataset, loader, policy, objective, trainer) is public for whoever needs more; docs/library.md shows the parts. Computes in
 * the type that the processor multiplies fastest, with as many micro-batches side by side as {@link #workers} says. Owns native memory
 * until closed. For use by one thread.
 */
public final class FineTuning implements AutoCloseable {
    private static final double SFT_RATE = 2e-4;
    private static final double PREFERENCE_RATE = 5e-6;
    private static final double BETA = 0.1;

    private final Path checkpoint;
    private final LoadedModel base;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private AdapterConfig adapter = AdapterConfig.standard();
    private double learningRate;
    private double epochs = 1;
    private int rowsPerStep = 8;
    private int workers = 1;
    private long seed = 42;

    private FineTuning(Path checkpoint, LoadedModel base) {
        this.checkpoint = checkpoint;
        this.base = base;
    }

    /**
     * Opens a checkpoint in Hugging Face format, with its own chat template or, if it has none, a built-in one.
     *
     * @throws dev.hone.error.CheckpointException if it cannot be read
     */
    public static FineTuning of(Path checkpoint) {
        return of(checkpoint, warning -> {});
    }

    /**
     * The same, reporting what a user should know about how the folder is read.
     *
     * @param warnings gets a line each: weights that are not used, for example
     */
    public static FineTuning of(Path checkpoint, Consumer<String> warnings) {
        return new FineTuning(
                checkpoint,
                LoadedModel.open(checkpoint, null, ComputeChoice.of(Engine.fastestCompute()), "auto", warnings));
    }

    /** The adapter to train; left out: LoRA of rank 16 on every linear map. */
    public FineTuning adapter(AdapterConfig config) {
        adapter = config;
        return this;
    }

    /** The peak learning rate; left out: 2e-4 for {@link #sft}, 5e-6 for {@link #dpo}. */
    public FineTuning learningRate(double rate) {
        require(rate > 0, "learning rate (%s) must be positive", rate);
        learningRate = rate;
        return this;
    }

    /** How often the rows are read; left out: once. */
    public FineTuning epochs(double count) {
        require(count > 0, "epochs (%s) must be positive", count);
        epochs = count;
        return this;
    }

    /** Rows, or pairs, of one optimizer step; left out: 8. */
    public FineTuning rowsPerStep(int rows) {
        require(rows > 0, "rows per step (%d) must be positive", rows);
        rowsPerStep = rows;
        return this;
    }

    /** Micro-batches that are computed side by side, each on a thread of its own; left out: 1. Results depend on it in last bits. */
    public FineTuning workers(int count) {
        require(count > 0, "workers (%d) must be positive", count);
        workers = count;
        return this;
    }

    /** The seed of the adapter's start, of the order of rows and of dropout; left out: 42. */
    public FineTuning seed(long value) {
        seed = value;
        return this;
    }

    /** Adds a listener, which is called on the training thread after each step. */
    public FineTuning listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Supervised fine-tuning: trains on every reply of the assistant.
     *
     * @param conversations each ends with an assistant's turn
     * @throws dev.hone.error.DataException naming the first, from 1, that cannot be trained on
     */
    public FineTunedModel sft(List<List<Message>> conversations) {
        require(!conversations.isEmpty(), "there are no conversations to train on");
        RowRenderer renderer = new RowRenderer(base.tokenizer(), base.template(), TrainOn.REPLIES);
        List<Example> examples = new ArrayList<>();
        for (List<Message> messages : conversations) {
            examples.add(example(renderer, messages, 0, examples.size(), "conversation " + (examples.size() + 1)));
        }
        return train(Dataset.of(examples), new NextToken(), SFT_RATE, false);
    }

    /** Direct preference optimisation (Rafailov et al., 2023) with β = 0.1; see {@link #dpo(List, Dpo)}. */
    public FineTunedModel dpo(List<Preference> preferences) {
        return dpo(preferences, Dpo.standard(BETA));
    }

    /**
     * Direct preference optimisation. The reference is the base without the adapter.
     *
     * @throws dev.hone.error.DataException naming the first preference, from 1, that cannot be trained on
     */
    public FineTunedModel dpo(List<Preference> preferences, Dpo objective) {
        require(!preferences.isEmpty(), "there are no preferences to train on");
        RowRenderer renderer = new RowRenderer(base.tokenizer(), base.template(), TrainOn.REPLIES);
        List<Pair> pairs = new ArrayList<>();
        for (Preference preference : preferences) {
            String place = "preference " + (pairs.size() + 1);
            pairs.add(new Pair(
                    side(renderer, preference, preference.chosen(), 2L * pairs.size(), place),
                    side(renderer, preference, preference.rejected(), 2L * pairs.size() + 1, place),
                    0));
        }
        return train(Dataset.ofPairs(pairs), objective, PREFERENCE_RATE, true);
    }

    private static Example side(RowRenderer renderer, Preference preference, String reply, long number, String place) {
        List<Message> messages = new ArrayList<>(preference.prompt());
        messages.add(Message.assistant(reply));
        return example(renderer, messages, preference.prompt().size(), number, place);
    }

    private static Example example(
            RowRenderer renderer, List<Message> messages, int context, long number, String place) {
        Row row = new Row.Conversation(messages, context, List.of());
        if (row.answersNothing()) {
            throw DataException.at(place, "reply is empty, so there is nothing to train on");
        }
        return renderer.render(row, number, place).example();
    }

    private FineTunedModel train(Dataset rows, Objective objective, double usualRate, boolean hasReference) {
        Adapter trained = Adapter.fresh(base.model().config(), adapter, seed, base.model()::weight);
        Policy one = Policy.adapter(base.model(), trained);
        Policy policy = workers > 1 ? one.parallel(workers) : one;
        double rate = learningRate > 0 ? learningRate : usualRate;
        Trainer trainer = new Trainer(policy, objective, Hyperparameters.standard(rate, seed));
        if (hasReference) {
            trainer.compareWith(ReferenceModel.copyOf(policy));
        }
        listeners.forEach(trainer::listen);
        EpochLoader.BatchShape shape = EpochLoader.BatchShape.shuffled(rowsPerStep, seed, workers);
        Trainer.Outcome outcome = trainer.run(EpochLoader.epochs(rows, shape, epochs), () -> false);
        return new FineTunedModel(
                base.with(trained),
                new TrainedModel(
                        checkpoint,
                        base.model(),
                        trained,
                        base.tokenizer(),
                        base.template(),
                        TrainedModel.Saving.standard()),
                outcome.progress());
    }

    @Override
    public void close() {
        base.close();
    }
}
