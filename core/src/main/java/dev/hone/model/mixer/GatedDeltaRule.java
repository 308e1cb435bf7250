package dev.hone.model.mixer;

import dev.hone.model.layer.DeltaShape;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gated delta rule (Yang et al., 2024, "Gated Delta Networks"): each head keeps a matrix S of keys to values, zero before a text, and at
 * each token
 *
 * <pre>
 * S ← e^g · S
 * S ← S + k · (β · (v − Sᵀk))ᵀ
 * o = Sᵀq
 * </pre>
 *
 * <p>Computed by chunks of a text ({@link Chunks}) in float32. Within a chunk, c are the sums of g up to each token, D_ij = e^(c_i − c_j)
 * for j ≤ i and else 0, and T = I + the strict lower part of (βK)Kᵀ ⊙ D. From the state S before the chunk,
 *
 * <pre>
 * V' = T⁻¹ β(V − e^c ⊙ KS)
 * O  = (Q ⊙ e^c)S + (QKᵀ ⊙ D)V'
 * S ← e^(c_last) · S + (K ⊙ e^(c_last − c))ᵀV'
 * </pre>
 *
 * <p>All products of a chunk have the same shape wherever a text ends, and a row reads rows before it alone, so that a token's output has
 * the same bits in a batch, behind a shared prefix, and from a cache, which holds the inputs of the tokens since the last whole chunk.
 */
public final class GatedDeltaRule {
    /** Tokens of a chunk. */
    public static final int CHUNK = 64;

    private final int size;
    private final DeltaShape shape;

    /**
     * What it reads, in float32.
     *
     * @param q queries [tokens, key heads · key size], normalised and scaled
     * @param k keys, normalised
     * @param v values [tokens, value heads · value size]
     * @param g logarithm of the decay [tokens, value heads]
     * @param beta how much is written [tokens, value heads]
     */
    public record Inputs(Tensor q, Tensor k, Tensor v, Tensor g, Tensor beta) {}

    /**
     * What it gives.
     *
     * @param output [tokens, value heads · value size]
     * @param states before the chunks of each level, which backward reads
     */
    public record Result(Tensor output, List<Tensor> states) {}

    public GatedDeltaRule(DeltaShape shape) {
        this(shape, CHUNK);
    }

    GatedDeltaRule(DeltaShape shape, int size) {
        this.shape = shape;
        this.size = size;
    }

    /** The parts of a layer's state for one sequence: the inputs since the last whole chunk, and S behind that. */
    public List<RecurrentStates.Part> parts() {
        return List.of(
                new RecurrentStates.Part(
                        DType.F32, size, shape.keyWidth() + shape.valueWidth() + 2L * shape.valueHeads()),
                new RecurrentStates.Part(DType.F32, shape.valueHeads(), shape.keySize(), shape.valueSize()));
    }

    /**
     * Computes the tokens of a pass.
     *
     * @param part which part of the layer's state is the first of {@link #parts}
     */
    public Result apply(Inputs in, Runs runs, int layer, int part) {
        Chunks chunks = runs.chunks(size);
        Within w = new Within(chunks, in, runs.before(layer, part));
        Tensor before = runs.before(layer, part + 1);
        List<Tensor> states = new ArrayList<>();
        List<Tensor> behind = new ArrayList<>();
        Tensor[] outputs = new Tensor[chunks.levels().size()];
        for (int l = 0; l < outputs.length; l++) {
            Chunks.Level level = chunks.levels().get(l);
            Tensor s = l == 0
                    ? start(before, chunks, level)
                    : ofParents(behind.get(l - 1), level); // [chunks of the level · heads, dk, dv]
            states.add(s);
            Tensor v = w.written(level, s);
            outputs[l] = w.of(level, w.decayedQueries)
                    .batchMatmul(s)
                    .plus(w.of(level, w.p).batchMatmul(v));
            boolean isLast = l + 1 == outputs.length;
            if (!isLast || before != null) {
                behind.add(s.times(w.of(level, w.last))
                        .plus(w.of(level, w.decayedKeys).transpose(1, 2).batchMatmul(v)));
            }
        }
        if (before != null) {
            runs.after(layer, part, chunks.open(w.rows));
            Tensor all = behind.size() == 1 ? behind.get(0) : Tensor.concatenate(0, behind);
            runs.after(
                    layer,
                    part + 1,
                    chunks.closed(
                            all.view(chunks.count(), shape.valueHeads(), shape.keySize(), shape.valueSize()), before));
        }
        Tensor output = outputs.length == 1 ? outputs[0] : Tensor.concatenate(0, outputs);
        return new Result(chunks.ofTokens(w.joined(output, shape.valueHeads())), states);
    }

    private Tensor start(@Nullable Tensor before, Chunks chunks, Chunks.Level level) {
        return before == null
                ? Tensor.zeros(DType.F32, (long) level.count() * shape.valueHeads(), shape.keySize(), shape.valueSize())
                : before.select(0, chunks.roots()).view(-1, shape.keySize(), shape.valueSize());
    }

    private Tensor ofParents(Tensor behind, Chunks.Level level) {
        if (level.parents() == null) {
            throw new IllegalStateException("only the first level starts from no chunk");
        }
        return behind.view(-1, shape.valueHeads(), shape.keySize(), shape.valueSize())
                .select(0, level.parents())
                .view(-1, shape.keySize(), shape.valueSize());
    }

    /**
     * Backward over a batch, outside of any graph.
     *
     * @param states of {@link #apply}
     * @param gradient ∂L/∂output [tokens, value heads · value size], in float32
     */
    public Inputs backward(Inputs in, List<Tensor> states, Tensor gradient, Runs runs) {
        Chunks chunks = runs.chunks(size);
        Within w = new Within(chunks, in, null);
        Within.Sums sums = w.new Sums(w.heads(chunks.toPlaces(gradient), shape.valueHeads()));
        Tensor toBehind = null; // of the level above, by its chunks' parents
        for (int l = states.size() - 1; l >= 0; l--) {
            Chunks.Level level = chunks.levels().get(l);
            Tensor toBefore = sums.level(level, states.get(l), toBehind);
            if (l > 0 && level.parents() != null) {
                long matrix = (long) shape.valueHeads() * shape.keySize() * shape.valueSize();
                toBehind = Tensor.zeros(DType.F32, chunks.levels().get(l - 1).count(), matrix)
                        .addRowsInPlace(level.parents(), toBefore.reshape(level.count(), matrix))
                        .view(-1, shape.keySize(), shape.valueSize());
            }
        }
        return sums.inputs();
    }

    /** What chunks compute without a state; matrices are [chunks · value heads, size, …]. */
    private final class Within {
        private final Chunks chunks;
        private final Tensor rows; // k, v, g and β of the places [chunks, size, …]
        private final Tensor q;
        private final Tensor k;
        private final Tensor v;
        private final Tensor beta; // [.., size, 1]
        private final Tensor grown; // e^c [.., size, 1]
        private final Tensor left; // e^(c_last − c) [.., size, 1]
        private final Tensor last; // e^c_last [.., 1, 1]
        private final Tensor decay; // D
        private final Tensor strict; // 1 below the diagonal, else 0
        private final Tensor a; // T − I
        private final Tensor inverse; // T⁻¹
        private final Tensor p; // QKᵀ ⊙ D
        private final Tensor decayedQueries;
        private final Tensor decayedKeys;

        Within(Chunks chunks, Inputs in, @Nullable Tensor held) {
            this.chunks = chunks;
            long key = shape.keyWidth();
            long value = shape.valueWidth();
            long heads = shape.valueHeads();
            rows = chunks.cut(Tensor.concatenate(1, in.k, in.v, in.g, in.beta), held);
            q = keyHeads(chunks.cut(in.q, blank(held, in.q)));
            k = keyHeads(rows.narrow(2, 0, key));
            v = heads(rows.narrow(2, key, value), shape.valueHeads());
            Tensor c = heads(rows.narrow(2, key + value, heads), shape.valueHeads())
                    .cumulativeSum(1);
            beta = heads(rows.narrow(2, key + value + heads, heads), shape.valueHeads());
            strict = triangle(-1);
            Tensor end = c.narrow(1, size - 1, 1);
            grown = c.exp();
            left = end.minus(c).exp();
            last = end.exp();
            Tensor lower = triangle(0);
            decay = c.minus(c.transpose(1, 2)).times(lower).exp().times(lower);
            Tensor transposed = k.transpose(1, 2);
            a = k.batchMatmul(transposed).times(beta).times(decay).times(strict);
            inverse = a.unitTriangularInverse();
            p = q.batchMatmul(transposed).times(decay);
            decayedQueries = q.times(grown);
            decayedKeys = k.times(left);
        }

        /** Queries of tokens before the pass are not needed. */
        private @Nullable Tensor blank(@Nullable Tensor held, Tensor like) {
            return held == null ? null : Tensor.zeros(DType.F32, held.size(0), size, like.size(1));
        }

        /** 1 where the column is at most the row plus {@code diagonal}. */
        private Tensor triangle(int diagonal) {
            float[] ones = new float[size * size];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j <= i + diagonal; j++) {
                    ones[i * size + j] = 1;
                }
            }
            return Tensor.of(ones, 1, size, size);
        }

        /** [chunks, size, heads · d] → [chunks · heads, size, d]. */
        private Tensor heads(Tensor x, int count) {
            return x.reshape(chunks.count(), size, count, -1)
                    .transpose(1, 2)
                    .reshape((long) chunks.count() * count, size, -1);
        }

        /** The same, repeated for the value heads that share a key head. */
        private Tensor keyHeads(Tensor x) {
            int group = shape.valueHeads() / shape.keyHeads();
            Tensor own = heads(x, shape.keyHeads());
            return group == 1
                    ? own
                    : own.unsqueeze(1)
                            .expand(own.size(0), group, size, shape.keySize())
                            .reshape(own.size(0) * group, size, shape.keySize());
        }

        /** [chunks · heads, size, d] → [chunks, size, heads · d]. */
        private Tensor joined(Tensor x, int count) {
            return x.view(chunks.count(), count, size, -1).transpose(1, 2).reshape(chunks.count(), size, -1);
        }

        /** Backward of {@link #keyHeads}: [chunks · value heads, size, d] → [chunks, size, key heads · d]. */
        private Tensor joinedKeys(Tensor x) {
            int group = shape.valueHeads() / shape.keyHeads();
            Tensor own = group == 1
                    ? x
                    : x.view((long) chunks.count() * shape.keyHeads(), group, size, shape.keySize())
                            .sum(1);
            return joined(own, shape.keyHeads());
        }

        Tensor of(Chunks.Level level, Tensor x) {
            return x.narrow(0, (long) level.first() * shape.valueHeads(), (long) level.count() * shape.valueHeads());
        }

        /** V − e^c ⊙ KS. */
        private Tensor missed(Chunks.Level level, Tensor s) {
            return of(level, v).minus(of(level, k).batchMatmul(s).times(of(level, grown)));
        }

        /** V'. */
        Tensor written(Chunks.Level level, Tensor s) {
            return of(level, inverse).batchMatmul(missed(level, s).times(of(level, beta)));
        }

        /** Sums of the gradients, level by level. */
        private final class Sums {
            private final Tensor gradient; // [chunks · heads, size, dv]
            private final Tensor toQ = like(q);
            private final Tensor toK = like(k);
            private final Tensor toV = like(v);
            private final Tensor toBeta = like(beta);
            private final Tensor toC = like(grown);

            Sums(Tensor gradient) {
                this.gradient = gradient;
            }

            private Tensor like(Tensor x) {
                return Tensor.zeros(DType.F32, x.shape());
            }

            /** Adds those of a level, and returns that of the states before it. */
            Tensor level(Chunks.Level level, Tensor s, @Nullable Tensor toBehind) {
                Tensor toO = of(level, gradient);
                Tensor own = of(level, k);
                Tensor queries = of(level, decayedQueries);
                Tensor missed = missed(level, s);
                Tensor inverted = of(level, inverse);
                Tensor written = inverted.batchMatmul(missed.times(of(level, beta)));
                Tensor toC = of(level, this.toC);
                Tensor toWritten = of(level, p).transpose(1, 2).batchMatmul(toO);
                Tensor toBefore = queries.transpose(1, 2).batchMatmul(toO);
                if (toBehind != null) {
                    Tensor keys = of(level, decayedKeys);
                    toWritten = toWritten.plus(keys.batchMatmul(toBehind));
                    Tensor toKeys = written.batchMatmul(toBehind.transpose(1, 2));
                    of(level, toK).addProductInPlace(toKeys, of(level, left), 1);
                    Tensor byKey = toKeys.times(keys).sum(2).unsqueeze(2);
                    toC.minusInPlace(byKey);
                    Tensor decayed = toBehind.times(of(level, last));
                    Tensor byState = decayed.times(s).sum(2).sum(1).view(-1, 1, 1);
                    toC.narrow(1, size - 1, 1)
                            .addInPlace(byState)
                            .addInPlace(byKey.sum(1).unsqueeze(1));
                    toBefore = toBefore.plus(decayed);
                }
                Tensor toP = toO.batchMatmul(written.transpose(1, 2));
                Tensor toQueries = toO.batchMatmul(s.transpose(1, 2));
                of(level, toQ).addProductInPlace(toQueries, of(level, grown), 1);
                toC.addInPlace(toQueries.times(queries).sum(2).unsqueeze(2));
                Tensor toRight = inverted.transpose(1, 2).batchMatmul(toWritten); // of β(V − e^c ⊙ KS)
                of(level, toBeta).addInPlace(toRight.times(missed).sum(2).unsqueeze(2));
                Tensor toMissed = toRight.times(of(level, beta));
                of(level, toV).addInPlace(toMissed);
                Tensor toRead = toMissed.times(of(level, grown)).negate(); // of KS
                toC.addInPlace(toRead.times(own.batchMatmul(s)).sum(2).unsqueeze(2));
                of(level, toK).addInPlace(toRead.batchMatmul(s.transpose(1, 2)));
                toBefore = toBefore.plus(own.transpose(1, 2).batchMatmul(toRead));
                products(
                        level, toP, toRight.batchMatmul(written.transpose(1, 2)).negate());
                return toBefore;
            }

            /** Through QKᵀ ⊙ D and (βK)Kᵀ ⊙ D, whose gradients these are. */
            private void products(Chunks.Level level, Tensor toP, Tensor toA) {
                Tensor own = of(level, k);
                Tensor masked = toA.times(strict);
                Tensor decays = of(level, decay);
                Tensor toQk = toP.times(decays);
                of(level, toQ).addInPlace(toQk.batchMatmul(own));
                of(level, toK).addInPlace(toQk.transpose(1, 2).batchMatmul(of(level, q)));
                Tensor unweighted = masked.times(decays); // of βKKᵀ
                Tensor toKk = unweighted.times(of(level, beta));
                of(level, toK)
                        .addInPlace(toKk.batchMatmul(own))
                        .addInPlace(toKk.transpose(1, 2).batchMatmul(own));
                Tensor kk = own.batchMatmul(own.transpose(1, 2));
                of(level, toBeta).addInPlace(unweighted.times(kk).sum(2).unsqueeze(2));
                Tensor toDecays = toP.times(of(level, p)).plus(masked.times(of(level, a))); // ⊙ D
                of(level, toC)
                        .addInPlace(toDecays.sum(2).unsqueeze(2))
                        .minusInPlace(toDecays.sum(1).unsqueeze(2));
            }

            /** Those of what was read, for the tokens. */
            Inputs inputs() {
                // of g: the sum of those of c from its place on
                Tensor toG = toC.sum(1).unsqueeze(1).minus(toC.cumulativeSum(1)).plus(toC);
                return new Inputs(
                        chunks.toTokens(joinedKeys(toQ)),
                        chunks.toTokens(joinedKeys(toK)),
                        chunks.toTokens(joined(toV, shape.valueHeads())),
                        chunks.toTokens(joined(toG, shape.valueHeads())),
                        chunks.toTokens(joined(toBeta, shape.valueHeads())));
            }
        }
    }
}
