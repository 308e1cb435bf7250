package dev.hone.model.head;

import dev.hone.data.batch.Targets;
import dev.hone.model.layer.LogitForm;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The map from hidden states to the requested statistics of tokens, computed only at targets.
 *
 * <p>The vocabulary is wide, so logits live in chunks of positions that are used and forgotten: each chunk gives its
 * {@linkplain Statistic statistics}, and the gradient of the loss from the objective's gradient with respect to each of them. No graph
 * runs through the head; the caller cuts the graph at the hidden states and hands the returned gradient on. Statistics are
 * computed in float32 whatever the compute type: log-probabilities alone by {@link Logits}, all others by {@link Distribution}.
 */
public final class TokenHead implements Head {
    /** Bytes of one chunk's {@link Logits}. */
    static final long LOGITS = 64L << 20;

    /** Elements of one chunk of a {@link Distribution}: 8 MB of float32, which stays in cache. */
    private static final long CHUNK = 2L << 20;

    /** Fewer positions make the product slow: each pass over the weight is paid for by too few rows. */
    private static final int FEWEST_ROWS = 128;

    /** Rows of the weight that {@link #largestLogit} reads at a time. */
    private static final long PART = 8192;

    private final Parameter weight;
    private final LogitForm form;

    public TokenHead(Parameter weight) {
        this(weight, LogitForm.PLAIN);
    }

    public TokenHead(Parameter weight, LogitForm form) {
        this.weight = weight;
        this.form = form;
    }

    /** A frozen copy, which stays as it is now, held in the given type. */
    public TokenHead copy(DType held) {
        return new TokenHead(weight.copy(held), form);
    }

    /** How many tokens it knows. */
    public int vocabulary() {
        return Math.toIntExact(weight.shape()[0]);
    }

    /** The width of the hidden states it reads. */
    public int width() {
        return Math.toIntExact(weight.shape()[1]);
    }

    DType dtype() {
        return weight.dtype();
    }

    /** Logits [positions, vocabulary] in float32, for hidden states [positions, hidden]. */
    public Tensor logits(Tensor hidden) {
        return shaped(weight.product(hidden, null));
    }

    /** The largest logit, without its sign, for hidden states [positions, hidden]; holds a part of the weight at a time. */
    public double largestLogit(Tensor hidden) {
        return Autograd.without(() -> {
            if (!weight.isDense()) {
                return logits(hidden).abs().max().scalar();
            }
            double largest = 0;
            for (long from = 0; from < vocabulary(); from += PART) {
                try (Scope scope = Scope.open()) {
                    Tensor rows = weight.value().detach().narrow(0, from, Math.min(PART, vocabulary() - from));
                    Tensor z = shaped(hidden.linear(rows.to(hidden.dtype())));
                    largest = Math.max(largest, z.abs().max().scalar());
                }
            }
            return largest;
        });
    }

    /** The weight in the type of the hidden states; as it is held where {@link Logits} widens it block by block. */
    private Tensor matrix(Tensor hidden, RequestedStatistics question) {
        boolean widens = weight.isDense() && hidden.dtype() == DType.F32 && question.equals(RequestedStatistics.PLAIN);
        return widens ? weight.value().detach() : weight.in(hidden.dtype());
    }

    private Tensor logits(Tensor hidden, Tensor matrix) {
        return shaped(hidden.linear(matrix));
    }

    /** The logits of products, in float32, rounded to the type that these came in, as {@link Logits} holds them. */
    private Tensor shaped(Tensor products) {
        Tensor wide = products.to(DType.F32);
        return form.isPlain()
                ? wide
                : LogitShaping.shaped(wide, form).to(products.dtype()).to(DType.F32);
    }

    @Override
    public RequestedStatistics usual() {
        return RequestedStatistics.PLAIN;
    }

    @Override
    public Map<Statistic, Tensor> score(Tensor hidden, int[] tokens, RequestedStatistics question) {
        return Autograd.without(() -> {
            Columns columns = new Columns(question);
            Tensor matrix = weight.isDense() ? matrix(hidden, question) : null;
            forChunks(hidden, matrix, tokens, question, (chunk, p, from) -> columns.add(p));
            return columns.joined();
        });
    }

    @Override
    public HeadOutput scoreAndDifferentiate(
            Tensor hidden, int[] tokens, RequestedStatistics question, ScoreGradients scoreGradients) {
        if (!scoreGradients.areLocal() && tokens.length > rows(hidden, question)) {
            Map<Statistic, Tensor> scores = score(hidden, tokens, question);
            Map<Statistic, Tensor> known = Autograd.with(() -> scoreGradients.at(scores));
            RequestedStatistics rest = question.only(known.keySet());
            return new HeadOutput(
                    scores,
                    differentiated(hidden, tokens, rest, ScoreGradients.constant(known))
                            .hiddenGradient());
        }
        return differentiated(hidden, tokens, question, scoreGradients);
    }

    /** Chunk by chunk: there is one only, or what is asked of one does not depend on the others. */
    private HeadOutput differentiated(
            Tensor hidden, int[] tokens, RequestedStatistics question, ScoreGradients scoreGradients) {
        Map<Statistic, Tensor> constant = scoreGradients.areConstant()
                ? Autograd.with(() -> scoreGradients.at(zeros(question, tokens.length)))
                : Map.of();
        Map<Statistic, Tensor> known =
                zeros(question, tokens.length); // where a chunk's derivatives are its own: those of chunks so far
        return Autograd.without(() -> {
            Columns columns = new Columns(question);
            List<Tensor> gradients = new ArrayList<>();
            Tensor matrix = matrix(hidden, question);
            forChunks(hidden, matrix, tokens, question, (chunk, p, from) -> {
                Map<Statistic, Tensor> statistics = columns.add(p);
                statistics.forEach((statistic, values) -> Objects.requireNonNull(known.get(statistic))
                        .narrow(0, from, values.size(0))
                        .copyInPlace(values));
                Map<Statistic, Tensor> whole =
                        scoreGradients.areConstant() ? constant : Autograd.with(() -> scoreGradients.at(known));
                gradients.add(p.backward(part(whole, from, chunk.size(0))).keep());
            });
            return new HeadOutput(columns.joined(), joined(gradients));
        });
    }

    private static Map<Statistic, Tensor> zeros(RequestedStatistics question, int targets) {
        Map<Statistic, Tensor> zeros = new EnumMap<>(Statistic.class);
        question.statistics().forEach(s -> zeros.put(s, Tensor.zeros(DType.F32, targets)));
        return zeros;
    }

    private static Map<Statistic, Tensor> part(Map<Statistic, Tensor> scoreGradients, int from, long rows) {
        Map<Statistic, Tensor> part = new EnumMap<>(Statistic.class);
        scoreGradients.forEach((statistic, scoreGradient) ->
                part.put(statistic, scoreGradient.narrow(0, from, rows).reshape(rows, 1)));
        return part;
    }

    private interface ChunkBody {
        void run(Tensor hidden, ChunkStatistics answers, int from);
    }

    /**
     * @param matrix the weight in the compute type; null where it is packed, which has no backward
     */
    private void forChunks(
            Tensor hidden, @Nullable Tensor matrix, int[] tokens, RequestedStatistics question, ChunkBody body) {
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary()) {
                throw new IllegalArgumentException("target token (" + token + ") is outside the model's vocabulary of "
                        + vocabulary()
                        + (token == Targets.NOTHING ? "; texts that are scored as a whole need a reward model" : ""));
            }
        }
        TeacherDivergence comparison = question.comparison();
        Tensor others = comparison == null ? null : othersOf(comparison, tokens.length);
        int step = evenly(tokens.length, rows(hidden, question));
        int from = 0;
        do { // once even for no targets, so that there is a result to return
            int rows = Math.min(step, tokens.length - from);
            int[] some = Arrays.copyOfRange(tokens, from, from + rows);
            try (Scope scope = Scope.open()) {
                Tensor chunk = hidden.narrow(0, from, rows);
                body.run(chunk, answers(chunk, matrix, some, question, others, from), from);
            }
            from += rows;
        } while (from < tokens.length);
    }

    /** How many positions a chunk may have. */
    private int rows(Tensor hidden, RequestedStatistics question) {
        return question.equals(RequestedStatistics.PLAIN)
                ? rows(vocabulary(), hidden.dtype())
                : Math.toIntExact(Math.max(FEWEST_ROWS, CHUNK / vocabulary()));
    }

    private static int rows(long vocabulary, DType type) {
        return Math.toIntExact(Math.max(FEWEST_ROWS, LOGITS / (vocabulary * type.bytes())));
    }

    /** The memory that log-probabilities of {@code targets} targets take at a time, in bytes. */
    public static long chunkBytes(long vocabulary, DType type, long targets) {
        return Logits.bytes(Math.min(rows(vocabulary, type), Math.max(1, targets)), vocabulary, type);
    }

    /** The size of chunks that are as equal as they can be, none larger than the given size. */
    private static int evenly(int count, int largest) {
        int chunks = Math.max(1, (count + largest - 1) / largest);
        return (count + chunks - 1) / chunks;
    }

    private ChunkStatistics answers(
            Tensor hidden,
            @Nullable Tensor matrix,
            int[] tokens,
            RequestedStatistics question,
            @Nullable Tensor others,
            int from) {
        if (matrix != null && question.equals(RequestedStatistics.PLAIN)) {
            return new Logits(hidden, matrix, weight, form, tokens);
        }
        Tensor logits = matrix == null ? logits(hidden) : logits(hidden, matrix);
        Tensor slopes = matrix == null ? null : LogitShaping.slopes(logits, form);
        Tensor ids = Tensor.of(tokens, tokens.length, 1);
        TeacherDivergence comparison = question.comparison();
        Distribution p = comparison == null || others == null
                ? new Distribution(logits, ids)
                : new Distribution(
                        logits, ids, comparison, comparison.head().logits(others.narrow(0, from, tokens.length)));
        return matrix == null
                ? new ChunkStatistics.ForwardOnly(p)
                : new ChunkStatistics.OfDistribution(hidden, matrix, p, weight, slopes);
    }

    private Tensor othersOf(TeacherDivergence comparison, int targets) {
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

        Columns(RequestedStatistics question) {
            question.statistics().forEach(statistic -> parts.put(statistic, new ArrayList<>()));
        }

        /** Adds the statistics of a chunk, and returns them [positions]. */
        Map<Statistic, Tensor> add(ChunkStatistics answers) {
            Map<Statistic, Tensor> statistics = new EnumMap<>(Statistic.class);
            parts.forEach((statistic, list) -> {
                Tensor values = answers.get(statistic).view(-1).keep();
                list.add(values);
                statistics.put(statistic, values);
            });
            return statistics;
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
