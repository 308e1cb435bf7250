package dev.hone.recipes.raft;

import dev.hone.error.DataException;
import dev.hone.random.Draw;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.NearDuplicates;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chunks to train on and held-out ones, document by document. A chunk to train on that says nearly the same as a held-out one belongs to
 * neither side.
 *
 * @param train chunks that trained rows show and ask about
 * @param heldOut chunks that held-out rows do
 */
record DocumentSplit(List<Chunk> train, List<Chunk> heldOut) {
    static DocumentSplit of(List<Chunk> chunks, double share, long seed, Drops drops) {
        List<String> documents =
                chunks.stream().map(chunk -> chunk.document().id()).distinct().toList();
        Set<String> held = heldOut(documents, share, seed);
        List<Chunk> heldOut = chunks.stream()
                .filter(chunk -> held.contains(chunk.document().id()))
                .toList();
        NearDuplicates known = NearDuplicates.among(heldOut);
        List<Chunk> train = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (!held.contains(chunk.document().id())) {
                known.of(chunk.text())
                        .ifPresentOrElse(
                                same -> drops.add(
                                        "chunks say nearly the same as a held-out one",
                                        chunk.id() + " (as " + same.id() + ")"),
                                () -> train.add(chunk));
            }
        }
        return new DocumentSplit(train, heldOut);
    }

    private static Set<String> heldOut(List<String> documents, double share, long seed) {
        if (share == 0) {
            return Set.of();
        }
        if (documents.size() < 2) {
            throw new DataException("there is only one document (" + documents.get(0)
                    + "), so none can be held out; give more, or set held-out: 0");
        }
        int count = (int) Math.min(documents.size() - 1L, Math.max(1, Math.round(share * documents.size())));
        int[] order = Draw.of(seed, "held-out documents").permutation(documents.size());
        Set<String> held = new HashSet<>();
        for (int i = 0; i < count; i++) {
            held.add(documents.get(order[i]));
        }
        return held;
    }

    /**
     * The questions of the chunks to train on, without those that a held-out question repeats or whose quotation stands in a held-out
     * chunk.
     */
    List<GroundedQuestion> trained(List<GroundedQuestion> questions, Drops drops) {
        Set<String> asked = heldOut(questions).stream()
                .map(question -> Wording.folded(question.text()))
                .collect(Collectors.toSet());
        String shown =
                heldOut.stream().map(chunk -> Wording.folded(chunk.text())).collect(Collectors.joining("\n"));
        List<GroundedQuestion> kept = new ArrayList<>();
        for (GroundedQuestion question : of(train, questions)) {
            if (asked.contains(Wording.folded(question.text()))) {
                drops.add("trained questions are also held-out ones", question.id());
            } else if (shown.contains(Wording.folded(question.quote()))) {
                drops.add("trained quotations stand in a held-out document", question.id());
            } else {
                kept.add(question);
            }
        }
        return kept;
    }

    /** The questions of held-out chunks. */
    List<GroundedQuestion> heldOut(List<GroundedQuestion> questions) {
        return of(heldOut, questions);
    }

    private static List<GroundedQuestion> of(List<Chunk> side, List<GroundedQuestion> questions) {
        Set<String> ids = side.stream().map(Chunk::id).collect(Collectors.toSet());
        return questions.stream()
                .filter(question -> ids.contains(question.oracle().id()))
                .toList();
    }
}
