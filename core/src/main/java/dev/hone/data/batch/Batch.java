package dev.hone.data.batch;

import dev.hone.data.Example;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What a model computes in one pass: tokens laid flat in segments, and the targets they are scored at.
 *
 * <p>There is no padding. Every kind of training data is this: documents, conversations with some turns trained, pairs
 * and groups that share a prompt. Arrays are not copied; treat them as read-only.
 *
 * @param tokens token ids, all segments one after the other
 * @param positions position of each token in its own text, counted from 0 at the root of its segment chain
 * @param segments cover the tokens in order, without gaps
 * @param targets where the model is scored
 * @param rowIds a stable number for each row, by which randomness and messages refer to it
 * @param annotations numbers known beside the tokens
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed to native code; equality is never asked
public record Batch(
        int[] tokens,
        int[] positions,
        List<Segment> segments,
        Targets targets,
        long[] rowIds,
        Map<Annotation, Annotation.Values> annotations) {
    public Batch {
        segments = List.copyOf(segments);
        annotations = Map.copyOf(annotations);
        int covered = 0;
        for (int s = 0; s < segments.size(); s++) {
            Segment segment = segments.get(s);
            if (segment.start() != covered) {
                throw new IllegalArgumentException(
                        "segment starts at " + segment.start() + " but the one before ends at " + covered);
            }
            if (segment.parent() >= s) {
                throw new IllegalArgumentException(
                        "parent (" + segment.parent() + ") of segment " + s + " does not come before it");
            }
            covered += segment.length();
        }
        if (covered != tokens.length || positions.length != tokens.length) {
            throw new IllegalArgumentException("segments cover " + covered + " of " + tokens.length + " tokens");
        }
    }

    /** A batch without annotations. */
    public Batch(int[] tokens, int[] positions, List<Segment> segments, Targets targets, long[] rowIds) {
        this(tokens, positions, segments, targets, rowIds, Map.of());
    }

    public int tokenCount() {
        return tokens.length;
    }

    public int rowCount() {
        return rowIds.length;
    }

    /** Lays examples flat, each a row of its own and each of its sequences a document of its own, in the given order. */
    public static Batch of(List<Example> examples) {
        BatchBuilder builder = new BatchBuilder();
        for (Example example : examples) {
            int row = builder.row(example.row());
            for (Example sequence : example.sequences()) {
                builder.segment(sequence, 0, sequence.length(), Segment.NONE, row);
                builder.targets(sequence, 0, row);
            }
        }
        return builder.build();
    }

    /** The same for texts that are scored as a whole: each row has one target, at its last token. */
    public static Batch ofWhole(List<Example> examples) {
        BatchBuilder builder = new BatchBuilder();
        for (Example example : examples) {
            int row = builder.row(example.row());
            builder.segment(example, 0, example.length(), Segment.NONE, row);
            builder.targetAtEnd(row);
        }
        return builder.build();
    }

    /** What the targets of some rows depend on; rows keep their numbers, and those left out have no target. */
    public Batch only(IntPredicate rows) {
        return BatchPart.of(this, rows);
    }

    /**
     * The same targets, in the same order, over fewer tokens: a prefix that several texts share is a segment of its own, computed
     * once. Randomness that is drawn by row is then one draw where there were several.
     */
    public Batch sharingPrefixes() {
        return PrefixTree.of(this);
    }

    /** How long the text is that each token stands in: of a shared prefix, the longest that continues it. */
    public int[] textLengths() {
        int[] ends = new int[segments.size()];
        for (int s = segments.size() - 1; s >= 0; s--) {
            Segment segment = segments.get(s);
            ends[s] = Math.max(ends[s], positions[segment.start() + segment.length() - 1] + 1);
            if (segment.hasParent()) {
                ends[segment.parent()] = Math.max(ends[segment.parent()], ends[s]);
            }
        }
        int[] lengths = new int[tokens.length];
        for (int s = 0; s < ends.length; s++) {
            Segment segment = segments.get(s);
            Arrays.fill(lengths, segment.start(), segment.start() + segment.length(), ends[s]);
        }
        return lengths;
    }

    /** The same batch with a number for each target or row, as the annotation says. */
    public Batch with(Annotation annotation, float[] numbers) {
        return with(annotation, 1, numbers);
    }

    /** The same with {@code width} numbers for each. */
    public Batch with(Annotation annotation, int width, float[] numbers) {
        int places = annotation.isOfTargets() ? targets.count() : rowCount();
        if (numbers.length != (long) places * width) {
            throw new IllegalArgumentException(
                    numbers.length + " numbers of " + annotation + " for " + places + " places of " + width);
        }
        Map<Annotation, Annotation.Values> more = new EnumMap<>(Annotation.class);
        more.putAll(annotations);
        more.put(annotation, new Annotation.Values(width, numbers));
        return new Batch(tokens, positions, segments, targets, rowIds, more);
    }

    /** Whether it has this annotation. */
    public boolean has(Annotation annotation) {
        return annotations.containsKey(annotation);
    }

    /** The numbers of an annotation; {@link IllegalStateException} where it has none. */
    public float[] get(Annotation annotation) {
        Annotation.Values values = annotations.get(annotation);
        if (values == null) {
            throw new IllegalStateException("the batch has no " + annotation);
        }
        return values.numbers();
    }
}
