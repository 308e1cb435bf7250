package dev.hone.data.batch;

import dev.hone.data.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays segments and targets flat, one after the other. */
final class BatchBuilder {
    private final List<Segment> segments = new ArrayList<>();
    private final List<Long> rowIds = new ArrayList<>();
    private int[] tokens = new int[256];
    private int[] positions = new int[256];
    private int length;
    private int[] targetPosition = new int[256];
    private int[] targetToken = new int[256];
    private float[] targetWeight = new float[256];
    private int[] targetRow = new int[256];
    private int targets;

    /** A new row; segments and targets refer to it by what is returned. */
    int row(long id) {
        rowIds.add(id);
        return rowIds.size() - 1;
    }

    /** Tokens {@code from} to {@code to} (exclusive) of an example, which continue the parent. */
    int segment(Example example, int from, int to, int parent, int row) {
        while (length + to - from > tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * tokens.length);
            positions = Arrays.copyOf(positions, 2 * positions.length);
        }
        segments.add(new Segment(length, to - from, parent, row));
        for (int i = from; i < to; i++) {
            tokens[length] = example.tokens()[i];
            positions[length++] = i;
        }
        return segments.size() - 1;
    }

    /** Makes targets of the trained tokens of a segment made last; its first is predicted by the end of its parent. */
    void targets(Example example, int from, int row) {
        Segment segment = segments.get(segments.size() - 1);
        Segment parent = segment.hasParent() ? segments.get(segment.parent()) : segment;
        for (int i = Math.max(1, from); i < from + segment.length(); i++) {
            if (example.weights()[i] != 0) {
                int before = i == from ? parent.start() + parent.length() - 1 : segment.start() + i - from - 1;
                target(before, example.tokens()[i], example.weights()[i], row);
            }
        }
    }

    /** Makes targets of all tokens but the first of a segment made last, which is a whole sequence; context weighs nothing. */
    void allTargets(Example example, int row) {
        int start = segments.get(segments.size() - 1).start();
        for (int i = 1; i < example.length(); i++) {
            target(start + i - 1, example.tokens()[i], example.weights()[i], row);
        }
    }

    /** Makes the end of the segment made last a target that predicts nothing: where a whole text is scored. */
    void targetAtEnd(int row) {
        Segment segment = segments.get(segments.size() - 1);
        target(segment.start() + segment.length() - 1, Targets.NOTHING, 1, row);
    }

    private void target(int position, int token, float weight, int row) {
        if (targets == targetToken.length) {
            targetPosition = Arrays.copyOf(targetPosition, 2 * targets);
            targetToken = Arrays.copyOf(targetToken, 2 * targets);
            targetWeight = Arrays.copyOf(targetWeight, 2 * targets);
            targetRow = Arrays.copyOf(targetRow, 2 * targets);
        }
        targetPosition[targets] = position;
        targetToken[targets] = token;
        targetWeight[targets] = weight;
        targetRow[targets++] = row;
    }

    Batch build() {
        return new Batch(
                Arrays.copyOf(tokens, length),
                Arrays.copyOf(positions, length),
                segments,
                new Targets(
                        Arrays.copyOf(targetPosition, targets),
                        Arrays.copyOf(targetToken, targets),
                        Arrays.copyOf(targetWeight, targets),
                        Arrays.copyOf(targetRow, targets)),
                rowIds.stream().mapToLong(Long::longValue).toArray());
    }
}
