package dev.hone.model.mixer;

import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which rows stand up to {@code reach} places before each token in its text. The rows of a pass are one of zeros, for what is before
 * the text, then the last {@code reach} that a cache holds of each sequence, then the tokens.
 */
final class Lookback {
    private final Runs runs;
    private final int reach;
    private final int tokens;
    private final Tensor[] before; // the row so many places before each token, from one on, each [tokens]
    private final Tensor[] behind; // the row of gradients so many places behind each token in its run, each [tokens]
    private final Tensor[] children; // tokens whose row so many places before is another run's
    private final Tensor[] parents; // and these
    private final Tensor ends; // the last rows of each run [runs · reach]

    Lookback(Runs runs, int reach, UnaryOperator<Tensor> keep) {
        this.runs = runs;
        this.reach = reach;
        this.tokens = runs.tokens();
        before = new Tensor[reach];
        behind = new Tensor[reach];
        children = new Tensor[reach];
        parents = new Tensor[reach];
        for (int lag = 1; lag <= reach; lag++) {
            int[] rows = new int[tokens];
            int[] next = new int[tokens];
            List<Integer> below = new ArrayList<>();
            List<Integer> above = new ArrayList<>();
            for (int r = 0; r < runs.all().size(); r++) {
                Runs.Run run = runs.all().get(r);
                for (int i = 0; i < run.length(); i++) {
                    int token = run.start() + i;
                    rows[token] = row(r, run.before() + i - lag);
                    next[token] = i + lag < run.length() ? token + lag : tokens;
                    int parent = i < lag ? runs.token(r, run.before() + i - lag) : Runs.NONE;
                    if (parent != Runs.NONE) {
                        below.add(token);
                        above.add(parent);
                    }
                }
            }
            before[lag - 1] = keep.apply(Tensor.of(rows));
            behind[lag - 1] = keep.apply(Tensor.of(next));
            children[lag - 1] = keep.apply(indices(below));
            parents[lag - 1] = keep.apply(indices(above));
        }
        int[] last = new int[runs.all().size() * reach];
        for (int i = 0; i < last.length; i++) {
            last[i] = row(i / reach, runs.all().get(i / reach).end() - reach + i % reach);
        }
        ends = keep.apply(Tensor.of(last));
    }

    private static Tensor indices(List<Integer> numbers) {
        return Tensor.of(numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    private int first() {
        return 1 + (runs.isCached() ? runs.all().size() * reach : 0);
    }

    /** The row of a position in a run's text. */
    private int row(int run, int position) {
        int token = runs.token(run, position);
        if (token != Runs.NONE) {
            return first() + token;
        }
        int back = runs.all().get(run).before() - position;
        return runs.isCached() && back <= reach ? 1 + (run + 1) * reach - back : 0;
    }

    /**
     * All rows.
     *
     * @param held the last of each sequence [runs, reach, width]; null: none
     */
    Tensor rows(Tensor fresh, @Nullable Tensor held) {
        Tensor zero = Tensor.zeros(fresh.dtype(), 1, fresh.size(1));
        return held == null
                ? Tensor.concatenate(0, zero, fresh)
                : Tensor.concatenate(0, zero, held.view(-1, fresh.size(1)), fresh);
    }

    /** Of all rows, the one so many places before each token [tokens, width]. */
    Tensor before(Tensor rows, int lag) {
        return rows.select(0, before[lag - 1]);
    }

    /** Of all rows, the last of each run [runs, reach, width]. */
    Tensor ends(Tensor rows) {
        return rows.select(0, ends).view(runs.all().size(), reach, rows.size(1));
    }

    /**
     * The gradient of the tokens from that of what {@link #before} gave for them [tokens, width].
     *
     * @param gradient above a row of zeros [tokens + 1, width]
     */
    Tensor backward(Tensor gradient, int lag) {
        Tensor sum = gradient.select(0, behind[lag - 1]);
        return children[lag - 1].count() == 0
                ? sum
                : sum.addRowsInPlace(parents[lag - 1], gradient.select(0, children[lag - 1]));
    }
}
