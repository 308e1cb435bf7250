package dev.hone.reward;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.Settings;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.model.head.Scores;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Continuation;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The verdict of a judge, another language model that reads a {@linkplain JudgeQuestion question} about the completion: right is where
 * it gives one word a higher probability than the other. Nothing is generated: with y and n the log-probabilities of the two words as
 * its reply, the verdict's probability is {@code 1 / (1 + exp(n − y))}. Of a comparison of two answers it is the mean over both
 * orders, as judges prefer a place.
 *
 * <p>A judge that cannot say has no score: a question that is longer than its context is the task's error, and numbers that are not
 * finite are a {@link TrainingException}.
 */
public final class JudgeReward implements Reward {
    private final LoadedModel model;
    private final JudgeQuestion question;
    private final String column;

    /**
     * Takes over a model.
     *
     * @param model closed with this reward
     * @param column where the right answer stands
     * @throws IllegalArgumentException if the model cannot say the two words, or not tell them apart
     */
    public JudgeReward(LoadedModel model, JudgeQuestion question, String column) {
        this.model = model;
        this.question = question;
        this.column = column;
        int[] yes = ids(question.positive());
        int[] no = ids(question.negative());
        int both = Math.min(yes.length, no.length);
        if (Arrays.equals(yes, 0, both, no, 0, both)) {
            throw new IllegalArgumentException("yes (" + question.positive() + ") and no (" + question.negative()
                    + ") begin with the same tokens to the judge, so that it cannot choose; name other words");
        }
    }

    /**
     * Opens the judge of a question's file, or the one in a folder with the usual question.
     *
     * @throws DataException if the judge cannot answer the question
     */
    public static JudgeReward open(Path place, String column) {
        JudgeQuestion question = Files.isDirectory(place)
                ? JudgeQuestion.to(place)
                : Settings.read(place).bind(JudgeQuestion.class).value();
        Checkpoint checkpoint = Checkpoint.open(question.model());
        Path adapter = question.adapter();
        if (adapter != null) {
            AdapterOnBase.open(adapter, checkpoint).otherBase().ifPresent(difference -> {
                throw new CheckpointException(difference);
            });
        }
        LoadedModel model = LoadedModel.open(checkpoint, adapter, ComputeChoice.of(DType.F32), "auto", ignored -> {});
        try {
            return new JudgeReward(model, question, column);
        } catch (IllegalArgumentException e) {
            model.close();
            throw new DataException(place + ": " + e.getMessage(), e);
        }
    }

    /** The tokens of a word; {@link IllegalArgumentException} where the vocabulary does not hold it. */
    private int[] ids(String word) {
        int[] ids = model.tokenizer().ids(spoken(word), Specials.NONE);
        boolean known = Arrays.stream(ids).noneMatch(model.tokenizer()::isSpecial)
                && model.tokenizer().decode(ids).strip().equals(word.strip());
        if (!known) {
            throw new IllegalArgumentException(
                    "the judge's vocabulary does not hold the word (" + word + "); name others as yes and no");
        }
        return ids;
    }

    /** A word as it begins a reply: behind a template's header, or behind the colon of a plain text. */
    private String spoken(String word) {
        return model.template() == null ? " " + word : word;
    }

    @Override
    public double score(Task task, Completion completion) {
        double probability = question.comparesTwo()
                ? (probability(task, completion, true) + 1 - probability(task, completion, false)) / 2
                : probability(task, completion, true);
        return question.graded() ? probability : probability > 0.5 ? 1 : 0;
    }

    /** The probability of the positive word against the negative one. */
    private double probability(Task task, Completion completion, boolean answerIsFirst) {
        String prompt = prompt(question.about(task, completion.text(), column, answerIsFirst));
        double yes = 0;
        double no = 0;
        try (Scope scope = Scope.open()) {
            Batch batch =
                    Batch.of(List.of(example(0, prompt, question.positive()), example(1, prompt, question.negative())));
            Scores scores = model.model().score(batch, model.adapter());
            float[] each = scores.logProbabilities().floats();
            int[] row = batch.targets().row();
            for (int i = 0; i < each.length; i++) {
                yes += row[i] == 0 ? each[i] : 0;
                no += row[i] == 1 ? each[i] : 0;
            }
        }
        if (!Double.isFinite(yes) || !Double.isFinite(no)) {
            throw new TrainingException("the judge in " + question.model() + " gives (" + question.positive()
                    + ") the log-probability " + yes + " and (" + question.negative() + ") " + no
                    + ", so there is no verdict; its weights are damaged or its training has diverged");
        }
        return 1 / (1 + Math.exp(no - yes));
    }

    private String prompt(String asked) {
        ChatTemplate template = model.template();
        return template == null
                ? asked + "\nAnswer:"
                : template.text(List.of(Message.user(asked)), List.of(), ChatTemplate.Options.prompt());
    }

    private Example example(int row, String prompt, String word) {
        Specials specials = model.template() == null ? Specials.ADD : Specials.NONE;
        Continuation both = Continuation.of(model.tokenizer(), prompt, spoken(word), specials);
        int[] ids = both.encoding().ids();
        int context = model.model().config().shape().maxPositions();
        if (ids.length > context) {
            throw new IllegalArgumentException("what the judge is to read has " + ids.length
                    + " tokens, more than its context of " + context
                    + "; shorten the question or the longest answer (max-tokens), or name another judge");
        }
        float[] weights = new float[ids.length];
        Arrays.fill(weights, both.prompt(), ids.length, 1f);
        return new Example(row, ids, weights);
    }

    @Override
    public void close() {
        model.close();
    }
}
