package dev.hone.data.batch;

import dev.hone.data.Example;
import java.util.List;

/**
 * Two answers to one prompt, of which one is preferred.
 *
 * @param chosen the prompt and the preferred answer, whose tokens alone weigh something; none does where whole texts are scored
 * @param rejected the same prompt and the other answer
 * @param margin by how much the chosen answer should be better; 0 where nobody said
 */
public record Pair(Example chosen, Example rejected, float margin) {
    /** How many leading tokens both sides share as context, so that they need to be computed only once. */
    public int shared() {
        if (chosen.starts().length + rejected.starts().length > 2) {
            return 0; // left to the tree of prefixes
        }
        int[] one = chosen.tokens();
        int[] other = rejected.tokens();
        int end = Math.min(one.length, other.length) - 1; // each side keeps a token of its own
        int i = 0;
        while (i < end && one[i] == other[i] && context(chosen, i) && context(rejected, i)) {
            i++;
        }
        return i;
    }

    private static boolean context(Example example, int i) {
        return i == 0 || example.weights()[i] == 0;
    }

    /** Tokens to compute: the shared prompt once, and what is left of each side. */
    public int length() {
        return chosen.computed() + rejected.computed() - shared();
    }

    /**
     * Lays pairs flat, the prompt of each once. Row 2i is the chosen side of pair i, row 2i+1 the rejected one; margins are
     * annotated.
     */
    public static Batch batch(List<Pair> pairs) {
        return batch(pairs, TargetKind.ANSWERS);
    }

    /** The same, with targets where the given part of each side is scored. */
    public static Batch batch(List<Pair> pairs, TargetKind scored) {
        BatchBuilder builder = new BatchBuilder();
        float[] margins = new float[2 * pairs.size()];
        for (Pair pair : pairs) {
            // targets of a prompt are those of its side, and what both sides share is left to the tree of prefixes
            int shared = scored == TargetKind.ANSWERS_AND_CHOSEN_PROMPT ? 0 : pair.shared();
            int chosen = builder.row(pair.chosen().row());
            int rejected = builder.row(pair.rejected().row());
            int prompt = shared == 0 ? Segment.NONE : builder.segment(pair.chosen(), 0, shared, Segment.NONE, chosen);
            side(builder, pair.chosen(), shared, prompt, chosen, scored);
            TargetKind other = scored == TargetKind.ANSWERS_AND_CHOSEN_PROMPT ? TargetKind.ANSWERS : scored;
            side(builder, pair.rejected(), shared, prompt, rejected, other);
            margins[chosen] = pair.margin();
            margins[rejected] = pair.margin();
        }
        return builder.build().with(Annotation.MARGIN, margins);
    }

    private static void side(BatchBuilder builder, Example side, int shared, int prompt, int row, TargetKind scored) {
        for (Example sequence : side.sequences()) {
            builder.segment(sequence, shared, sequence.length(), prompt, row);
            switch (scored) {
                case ANSWERS -> builder.targets(sequence, shared, row);
                case ANSWERS_AND_CHOSEN_PROMPT -> builder.allTargets(sequence, row);
                case WHOLE -> builder.targetAtEnd(row);
            }
        }
    }
}
