package dev.hone.data.batch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Cuts out of a batch what the targets of some of its rows depend on. */
final class BatchPart {
    private final Batch whole;
    private final int[] targets;
    /** Where each segment that is kept begins in the part; −1: it is left out. */
    private final int[] starts;

    private BatchPart(Batch whole, IntPredicate rows) {
        this.whole = whole;
        this.targets = IntStream.range(0, whole.targets().count())
                .filter(i -> rows.test(whole.targets().row()[i]))
                .toArray();
        this.starts = starts();
    }

    static Batch of(Batch whole, IntPredicate rows) {
        return new BatchPart(whole, rows).build();
    }

    private int[] starts() {
        List<Segment> segments = whole.segments();
        boolean[] kept = new boolean[segments.size()];
        for (int target : targets) {
            kept[segmentAt(whole.targets().position()[target])] = true;
        }
        for (int s = kept.length - 1; s >= 0; s--) { // parents come before their children
            if (kept[s] && segments.get(s).hasParent()) {
                kept[segments.get(s).parent()] = true;
            }
        }
        int[] starts = new int[kept.length];
        int length = 0;
        for (int s = 0; s < kept.length; s++) {
            starts[s] = kept[s] ? length : -1;
            length += kept[s] ? segments.get(s).length() : 0;
        }
        return starts;
    }

    private int segmentAt(int position) {
        int low = 0;
        int high = whole.segments().size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (whole.segments().get(middle).start() <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private Batch build() {
        List<Segment> segments = new ArrayList<>();
        int[] numbers = new int[starts.length];
        int length = 0;
        for (int s = 0; s < starts.length; s++) {
            if (starts[s] >= 0) {
                Segment old = whole.segments().get(s);
                numbers[s] = segments.size();
                int parent = old.hasParent() ? numbers[old.parent()] : Segment.NONE;
                segments.add(new Segment(starts[s], old.length(), parent, old.row()));
                length += old.length();
            }
        }
        int[] tokens = new int[length];
        int[] positions = new int[length];
        for (int s = 0; s < starts.length; s++) {
            if (starts[s] >= 0) {
                Segment old = whole.segments().get(s);
                System.arraycopy(whole.tokens(), old.start(), tokens, starts[s], old.length());
                System.arraycopy(whole.positions(), old.start(), positions, starts[s], old.length());
            }
        }
        return new Batch(tokens, positions, segments, targets(), whole.rowIds(), annotations());
    }

    private Targets targets() {
        Targets all = whole.targets();
        return new Targets(
                IntStream.of(targets).map(i -> moved(all.position()[i])).toArray(),
                IntStream.of(targets).map(i -> all.token()[i]).toArray(),
                new Annotation.Values(1, all.weight()).of(targets).numbers(),
                IntStream.of(targets).map(i -> all.row()[i]).toArray());
    }

    private int moved(int position) {
        int segment = segmentAt(position);
        return starts[segment] + position - whole.segments().get(segment).start();
    }

    private Map<Annotation, Annotation.Values> annotations() {
        Map<Annotation, Annotation.Values> annotations = new EnumMap<>(Annotation.class);
        whole.annotations()
                .forEach((annotation, values) ->
                        annotations.put(annotation, annotation.isOfTargets() ? values.of(targets) : values));
        return annotations;
    }
}
