package dev.hone.model.mixer;

import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a pass, cut into chunks that start at multiples of a size in their text, so that a token stands at the same place of a
 * chunk whether its text is alone, continues a shared prefix, or comes token by token from a cache. A run that starts within a chunk
 * repeats that chunk's tokens before its own.
 *
 * <p>Each chunk starts from the state behind the chunk before it. Chunks are in levels: those of one level start from states of the
 * level before, and are computed together.
 */
final class Chunks {
    /**
     * The tokens of one chunk, and what it continues.
     *
     * @param run whose tokens it ends with
     * @param number which of the chunks of its text it is
     * @param parent the chunk whose state it starts from; null: one before the pass
     */
    private record Chunk(int run, int number, @Nullable Chunk parent, int level) {}

    /** The chunks of one level: where the first stands among all, how many, and at which place of the level before each has its parent. */
    record Level(int first, int count, @Nullable Tensor parents) {}

    private final Runs runs;
    private final int size;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();
    private final Tensor rows; // of all rows, that of each place of a chunk [chunks · size]
    private final Tensor outputs; // of all rows, that of each place whose output is a token's [chunks · size]
    private final Tensor places; // of each token, where its output stands among all places [tokens]
    private final Tensor repeated; // places of tokens that are repeated
    private final Tensor repeats; // and these tokens
    private final Tensor roots; // the runs that the chunks of the first level belong to
    private final @Nullable Tensor closed; // the last whole chunk that each run ends, or the row behind all: none

    Chunks(Runs runs, int size, UnaryOperator<Tensor> keep) {
        this.runs = runs;
        this.size = size;
        List<List<Chunk>> byRun = new ArrayList<>();
        for (int r = 0; r < runs.all().size(); r++) {
            byRun.add(cut(r, byRun));
        }
        byRun.forEach(chunks::addAll);
        chunks.sort(Comparator.comparingInt(Chunk::level));
        int[] of = new int[chunks.size() * size];
        int[] read = new int[of.length];
        int[] own = new int[runs.tokens()];
        List<Integer> copies = new ArrayList<>();
        List<Integer> copied = new ArrayList<>();
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            Runs.Run run = runs.all().get(chunk.run);
            for (int i = 0; i < size; i++) {
                int position = chunk.number * size + i;
                int place = c * size + i;
                if (position >= run.end()) {
                    break; // zeros
                }
                int token = runs.token(chunk.run, position);
                of[place] = token == Runs.NONE ? 1 + chunk.run * size + i : first() + token;
                if (position >= run.before()) {
                    own[token] = place;
                    read[place] = 1 + token;
                } else if (token != Runs.NONE) {
                    copies.add(place);
                    copied.add(token);
                }
            }
        }
        rows = keep.apply(Tensor.of(of));
        outputs = keep.apply(Tensor.of(read));
        places = keep.apply(Tensor.of(own));
        repeated = keep.apply(indices(copies));
        repeats = keep.apply(indices(copied));
        int from = 0;
        for (int level = 0; from < chunks.size(); level++) {
            int to = from;
            while (to < chunks.size() && chunks.get(to).level == level) {
                to++;
            }
            levels.add(new Level(from, to - from, level == 0 ? null : keep.apply(parents(from, to))));
            from = to;
        }
        roots = keep.apply(Tensor.of(chunks.subList(0, levels.get(0).count).stream()
                .mapToInt(Chunk::run)
                .toArray()));
        closed = runs.isCached() ? keep.apply(closedBy()) : null;
    }

    private List<Chunk> cut(int r, List<List<Chunk>> above) {
        Runs.Run run = runs.all().get(r);
        int firstNumber = run.before() / size;
        int parentRun = firstNumber == 0 ? Runs.NONE : runs.run(r, firstNumber * size - 1);
        Chunk last = null;
        if (parentRun != Runs.NONE) {
            int parentFirst = runs.all().get(parentRun).before() / size;
            last = above.get(parentRun).get(firstNumber - 1 - parentFirst);
        }
        List<Chunk> own = new ArrayList<>();
        for (int number = firstNumber; number * size < run.end(); number++) {
            last = new Chunk(r, number, last, last == null ? 0 : last.level + 1);
            own.add(last);
        }
        return own;
    }

    private Tensor parents(int from, int to) {
        Level before = levels.get(levels.size() - 1);
        int[] parents = new int[to - from];
        for (int c = from; c < to; c++) {
            Chunk parent = chunks.get(c).parent;
            for (int p = before.first; p < before.first + before.count; p++) {
                if (chunks.get(p) == parent) {
                    parents[c - from] = p - before.first;
                }
            }
        }
        return Tensor.of(parents);
    }

    private Tensor closedBy() {
        int[] last = new int[runs.all().size()];
        Arrays.fill(last, chunks.size());
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            int run = chunk.run;
            if ((chunk.number + 1) * size <= runs.all().get(run).end()) {
                boolean later = last[run] == chunks.size() || chunks.get(last[run]).number < chunk.number;
                last[run] = later ? c : last[run];
            }
        }
        return Tensor.of(last);
    }

    private static Tensor indices(List<Integer> numbers) {
        return Tensor.of(numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    private int first() {
        return 1 + (runs.isCached() ? runs.all().size() * size : 0);
    }

    int size() {
        return size;
    }

    int count() {
        return chunks.size();
    }

    List<Level> levels() {
        return levels;
    }

    /** The runs that the chunks of the first level belong to. */
    Tensor roots() {
        return roots;
    }

    /**
     * Values of tokens, chunk by chunk [chunks, size, width]; zeros behind the end of a text.
     *
     * @param held those of the chunk in which each cached sequence ends [runs, size, width]; null: none
     */
    Tensor cut(Tensor fresh, @Nullable Tensor held) {
        return all(fresh, held).select(0, rows).view(chunks.size(), size, fresh.size(1));
    }

    private static Tensor all(Tensor fresh, @Nullable Tensor held) {
        Tensor zero = Tensor.zeros(fresh.dtype(), 1, fresh.size(1));
        return held == null
                ? Tensor.concatenate(0, zero, fresh)
                : Tensor.concatenate(0, zero, held.view(-1, fresh.size(1)), fresh);
    }

    /** Of chunks [chunks, size, width] over a cache, that in which each run ends, or zeros where it ends with a chunk [runs, size, width]. */
    Tensor open(Tensor cut) {
        int[] last = new int[runs.all().size()];
        Arrays.fill(last, chunks.size());
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            int end = runs.all().get(chunk.run).end();
            if (chunk.number == end / size) {
                last[chunk.run] = c;
            }
        }
        Tensor zero = Tensor.zeros(cut.dtype(), 1, cut.size(1), cut.size(2));
        return Tensor.concatenate(0, cut, zero).select(0, Tensor.of(last));
    }

    /**
     * The state behind the last whole chunk of each run [runs, …], over a cache.
     *
     * @param behind the state behind each chunk [chunks, …]
     * @param before the state before each run [runs, …], which stays where it ends none
     */
    Tensor closed(Tensor behind, Tensor before) {
        int[] at = new int[runs.all().size()];
        long[] last = closed == null ? new long[0] : closed.longs();
        for (int r = 0; r < at.length; r++) {
            at[r] = last[r] == chunks.size() ? chunks.size() + r : Math.toIntExact(last[r]);
        }
        return Tensor.concatenate(0, behind, before).select(0, Tensor.of(at));
    }

    /** Of values at the places of chunks [chunks, size, width], those of the tokens [tokens, width]. */
    Tensor ofTokens(Tensor cut) {
        return cut.reshape((long) chunks.size() * size, cut.size(2)).select(0, places);
    }

    /** Backward of {@link #ofTokens}: gradients of tokens at their places, and zeros elsewhere [chunks, size, width]. */
    Tensor toPlaces(Tensor gradient) {
        Tensor zero = Tensor.zeros(gradient.dtype(), 1, gradient.size(1));
        return Tensor.concatenate(0, zero, gradient).select(0, outputs).view(chunks.size(), size, gradient.size(1));
    }

    /** Backward of {@link #cut} over a batch: the sum of the gradients of a token's places. */
    Tensor toTokens(Tensor gradient) {
        Tensor flat = gradient.reshape((long) chunks.size() * size, gradient.size(2));
        Tensor sum = flat.select(0, places);
        return repeated.count() == 0 ? sum : sum.addRowsInPlace(repeats, flat.select(0, repeated));
    }
}
