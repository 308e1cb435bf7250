package dev.hone.model.mixer;

import dev.hone.data.batch.Segment;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The runs of tokens of one pass, each of which continues another run, a sequence of a cache, or nothing: what a mixer that reads back
 * in a text needs to know of it. Serves all layers of the pass, and belongs to the scope and the thread it was made in.
 */
public final class Runs {
    static final int NONE = Segment.NONE;

    /**
     * Consecutive tokens of a text.
     *
     * @param start index of the first among the tokens of the pass
     * @param parent the run that it continues, which comes earlier; {@link #NONE}: none
     * @param before how many tokens of its text stand before it
     */
    record Run(int start, int length, int parent, int before) {
        int end() {
            return before + length;
        }
    }

    private final List<Run> runs;
    private final @Nullable RecurrentStates states;
    private final @Nullable Tensor sequences; // that each run continues [runs]
    private final Map<Integer, Lookback> lookbacks = new HashMap<>();
    private final Map<Integer, Chunks> chunks = new HashMap<>();
    private final UnaryOperator<Tensor> keep = Scope.keeper();

    private Runs(List<Run> runs, @Nullable RecurrentStates states, @Nullable Tensor sequences) {
        this.runs = List.copyOf(runs);
        this.states = states;
        this.sequences = sequences;
    }

    /** Those of a batch. */
    public static Runs of(List<Segment> segments) {
        List<Run> runs = new ArrayList<>();
        for (Segment segment : segments) {
            int before = segment.hasParent() ? runs.get(segment.parent()).end() : 0;
            runs.add(new Run(segment.start(), segment.length(), segment.parent(), before));
        }
        return new Runs(runs, null, null);
    }

    /**
     * Those that continue sequences of a cache.
     *
     * @param sequences the number of each
     * @param before how many tokens of each were read
     * @param lengths how many come
     */
    public static Runs of(RecurrentStates states, int[] sequences, int[] before, int[] lengths) {
        List<Run> runs = new ArrayList<>();
        int start = 0;
        for (int r = 0; r < sequences.length; r++) {
            runs.add(new Run(start, lengths[r], NONE, before[r]));
            start += lengths[r];
        }
        return new Runs(runs, states, Tensor.of(sequences));
    }

    List<Run> all() {
        return runs;
    }

    int tokens() {
        Run last = runs.get(runs.size() - 1);
        return last.start() + last.length();
    }

    boolean isCached() {
        return states != null;
    }

    /** The index among the tokens of the pass of a position in the text of a run; {@link #NONE} for what is before the pass. */
    int token(int run, int position) {
        int at = run;
        while (at != NONE && position < runs.get(at).before()) {
            at = runs.get(at).parent();
        }
        return at == NONE
                ? NONE
                : runs.get(at).start() + position - runs.get(at).before();
    }

    /** The run, at or above another, that a position of its text lies in; {@link #NONE} for what is before the pass. */
    int run(int below, int position) {
        int at = below;
        while (at != NONE && position < runs.get(at).before()) {
            at = runs.get(at).parent();
        }
        return at;
    }

    /** A part of the state of a layer before each run [runs, …]; null over a batch, where all are zero. */
    @Nullable
    Tensor before(int layer, int part) {
        return states == null || sequences == null
                ? null
                : states.of(layer, part).select(0, sequences);
    }

    /** Remembers a part of the state of a layer after each run, where there is a cache. */
    void after(int layer, int part, Tensor values) {
        if (states != null && sequences != null) {
            states.of(layer, part).putRowsInPlace(sequences, values);
        }
    }

    /** What stands up to so many tokens before each. */
    Lookback lookback(int reach) {
        return lookbacks.computeIfAbsent(reach, r -> new Lookback(this, r, keep));
    }

    /** The chunks that texts are cut into. */
    Chunks chunks(int size) {
        return chunks.computeIfAbsent(size, s -> new Chunks(this, s, keep));
    }
}
