package dev.hone.recipes.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.evaluate.ChoiceFormat.Question;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions whose choices a model scores. A question's choices are in one batch, where what stands before them is computed once.
 *
 * <p>Tokens are those of the harness: white space at the end of the context belongs to the choice; the context is encoded alone; the
 * choice's tokens are those of context and choice in one text, less as many as the context has. What exceeds the model's
 * {@code max_position_embeddings} is cut off at the beginning.
 */
final class ScoredChoices implements CaseSource {
    private static final int WAVE = 32;

    private final Choices task;
    private final LoadedModel model;
    private final JsonlFile rows;
    private final ChoiceFormat format;
    private final @Nullable JsonlFile examples;
    private final @Nullable ChoiceFormat examplesFormat;
    private long tokens;

    ScoredChoices(Choices task, LoadedModel model) {
        this.task = task;
        this.model = model;
        rows = JsonlFile.open(task.path());
        format = formatOf(rows);
        for (int row = 0; row < rows.rows(); row++) {
            format.read(rows.row(row), rows.place(row));
        }
        Examples shown = task.examples();
        examples = shown == null ? null : JsonlFile.open(shown.path());
        examplesFormat = examples == null ? null : formatOf(examples);
    }

    private ChoiceFormat formatOf(JsonlFile file) {
        return task.format().recognised(file.row(0), file.place(0));
    }

    @Override
    public String activity() {
        return "choosing";
    }

    @Override
    public int count() {
        return rows.rows();
    }

    @Override
    public int wave() {
        return WAVE;
    }

    @Override
    public long tokens() {
        return tokens;
    }

    @Override
    public Optional<List<CaseResult>> answer(int from, int to, BooleanSupplier stop) {
        List<Question> questions = new ArrayList<>();
        List<LogLikelihoods.Sequence> sequences = new ArrayList<>();
        for (int row = from; row < to; row++) {
            Question question = format.read(rows.row(row), rows.place(row));
            String context = question.description() + examplesBefore(row) + question.text();
            questions.add(question);
            for (String choice : question.choices()) {
                sequences.add(sequence(context, task.delimiter() + choice, rows.place(row)));
            }
        }
        List<float[]> scores = new LogLikelihoods(model).of(sequences, stop);
        if (scores.size() < sequences.size()) {
            return Optional.empty();
        }
        sequences.forEach(one -> tokens += one.ids().length);
        List<CaseResult> results = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < questions.size(); i++) {
            int count = questions.get(i).choices().size();
            results.add(result(questions.get(i), scores.subList(at, at + count), from + i));
            at += count;
        }
        return Optional.of(results);
    }

    private String examplesBefore(int row) {
        Examples shown = task.examples();
        if (shown == null || examples == null || examplesFormat == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (int number : shown.before(rows.row(row), row, examples, rows.place(row))) {
            Question example = examplesFormat.read(examples.row(number), examples.place(number));
            text.append(example.text())
                    .append(task.delimiter())
                    .append(example.answer())
                    .append(shown.separator());
        }
        return text.toString();
    }

    private LogLikelihoods.Sequence sequence(String whole, String choice, String place) {
        int end = whole.length();
        while (end > 0 && isSpace(whole.charAt(end - 1))) {
            end--;
        }
        String context = whole.substring(0, end);
        String continuation = whole.substring(end) + choice;
        Tokenizer tokenizer = model.tokenizer();
        int[] before = tokenizer.ids(context, Specials.ADD);
        int[] both = tokenizer.ids(context + continuation, Specials.ADD);
        if (before.length == 0 || both.length <= before.length) {
            throw DataException.at(place, "the choice (" + choice.strip() + ") adds no token to the question");
        }
        int longest = model.model().config().shape().maxPositions() + 1;
        if (both.length - before.length >= longest) {
            throw DataException.at(
                    place,
                    "a choice has " + (both.length - before.length) + " tokens; the model reads at most "
                            + (longest - 1));
        }
        int[] ids = Arrays.copyOf(before, both.length);
        System.arraycopy(both, before.length, ids, before.length, both.length - before.length);
        int cut = Math.max(0, ids.length - longest);
        return new LogLikelihoods.Sequence(
                cut == 0 ? ids : Arrays.copyOfRange(ids, cut, ids.length), before.length - cut, place);
    }

    /** What Python takes off by {@code rstrip}. */
    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    private CaseResult result(Question question, List<float[]> scores, int row) {
        double[] sums = new double[scores.size()];
        double[] normed = new double[scores.size()];
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode choices = details.putArray("choices");
        for (int i = 0; i < sums.length; i++) {
            String choice = question.choices().get(i);
            for (float each : scores.get(i)) {
                sums[i] += each;
            }
            normed[i] = sums[i] / choice.codePointCount(0, choice.length());
            choices.addObject().put("choice", choice).put("logprob", sums[i]);
        }
        int byLikelihood = largest(sums);
        int byCharacter = largest(normed);
        details.put("acc", byLikelihood == question.gold());
        details.put("acc_norm", byCharacter == question.gold());
        int chosen = task.measure() == Choices.Measured.ACC ? byLikelihood : byCharacter;
        boolean right = chosen == question.gold();
        return new CaseResult(
                row,
                rows.place(row),
                question.text(),
                question.answer(),
                question.choices().get(chosen),
                right,
                right ? 1 : 0,
                1,
                details);
    }

    /** The index of the largest number; of equal ones the first. */
    private static int largest(double[] numbers) {
        int best = 0;
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] > numbers[best]) {
                best = i;
            }
        }
        return best;
    }
}
