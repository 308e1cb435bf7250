package dev.hone.rollout.batch;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowReader;
import dev.hone.error.DataException;
import dev.hone.reward.Task;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Prompts whose completions are sampled as a run goes, reached by number like the rows of any dataset, so that they are shuffled,
 * mixed and counted as these are.
 *
 * <p>{@link #batch} gives a stand-in: groups whose completions are all as long as they may become, of tokens that mean nothing. It is
 * what memory and time are estimated from, and is never trained on. Safe to share between threads.
 */
public final class PromptDataset implements Dataset {
    /** Different tokens that stand-in completions are made of, so that few begin alike. */
    private static final int STAND_INS = 64;

    /**
     * How completions are sampled, as far as sizes depend on it.
     *
     * @param size completions of a prompt
     * @param maxTokens of a completion
     */
    public record GroupShape(int size, int maxTokens) {
        /** The same of another size. */
        public GroupShape of(int other) {
            return new GroupShape(other, maxTokens);
        }
    }

    /**
     * A prompt.
     *
     * @param task whose number is that of the row in this dataset
     * @param ids its tokens, up to where a completion begins
     * @param place where it stands, for messages
     */
    @SuppressWarnings("ArrayRecordComponent") // passed to the generator; equality is never asked
    public record Prompt(Task task, int[] ids, int file, String place) {}

    private final List<Prompt> prompts;
    private final GroupShape shape;
    private final int dropped;
    private final int[] standIns;

    private PromptDataset(List<Prompt> prompts, GroupShape shape, int dropped) {
        this.prompts = List.copyOf(prompts);
        this.shape = shape;
        this.dropped = dropped;
        Set<Integer> ids = new LinkedHashSet<>();
        for (Prompt prompt : prompts) {
            Arrays.stream(prompt.ids()).boxed().limit(STAND_INS - ids.size()).forEach(ids::add);
        }
        this.standIns = ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Reads and renders every prompt of some files.
     *
     * @param maxTokens prompts longer than this are refused or dropped, as {@code overflow} says
     * @param listener decides what becomes of rows that cannot be used
     * @throws DataException naming the first row that cannot be used, by file and line, unless the listener continues
     */
    public static PromptDataset read(
            List<JsonlFile> files,
            Tokenizer tokenizer,
            ChatTemplate template,
            GroupShape shape,
            int maxTokens,
            Overflow overflow,
            ReadingListener listener) {
        List<Prompt> prompts = new ArrayList<>();
        int[] dropped = new int[1];
        RowReader found = RowReader.over(files, listener, (file, row) -> {
            String place = files.get(file).place(row);
            Task read = Task.read(files.get(file), row);
            int[] ids = ids(read, tokenizer, template, place);
            if (ids.length > maxTokens) {
                if (overflow != Overflow.DROP) {
                    throw DataException.at(
                            place,
                            "has a prompt of " + ids.length + " tokens where max-tokens is " + maxTokens
                                    + "; raise data.max-tokens, or set data.on-overflow to drop");
                }
                dropped[0]++;
                return;
            }
            Task task = new Task(prompts.size(), read.messages(), read.columns());
            prompts.add(new Prompt(task, ids, file, place));
        });
        if (prompts.isEmpty() && found.refused() == 0) {
            throw new DataException(JsonlFile.paths(files) + ": no prompt is left; all " + found.read()
                    + " are longer than max-tokens (" + maxTokens + ")");
        }
        return new PromptDataset(prompts, shape, dropped[0]);
    }

    private static int[] ids(Task task, Tokenizer tokenizer, ChatTemplate template, String place) {
        try {
            String text = template.text(task.messages(), task.tools(), ChatTemplate.Options.prompt());
            return tokenizer.ids(text, Specials.NONE);
        } catch (TemplateException e) {
            throw DataException.at(place, String.valueOf(e.getMessage()), e);
        }
    }

    public Prompt prompt(int row) {
        return prompts.get(row);
    }

    /** Prompts that were left out because they are too long. */
    public int dropped() {
        return dropped;
    }

    @Override
    public int count() {
        return prompts.size();
    }

    @Override
    public int length(int row) {
        return prompts.get(row).ids().length + shape.size() * shape.maxTokens();
    }

    @Override
    public int trainedTokens(int row) {
        return shape.size() * shape.maxTokens();
    }

    @Override
    public int source(int row) {
        return prompts.get(row).file();
    }

    @Override
    public Batch batch(List<Integer> rows) {
        List<Example> examples = new ArrayList<>();
        for (int row : rows) {
            for (int i = 0; i < shape.size(); i++) {
                examples.add(standIn(row, i));
            }
        }
        Batch batch = Batch.of(examples);
        float[] zeros = new float[batch.targets().count()];
        return batch.with(Annotation.MARGIN, new float[batch.rowCount()])
                .with(Annotation.SAMPLED, zeros)
                .with(Annotation.ADVANTAGE, zeros)
                .with(Annotation.VALUE, zeros)
                .with(Annotation.RETURN, zeros);
    }

    private Example standIn(int row, int number) {
        int[] prompt = prompts.get(row).ids();
        int[] tokens = Arrays.copyOf(prompt, prompt.length + shape.maxTokens());
        float[] weights = new float[tokens.length];
        for (int i = prompt.length; i < tokens.length; i++) {
            tokens[i] = standIns[(number + i - prompt.length) % standIns.length];
            weights[i] = 1;
        }
        return new Example((long) row * shape.size() + number, tokens, weights);
    }

    @Override
    public String place(int row) {
        return prompts.get(row).place();
    }
}
