package dev.hone.model.experts;

import dev.hone.model.layer.ExpertShape;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which experts compute each token of a pass, and with what weight: the {@code chosen} largest of {@code softmax(logits)} in float32,
 * of two that are equal the first expert. Where weights are normalised they are divided by their sum, which is the softmax over the
 * logits of the chosen.
 *
 * <p>Each expert's tokens stand together: row r of the experts' work is token {@code tokens[r]}, and expert e has the rows from
 * {@code starts[e]} to {@code starts[e + 1]}. A token's places are in the order of its experts' numbers, so that what is summed over
 * them has the same bits whatever tokens are beside it.
 */
public final class Routing {
    private final ExpertShape shape;
    private final int[] tokens;
    private final int[] starts;
    private final Tensor rows; // [rows]: the token of each
    private final Tensor[] places; // of the first, second … expert of each token [tokens]
    private final Tensor experts; // their numbers [tokens, chosen]
    private final Tensor probabilities; // of all experts [tokens, experts], in float32
    private final @Nullable Tensor scale; // of the weights of each expert [experts]

    private Routing(ExpertShape shape, int[][] chosen, Tensor probabilities, @Nullable Tensor scale) {
        this.shape = shape;
        this.probabilities = probabilities;
        this.scale = scale;
        int count = chosen.length * shape.chosen();
        starts = new int[shape.count() + 1];
        for (int[] own : chosen) {
            for (int expert : own) {
                starts[expert + 1]++;
            }
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        tokens = new int[count];
        int[][] at = new int[shape.chosen()][chosen.length];
        for (int token = 0; token < chosen.length; token++) {
            for (int j = 0; j < shape.chosen(); j++) {
                int row = next[chosen[token][j]]++;
                tokens[row] = token;
                at[j][token] = row;
            }
        }
        rows = Tensor.of(tokens);
        places = Arrays.stream(at).map(Tensor::of).toArray(Tensor[]::new);
        experts = Tensor.of(Arrays.stream(chosen).flatMapToInt(Arrays::stream).toArray())
                .view(chosen.length, shape.chosen());
    }

    /**
     * Chooses.
     *
     * @param logits of the router [tokens, experts]
     * @param scale what the weights of each expert are multiplied by [experts], in float32; null: nothing
     */
    public static Routing of(ExpertShape shape, Tensor logits, @Nullable Tensor scale) {
        Tensor probabilities = logits.to(DType.F32).softmax(1);
        float[] p = probabilities.detach().floats();
        int tokens = p.length / shape.count();
        int[][] chosen = new int[tokens][];
        for (int token = 0; token < tokens; token++) {
            chosen[token] = largest(p, token * shape.count(), shape);
        }
        return new Routing(shape, chosen, probabilities, scale);
    }

    /** The numbers of the experts with the largest probabilities, ascending. */
    private static int[] largest(float[] p, int from, ExpertShape shape) {
        int[] best = new int[shape.chosen()];
        int count = 0;
        for (int expert = 0; expert < shape.count(); expert++) {
            int at = count;
            while (at > 0 && p[from + best[at - 1]] < p[from + expert]) {
                at--;
            }
            if (at < best.length) {
                int kept = Math.min(count, best.length - 1);
                System.arraycopy(best, at, best, at + 1, kept - at);
                best[at] = expert;
                count = kept + 1;
            }
        }
        return IntStream.of(best).sorted().toArray();
    }

    /** How many experts there are. */
    public int experts() {
        return shape.count();
    }

    /** The first row of an expert; of the number behind the last, the number of rows. */
    public int start(int expert) {
        return starts[expert];
    }

    /** How many tokens an expert has. */
    public int count(int expert) {
        return starts[expert + 1] - starts[expert];
    }

    /** The tokens of an expert, in the order of its rows. */
    public int[] tokens(int expert) {
        return Arrays.copyOfRange(tokens, starts[expert], starts[expert + 1]);
    }

    /** Of values of tokens [tokens, width], the one of each row. */
    public Tensor spread(Tensor values) {
        return values.select(0, rows);
    }

    /** The sum over its rows for each token, in float32 and then the type of the rows [rows, width] → [tokens, width]. */
    public Tensor gathered(Tensor values) {
        Tensor sum = values.select(0, places[0]).to(DType.F32);
        for (int j = 1; j < places.length; j++) {
            sum = sum.plus(values.select(0, places[j]).to(DType.F32));
        }
        return sum.to(values.dtype());
    }

    /** The weight of each row [rows, 1], in float32. */
    public Tensor weights() {
        Tensor weights = chosenWeights();
        if (scale != null) {
            weights = weights.times(scale.select(0, experts.view(-1)).view(experts.shape()));
        }
        return byRow(weights);
    }

    /** Before they are scaled [tokens, chosen]. */
    private Tensor chosenWeights() {
        Tensor chosen = probabilities.gather(1, experts);
        return shape.normalised() ? chosen.dividedBy(total(chosen)) : chosen;
    }

    /** The sum of a few columns, one after the other [tokens, 1]. */
    private static Tensor total(Tensor columns) {
        Tensor sum = columns.narrow(1, 0, 1);
        for (int j = 1; j < columns.size(1); j++) {
            sum = sum.plus(columns.narrow(1, j, 1));
        }
        return sum;
    }

    /** Numbers [tokens, chosen], each in its row [rows, 1]. */
    private Tensor byRow(Tensor numbers) {
        Tensor order = Tensor.of(tokenPlaces());
        return numbers.reshape(numbers.count(), 1).select(0, order);
    }

    /** Of each row, which entry of [tokens, chosen] it is. */
    private int[] tokenPlaces() {
        int[] order = new int[tokens.length];
        for (int j = 0; j < places.length; j++) {
            long[] rowsOfJ = places[j].longs();
            for (int token = 0; token < rowsOfJ.length; token++) {
                order[Math.toIntExact(rowsOfJ[token])] = token * places.length + j;
            }
        }
        return order;
    }

    /**
     * Backward of the weights, outside of any graph. With p the probabilities, w those of the chosen and s their sum, {@code ∂L/∂w =
     * (∂L/∂(w/s) − Σ w/s · ∂L/∂(w/s)) / s} and {@code ∂L/∂z = p ⊙ (∂L/∂p − Σ p · ∂L/∂p)} for the logits z.
     *
     * @param gradient ∂L/∂{@link #weights} [rows, 1], in float32
     */
    public LogitGradients backward(Tensor gradient) {
        Tensor byToken = byToken(gradient); // [tokens, chosen]
        Tensor weights = chosenWeights();
        Tensor toScale = null;
        if (scale != null) {
            Tensor numbers = experts.view(-1);
            toScale = Tensor.zeros(DType.F32, shape.count(), 1)
                    .addRowsInPlace(numbers, byToken.times(weights).view(-1, 1))
                    .view(-1);
            byToken = byToken.times(scale.select(0, numbers).view(experts.shape()));
        }
        if (shape.normalised()) {
            Tensor chosen = probabilities.gather(1, experts);
            byToken = byToken.minus(total(weights.times(byToken))).dividedBy(total(chosen));
        }
        Tensor toProbabilities = Tensor.zeros(DType.F32, probabilities.shape()).addAtInPlace(experts, byToken);
        Tensor mean = probabilities.times(toProbabilities).sum(1).unsqueeze(1);
        return new LogitGradients(probabilities.times(toProbabilities.minus(mean)), toScale);
    }

    /**
     * Gradients in float32.
     *
     * @param logits [tokens, experts]
     * @param scale [experts]; null where weights are not scaled
     */
    public record LogitGradients(Tensor logits, @Nullable Tensor scale) {}

    private Tensor byToken(Tensor rowNumbers) {
        Tensor[] columns = new Tensor[places.length];
        for (int j = 0; j < places.length; j++) {
            columns[j] = rowNumbers.select(0, places[j]);
        }
        return columns.length == 1 ? columns[0] : Tensor.concatenate(1, columns);
    }
}
