package dev.hone.model;

import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The map from hidden states to log-probabilities of tokens, computed only where a target asks for it.
 *
 * <p>The vocabulary is wide, so logits live in chunks of positions that are used and forgotten: the scores of a chunk
 * come from {@code z_y − log Σ exp z}, and its gradient from {@code g · (onehot(y) − softmax(z))}, where g is what the
 * objective says about each score. No graph runs through the head; the caller cuts the graph at the hidden states and
 * hands the returned gradient on. Logits are in float32 whatever the compute type.
 */
public final class TokenHead implements Head {
    /** Elements of one chunk of logits: 8 MB of float32, which stays in cache. */
    private static final long CHUNK = 2L << 20;

    private final Parameter weight;

    TokenHead(Parameter weight) {
        this.weight = weight;
    }

    /** Logits [positions, vocabulary] in float32, for hidden states [positions, hidden]. */
    public Tensor logits(Tensor hidden) {
        return hidden.linear(weight.in(hidden.dtype())).to(DType.F32);
    }

    /** Log-probabilities [targets] of the given tokens, without a graph. */
    @Override
    public Tensor score(Tensor hidden, int[] tokens) {
        return Autograd.without(() -> {
            List<Tensor> scores = new ArrayList<>();
            forChunks(hidden, tokens, (chunk, ids, from) -> {
                Tensor z = logits(chunk);
                return scores.add(
                        z.gather(1, ids).view(-1).minus(z.logSumExp(1)).keep());
            });
            return joined(scores);
        });
    }

    /**
     * Scores and gradients in one pass, for objectives whose gradient with respect to each score is known beforehand.
     *
     * @param slopes ∂L/∂score for each target
     * @return the scores, and ∂L/∂hidden; the gradient of the head's own weight is added to it if it is trained
     */
    @Override
    public Result scoreAndDifferentiate(Tensor hidden, int[] tokens, float[] slopes) {
        return Autograd.without(() -> {
            List<Tensor> scores = new ArrayList<>();
            List<Tensor> gradients = new ArrayList<>();
            Tensor matrix = weight.in(hidden.dtype());
            forChunks(hidden, tokens, (chunk, ids, from) -> {
                int rows = Math.toIntExact(chunk.size(0));
                float[] own = java.util.Arrays.copyOfRange(slopes, from, from + rows);
                Tensor slope = Tensor.of(own, rows, 1);
                Tensor z = logits(chunk);
                Tensor total = z.logSumExp(1).view(rows, 1);
                scores.add(z.gather(1, ids).minus(total).view(-1).keep());
                // dL/dz = slope · (onehot − softmax), formed in the logits' own memory
                Tensor dz = z.minusInPlace(total)
                        .expInPlace()
                        .timesInPlace(slope.negate())
                        .addAtInPlace(ids, slope);
                Tensor narrow = dz.to(hidden.dtype());
                gradients.add(narrow.matmul(matrix).keep());
                if (weight.isTrained()) {
                    weight.value()
                            .addGradient(narrow.transpose(0, 1).matmul(chunk).to(DType.F32));
                }
                return true;
            });
            return new Result(joined(scores), joined(gradients));
        });
    }

    private interface ChunkBody {
        boolean run(Tensor hidden, Tensor ids, int from);
    }

    private void forChunks(Tensor hidden, int[] tokens, ChunkBody body) {
        int step = (int) Math.max(16, CHUNK / weight.value().size(0));
        int from = 0;
        do { // once even for no targets, so that there is a result to return
            int rows = Math.min(step, tokens.length - from);
            try (Scope scope = Scope.open()) {
                Tensor ids = Tensor.of(java.util.Arrays.copyOfRange(tokens, from, from + rows), rows, 1);
                body.run(hidden.narrow(0, from, rows), ids, from);
            }
            from += rows;
        } while (from < tokens.length);
    }

    private static Tensor joined(List<Tensor> parts) {
        Tensor all = Tensor.concatenate(0, parts);
        parts.forEach(Tensor::close);
        return all;
    }
}
