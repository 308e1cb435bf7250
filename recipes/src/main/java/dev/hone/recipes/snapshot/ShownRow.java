package dev.hone.recipes.snapshot;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.data.batch.Targets;
import dev.hone.data.dataset.Dataset;
import dev.hone.report.MarkedText;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row as its model reads it: of a pair the chosen side, of a conversation that is trained reply by reply its first sequence.
 *
 * @param number its number in the dataset
 * @param place where it came from
 * @param batch the row alone
 * @param example its tokens with the loss mask
 */
record ShownRow(int number, String place, Batch batch, Example example) {
    /** Text rows have no prompt of their own: that much of them is one. */
    private static final int OPENING = 32;

    /** A row of a dataset. */
    static ShownRow of(Dataset rows, int number) {
        Batch batch = rows.batch(List.of(number)).only(row -> row == 0);
        return new ShownRow(number, rows.place(number), batch, sequence(batch, number));
    }

    /** The tokens up to the last trained one's segment: a prompt that is shared with another reply comes before it. */
    private static Example sequence(Batch batch, int number) {
        Targets targets = batch.targets();
        List<Segment> path = new ArrayList<>();
        int at = targets.count() == 0 ? 0 : segment(batch, targets.position()[targets.count() - 1]);
        for (; at != Segment.NONE; at = batch.segments().get(at).parent()) {
            path.add(0, batch.segments().get(at));
        }
        int length = path.stream().mapToInt(Segment::length).sum();
        int[] tokens = new int[length];
        int[] place = new int[batch.tokenCount()]; // of a position in the sequence, from 1; 0: it is not in it
        int next = 0;
        for (Segment segment : path) {
            for (int i = segment.start(); i < segment.start() + segment.length(); i++) {
                tokens[next] = batch.tokens()[i];
                place[i] = ++next;
            }
        }
        float[] weights = new float[length];
        for (int i = 0; i < targets.count(); i++) {
            int predicted = place[targets.position()[i]];
            if (predicted > 0 && predicted < length && tokens[predicted] == targets.token()[i]) {
                weights[predicted] = targets.weight()[i];
            }
        }
        return new Example(number, tokens, weights);
    }

    private static int segment(Batch batch, int position) {
        for (int i = 0; i < batch.segments().size(); i++) {
            Segment segment = batch.segments().get(i);
            if (segment.start() <= position && position < segment.start() + segment.length()) {
                return i;
            }
        }
        return 0;
    }

    /** The text, cut where trained tokens begin and end. */
    List<MarkedText> text(Tokenizer tokenizer) {
        return MarkedText.of(example, tokenizer);
    }

    /** The tokens before the first trained one; of a text that is trained from its start, the first few. */
    int[] prompt() {
        int from = 0;
        while (from < example.length() && example.weights()[from] == 0) {
            from++;
        }
        int opening = Math.min(OPENING, example.length() / 2);
        return Arrays.copyOf(example.tokens(), from <= 1 ? Math.max(1, opening) : Math.min(from, example.length()));
    }
}
