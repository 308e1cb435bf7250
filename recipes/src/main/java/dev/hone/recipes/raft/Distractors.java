package dev.hone.recipes.raft;

import dev.hone.random.Draw;
import dev.hone.recipes.raft.RaftFile.DistractorSource;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.NearDuplicates;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses documents that do not answer a question. One that mentions a right answer may answer it after all and is not chosen: a
 * <em>false distractor</em>; nor is one that shares text with the oracle or says nearly the same, nor the same text twice.
 */
final class Distractors {
    private static final int SEARCHED = 32;

    private final Passages passages;
    private final DistractorSource source;
    private final Draw draw;
    private int refused;

    Distractors(Passages passages, DistractorSource source, long seed) {
        this.passages = passages;
        this.source = source;
        draw = Draw.of(seed, "distractors");
    }

    /** At most {@code most} of them, in a random order; fewer where there are no more. */
    List<Chunk> of(GroundedQuestion question, int most) {
        Choice choice = new Choice(question);
        int found = switch (source) {
            case BM25 -> most;
            case RANDOM -> 0;
            case BOTH -> (most + 1) / 2;
        };
        if (found > 0) {
            choice.take(passages.find(question.text(), found + SEARCHED), found);
        }
        if (choice.chosen.size() < most) { // BM25 alone finds fewer where few chunks share a word with the question
            int[] order = draw.at(question.number())
                    .at(0)
                    .permutation(passages.chunks().size());
            for (int i = 0; i < order.length && choice.chosen.size() < most; i++) {
                choice.take(List.of(passages.chunks().get(order[i])), most);
            }
        }
        int[] order = draw.at(question.number()).at(1).permutation(choice.chosen.size());
        List<Chunk> mixed = new ArrayList<>();
        for (int place : order) {
            mixed.add(choice.chosen.get(place));
        }
        return mixed;
    }

    /** How many candidates mentioned a right answer. */
    int refused() {
        return refused;
    }

    /** The distractors of one question. */
    private final class Choice {
        private final GroundedQuestion question;
        private final List<String> answers;
        private final NearDuplicates oracle;
        private final List<Chunk> chosen = new ArrayList<>();
        private final Set<String> texts = new HashSet<>();

        Choice(GroundedQuestion question) {
            this.question = question;
            answers = question.answers().stream().map(Wording::folded).toList();
            oracle = NearDuplicates.among(List.of(question.oracle()));
            texts.add(passages.folded(question.oracle()));
        }

        void take(List<Chunk> candidates, int most) {
            for (Chunk candidate : candidates) {
                if (chosen.size() < most && fits(candidate) && texts.add(passages.folded(candidate))) {
                    chosen.add(candidate);
                }
            }
        }

        private boolean fits(Chunk candidate) {
            if (candidate.overlaps(question.oracle()) || texts.contains(passages.folded(candidate))) {
                return false;
            } else if (passages.mentions(candidate, answers)) {
                refused++;
                return false;
            }
            return oracle.of(candidate.text()).isEmpty();
        }
    }
}
