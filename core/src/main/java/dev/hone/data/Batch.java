package dev.hone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed to native code; equality is never asked
public record Batch(int[] tokens, int[] positions, List<Segment> segments, Targets targets, long[] rowIds) {
    public Batch {
        segments = List.copyOf(segments);
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

    public int tokenCount() {
        return tokens.length;
    }

    public int rowCount() {
        return rowIds.length;
    }

    /** Lays examples flat, each a document of its own and a row of its own, in the given order. */
    public static Batch of(List<Example> examples) {
        int total = examples.stream().mapToInt(Example::length).sum();
        int[] tokens = new int[total];
        int[] positions = new int[total];
        List<Segment> segments = new ArrayList<>(examples.size());
        int[] targetPosition = new int[total];
        int[] targetToken = new int[total];
        float[] targetWeight = new float[total];
        int[] targetRow = new int[total];
        long[] rowIds = new long[examples.size()];
        int at = 0;
        int targets = 0;
        for (int row = 0; row < examples.size(); row++) {
            Example example = examples.get(row);
            rowIds[row] = example.row();
            segments.add(new Segment(at, example.length(), Segment.NONE));
            for (int i = 0; i < example.length(); i++) {
                tokens[at + i] = example.tokens()[i];
                positions[at + i] = i;
                if (i > 0 && example.weights()[i] != 0) {
                    targetPosition[targets] = at + i - 1;
                    targetToken[targets] = example.tokens()[i];
                    targetWeight[targets] = example.weights()[i];
                    targetRow[targets] = row;
                    targets++;
                }
            }
            at += example.length();
        }
        return new Batch(
                tokens,
                positions,
                segments,
                new Targets(
                        Arrays.copyOf(targetPosition, targets),
                        Arrays.copyOf(targetToken, targets),
                        Arrays.copyOf(targetWeight, targets),
                        Arrays.copyOf(targetRow, targets)),
                rowIds);
    }
}
