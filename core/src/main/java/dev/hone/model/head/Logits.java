package dev.hone.model.head;

import dev.hone.model.layer.LogitForm;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The logits z of some positions, held in the compute type, and what almost every objective asks of them: the log-probability
 * {@code z_y − log Σ e^z} of a token y, and {@code scoreGradient · (onehot(y) − p)}, its gradient.
 *
 * <p>They are made and read in blocks of the vocabulary, each of which is widened to float32 for a moment and stays in cache; the
 * products of a block's gradient follow at once, and their sum is in float32. {@link Distribution} is the plain twin, which holds
 * everything in float32 and knows the other statistics too. Uses no graph; lives as long as the scope it was made in.
 */
final class Logits implements ChunkStatistics {
    /** Elements of one block: 1 MB in float32, what a core has for itself. */
    private static final long BLOCK = 1L << 18;

    private static final long FEWEST_COLUMNS = LogNormaliser.BLOCK;

    /** Products with fewer columns are slow, and with one column of another kind. */
    private static final long FEWEST_OVER = 64;

    /** What {@code positions} positions take with what is made of one block at a time. */
    static long bytes(long positions, long vocabulary, DType type) {
        long block = positions * Math.min(vocabulary, width(positions) + FEWEST_OVER);
        return positions * vocabulary * type.bytes() + 3L * DType.F32.bytes() * block;
    }

    private static long width(long positions) {
        long width = Math.max(FEWEST_COLUMNS, BLOCK / Math.max(1, positions));
        return width / LogNormaliser.BLOCK * LogNormaliser.BLOCK;
    }

    private final Tensor hidden;
    private final Tensor matrix;
    private final Parameter weight;
    private final LogitForm form;
    private final Tensor values; // [positions, vocabulary]
    private final Tensor tokens; // [positions, 1]
    private final Tensor places; // of the tokens' logits among all, row after row [positions]
    private final Tensor total; // log Σ e^z [positions, 1]

    /**
     * @param hidden hidden states [positions, hidden]
     * @param matrix the head's weight [vocabulary, hidden], in the same type or a narrower one
     * @param weight the same as it is held, whose gradient is added to if it is trained
     * @param tokens the token of each position
     */
    Logits(Tensor hidden, Tensor matrix, Parameter weight, LogitForm form, int... tokens) {
        this.hidden = hidden;
        this.matrix = matrix;
        this.weight = weight;
        this.form = form;
        this.tokens = Tensor.of(tokens, tokens.length, 1);
        this.places = Tensor.of(IntStream.range(0, tokens.length)
                .mapToLong(i -> i * matrix.size(0) + tokens[i])
                .toArray());
        values = Tensor.uninitialised(hidden.dtype(), hidden.size(0), matrix.size(0));
        // Made beforehand: a small tensor that outlived its block would lie where the next block's were to go.
        long vocabulary = matrix.size(0);
        Tensor totals = Tensor.uninitialised(DType.F32, hidden.size(0), LogNormaliser.blocks(vocabulary));
        forBlocks((from, size) -> {
            Tensor block = values.narrow(1, from, size).overwriteWithLinear(hidden, rows(from, size));
            Tensor wide = LogitShaping.shaped(block.to(DType.F32), form);
            if (!form.isPlain() && wide != block) {
                block.copyInPlace(wide);
                wide = block.to(DType.F32); // as it is read again
            }
            Tensor parts = LogNormaliser.ofBlocks(wide);
            totals.narrow(1, from / LogNormaliser.BLOCK, parts.size(1)).copyInPlace(parts);
        });
        total = LogNormaliser.total(totals).view(-1, 1);
    }

    /** log p of each position's token [positions, 1], in float32. */
    @Override
    public Tensor get(Statistic statistic) {
        if (statistic != Statistic.LOG_PROBABILITY) {
            throw new IllegalArgumentException(statistic + " is not computed here");
        }
        return values.gather(1, tokens).to(DType.F32).minus(total);
    }

    @Override
    public Tensor backward(Map<Statistic, Tensor> scoreGradients) {
        Tensor sum = Tensor.zeros(DType.F32, hidden.shape());
        Tensor scoreGradient = scoreGradients.get(Statistic.LOG_PROBABILITY);
        if (scoreGradient != null) {
            Tensor toOthers = scoreGradient.negate();
            Tensor toToken =
                    get(Statistic.LOG_PROBABILITY).exp().timesInPlace(toOthers).addInPlace(scoreGradient);
            addTokens(toProducts(toToken, values.gather(1, tokens).to(DType.F32)), sum);
            forBlocks((from, size) -> {
                Tensor wide = values.narrow(1, from, size).to(DType.F32);
                Tensor slopes = LogitShaping.slopes(wide, form);
                Tensor gradient = wide.minusInPlace(total).expInPlace().timesInPlace(toOthers);
                addBlock(
                        (slopes == null ? gradient : gradient.timesInPlace(slopes)).to(hidden.dtype()),
                        from,
                        size,
                        sum);
            });
        }
        return sum.to(hidden.dtype());
    }

    /** The gradient of products, given that of the logits made of them, in its memory. */
    private Tensor toProducts(Tensor gradient, Tensor logits) {
        Tensor slopes = LogitShaping.slopes(logits, form);
        return slopes == null ? gradient : gradient.timesInPlace(slopes);
    }

    /** Adds what comes through z_y alone, in float32, and takes y out of what the blocks see. */
    private void addTokens(Tensor gradient, Tensor sum) {
        values.view(-1).fillAtInPlace(places, LogitShaping.nothing(form));
        Tensor ids = tokens.view(-1);
        sum.addProductInPlace(matrix.select(0, ids).to(DType.F32), gradient, 1);
        if (weight.isTrained()) {
            weight.gradient().addRowsInPlace(ids, hidden.to(DType.F32).times(gradient));
        }
    }

    /** Some rows of the head's weight, in the type of the hidden states. */
    private Tensor rows(long from, long size) {
        return matrix.narrow(0, from, size).to(hidden.dtype());
    }

    private void addBlock(Tensor gradient, long from, long size, Tensor sum) {
        sum.addInPlace(gradient.matmul(rows(from, size)));
        if (weight.isTrained()) {
            weight.gradient()
                    .narrow(0, from, size)
                    .addInPlace(gradient.transpose(0, 1).contiguous().matmul(hidden));
        }
    }

    private interface Block {
        /** Entries of the vocabulary. */
        void of(long from, long size);
    }

    private void forBlocks(Block body) {
        long vocabulary = matrix.size(0);
        long blocks = blocks(vocabulary, width(hidden.size(0)));
        for (long block = 0; block < blocks; block++) {
            long from = start(block, blocks, vocabulary);
            try (Scope scope = Scope.open()) {
                body.of(from, start(block + 1, blocks, vocabulary) - from);
            }
        }
    }

    /** How many blocks of at most a width there are, but for a rest of some columns that the last one takes. */
    static long blocks(long vocabulary, long width) {
        return Math.max(1, (parts(vocabulary) * LogNormaliser.BLOCK + width - 1) / width);
    }

    /** Where a block starts: blocks are of nearly equal width, each of whole blocks of {@link LogNormaliser} but the last. */
    static long start(long block, long blocks, long vocabulary) {
        return block == blocks ? vocabulary : block * parts(vocabulary) / blocks * LogNormaliser.BLOCK;
    }

    /** Blocks of {@link LogNormaliser}, without a last one that is too narrow for a product of its own. */
    private static long parts(long vocabulary) {
        return (vocabulary + LogNormaliser.BLOCK - FEWEST_OVER) / LogNormaliser.BLOCK;
    }
}
