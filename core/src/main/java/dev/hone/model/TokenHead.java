package dev.hone.model;

import dev.hone.data.Targets;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The map from hidden states to what is asked about tokens, computed only where a target asks for it.
 *
 * <p>The vocabulary is wide, so logits live in chunks of positions that are used and forgotten: each chunk gives its
 * {@linkplain Statistic statistics}, and the gradient of the loss from what the objective says about each of them. No graph
 * runs through the head; the caller cuts the graph at the hidden states and hands the returned gradient on. Logits are in
 * float32 whatever the compute type.
 */
public final class TokenHead implements Head {
    /** Elements of one chunk of logits: 8 MB of float32, which stays in cache. */
    private static final long CHUNK = 2L << 20;

    /** Fewer positions make the product slow: each pass over the weight is paid for by too few rows. */
    private static final int FEWEST_ROWS = Integer.getInteger("rows", 128);

    private final Parameter weight;

    TokenHead(Parameter weight) {
        this.weight = weight;
    }

    /** How many tokens it knows. */
    public int vocabulary() {
        return Math.toIntExact(weight.value().size(0));
    }

    /** The width of the hidden states it reads. */
    public int width() {
        return Math.toIntExact(weight.value().size(1));
    }

    DType dtype() {
        return weight.value().dtype();
    }

    /** Logits [positions, vocabulary] in float32, for hidden states [positions, hidden]. */
    public Tensor logits(Tensor hidden) {
        return weight.product(hidden).to(DType.F32);
    }

    private static Tensor logits(Tensor hidden, Tensor matrix) {
        return hidden.linear(matrix).to(DType.F32);
    }

    @Override
    public Question usual() {
        return Question.PLAIN;
    }

    @Override
    public Map<Statistic, Tensor> score(Tensor hidden, int[] tokens, Question question) {
        return Autograd.without(() -> {
            Columns columns = new Columns(question);
            forChunks(hidden, weight.in(hidden.dtype()), tokens, question, (chunk, p, from) -> columns.add(p));
            return columns.joined();
        });
    }

    @Override
    public Result scoreAndDifferentiate(Tensor hidden, int[] tokens, Question question, Map<Statistic, Tensor> slopes) {
        return Autograd.without(() -> {
            Columns columns = new Columns(question);
            List<Tensor> gradients = new ArrayList<>();
            Tensor matrix = weight.in(hidden.dtype());
            forChunks(hidden, matrix, tokens, question, (chunk, p, from) -> {
                columns.add(p);
                Tensor narrow = p.gradient(part(slopes, from, chunk.size(0))).to(hidden.dtype());
                gradients.add(narrow.matmul(matrix).keep());
                if (weight.isTrained()) {
                    weight.value()
                            .addGradient(narrow.transpose(0, 1).matmul(chunk).to(DType.F32));
                }
            });
            return new Result(columns.joined(), joined(gradients));
        });
    }

    private static Map<Statistic, Tensor> part(Map<Statistic, Tensor> slopes, int from, long rows) {
        Map<Statistic, Tensor> part = new EnumMap<>(Statistic.class);
        slopes.forEach((statistic, slope) ->
                part.put(statistic, slope.narrow(0, from, rows).reshape(rows, 1)));
        return part;
    }

    private interface ChunkBody {
        void run(Tensor hidden, Distribution p, int from);
    }

    private void forChunks(Tensor hidden, Tensor matrix, int[] tokens, Question question, ChunkBody body) {
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary()) {
                throw new IllegalArgumentException("target token (" + token + ") is outside the model's vocabulary of "
                        + vocabulary()
                        + (token == Targets.NOTHING ? "; texts that are scored as a whole need a reward model" : ""));
            }
        }
        Comparison comparison = question.comparison();
        Tensor others = comparison == null ? null : othersOf(comparison, tokens.length);
        int step = evenly(tokens.length, (int) Math.max(FEWEST_ROWS, CHUNK / vocabulary()));
        int from = 0;
        do { // once even for no targets, so that there is a result to return
            int rows = Math.min(step, tokens.length - from);
            try (Scope scope = Scope.open()) {
                Tensor ids = Tensor.of(Arrays.copyOfRange(tokens, from, from + rows), rows, 1);
                Tensor chunk = hidden.narrow(0, from, rows);
                body.run(chunk, distribution(logits(chunk, matrix), ids, comparison, others, from), from);
            }
            from += rows;
        } while (from < tokens.length);
    }

    /** The size of chunks that are as equal as they can be, none larger than the given size. */
    private static int evenly(int count, int largest) {
        int chunks = Math.max(1, (count + largest - 1) / largest);
        return (count + chunks - 1) / chunks;
    }

    private static Distribution distribution(
            Tensor logits, Tensor ids, @Nullable Comparison comparison, @Nullable Tensor others, int from) {
        if (comparison == null || others == null) {
            return new Distribution(logits, ids);
        }
        Tensor hidden = others.narrow(0, from, ids.size(0));
        return new Distribution(logits, ids, comparison, comparison.head().logits(hidden));
    }

    private Tensor othersOf(Comparison comparison, int targets) {
        if (comparison.head().vocabulary() != vocabulary()) {
            throw new IllegalArgumentException("the teacher's vocabulary has "
                    + comparison.head().vocabulary() + " tokens and the student's " + vocabulary()
                    + "; their distributions are compared token by token, so both need the same vocabulary");
        }
        return comparison.hiddenStates(targets);
    }

    /** The statistics of a question, chunk after chunk. */
    private static final class Columns {
        private final Map<Statistic, List<Tensor>> parts = new EnumMap<>(Statistic.class);

        Columns(Question question) {
            question.statistics().forEach(statistic -> parts.put(statistic, new ArrayList<>()));
        }

        void add(Distribution p) {
            parts.forEach(
                    (statistic, list) -> list.add(p.get(statistic).view(-1).keep()));
        }

        Map<Statistic, Tensor> joined() {
            Map<Statistic, Tensor> all = new EnumMap<>(Statistic.class);
            parts.forEach((statistic, list) -> all.put(statistic, TokenHead.joined(list)));
            return all;
        }
    }

    private static Tensor joined(List<Tensor> parts) {
        Tensor all = Tensor.concatenate(0, parts);
        parts.forEach(Tensor::close);
        return all;
    }
}
