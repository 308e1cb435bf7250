package dev.hone.recipes.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.StepRow;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.files.AtomicFiles;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.recipes.prepare.PreparedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Completions of a few training prompts that the model wrote before it was trained, drawn from its own distribution: what a forecast is
 * measured on. They are drawn once, by the run's seed, and kept in its folder, a JSON object with {@code prompt-ids} and {@code
 * completion-ids} in each line.
 */
record BaseCompletions(List<Example> texts) {
    /** A text without a prompt begins with so many of its tokens, or half of them. */
    private static final int BEGINNING = 8;

    private static final int SLOTS = 8;

    BaseCompletions {
        texts = List.copyOf(texts);
    }

    /** Reads them, or has them written by the policy as it is, which is not trained yet and has no state restored. */
    static BaseCompletions of(
            PreparedRun run, GuardSettings.ForecastSettings settings, Path file, BooleanSupplier stop) {
        if (Files.exists(file)) {
            return read(file);
        }
        LoadedModel base = run.policy().view();
        List<int[]> prompts = prompts(
                run.data().loader(), settings, base.model().config().shape().maxPositions());
        Sampling sampling = Sampling.unchanged()
                .withSeed(run.file().training().hyperparameters().seed());
        List<Example> texts = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        List<Completion> completions = written(base, prompts, sampling, settings.tokens(), stop);
        for (int i = 0; i < prompts.size(); i++) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.set("prompt-ids", JsonNodeFactory.instance.pojoNode(prompts.get(i)));
            line.set(
                    "completion-ids",
                    JsonNodeFactory.instance.pojoNode(completions.get(i).ids()));
            lines.append(line).append('\n');
            texts.add(text(i, prompts.get(i), completions.get(i).ids()));
        }
        try {
            AtomicFiles.write(file, lines.toString());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
        return new BaseCompletions(texts);
    }

    private static List<Completion> written(
            LoadedModel base, List<int[]> prompts, Sampling sampling, int tokens, BooleanSupplier stop) {
        try (Generator generator = base.generator(SLOTS)) {
            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                generations.add(generator.submit(Request.of(prompts.get(i), sampling, tokens)
                        .numbered(i)
                        .stoppingAt(base.stopTokens())
                        .with(base.adapter())));
            }
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
            return generations.stream().map(Generation::completion).toList();
        }
    }

    /** The prompts of the first rows that are trained on; at most as many as there are. */
    private static List<int[]> prompts(OfflineSource loader, GuardSettings.ForecastSettings settings, int context) {
        List<int[]> prompts = new ArrayList<>();
        for (long step = 0; step < loader.steps() && prompts.size() < settings.prompts(); step++) {
            for (StepRow row : loader.rows(step)) {
                int[] prompt = prompt(row.batch());
                if (prompts.size() < settings.prompts()
                        && !row.batch().has(Annotation.REPLAY)
                        && prompt.length + settings.tokens() <= context
                        && prompts.stream().noneMatch(known -> Arrays.equals(known, prompt))) {
                    prompts.add(prompt);
                }
            }
        }
        if (prompts.isEmpty()) {
            throw new DataException("guards.forecast has no prompt: no training row leaves room for "
                    + settings.tokens() + " tokens in the model's context of " + context
                    + "; lower guards.forecast.tokens, or leave guards.forecast out");
        }
        return prompts;
    }

    /** What stands before the first trained token of a row. */
    private static int[] prompt(Batch row) {
        int first = row.targets().count() == 0 ? 0 : row.targets().position()[0];
        int beginning = Math.min(BEGINNING, row.tokens().length / 2);
        return Arrays.copyOf(row.tokens(), Math.max(first + 1, first == 0 ? beginning : 0));
    }

    private static BaseCompletions read(Path file) {
        try {
            JsonlFile lines = JsonlFile.open(file);
            List<Example> texts = new ArrayList<>();
            for (int i = 0; i < lines.rows(); i++) {
                ObjectNode line = lines.row(i);
                texts.add(text(i, ids(line.path("prompt-ids")), ids(line.path("completion-ids"))));
            }
            return new BaseCompletions(texts);
        } catch (DataException | IllegalArgumentException e) {
            throw new CheckpointException(
                    file + ": is damaged (" + e.getMessage() + "); delete it, and the run's base writes it again", e);
        }
    }

    private static int[] ids(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }

    /** The completion's tokens are what is compared. */
    private static Example text(int number, int[] prompt, int[] completion) {
        if (prompt.length == 0 || completion.length == 0) {
            throw new IllegalArgumentException("line " + (number + 1) + " has no prompt or no completion");
        }
        int[] tokens = Arrays.copyOf(prompt, prompt.length + completion.length);
        System.arraycopy(completion, 0, tokens, prompt.length, completion.length);
        float[] weights = new float[tokens.length];
        Arrays.fill(weights, prompt.length, tokens.length, 1);
        return new Example(number, tokens, weights);
    }

    /** Batches of at most so many tokens; a longer text has one of its own. */
    List<Batch> batches(int tokens) {
        List<Batch> batches = new ArrayList<>();
        List<Example> some = new ArrayList<>();
        int length = 0;
        for (Example text : texts) {
            if (!some.isEmpty() && length + text.length() > tokens) {
                batches.add(Batch.of(some));
                some = new ArrayList<>();
                length = 0;
            }
            some.add(text);
            length += text.length();
        }
        batches.add(Batch.of(some));
        return batches;
    }
}
