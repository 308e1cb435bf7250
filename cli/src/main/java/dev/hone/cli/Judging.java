package dev.hone.cli;

import dev.hone.recipes.prefer.AnswerPair;
import dev.hone.recipes.prefer.Deck;
import dev.hone.recipes.prefer.Verdict;
import dev.hone.recipes.prefer.Verdicts;
import java.io.IOException;
import java.util.Optional;

/** A person judging a deck: shows pairs without a verdict, reads keys, and writes the verdicts. */
record Judging(Deck deck, Verdicts verdicts, JudgingScreen screen, KeySource keys) {
    /** Continues until the person quits or there are no more keys. */
    void run() throws IOException {
        boolean going = true;
        while (going) {
            Optional<AnswerPair> next = deck.next(verdicts);
            String progress = deck.tally(verdicts).progress(deck.comparisons().size());
            next.ifPresentOrElse(comparison -> screen.show(progress, comparison), () -> screen.finished(progress));
            going = next.isPresent() ? judge(next.get()) : lookBack();
        }
    }

    /** Waits for the key that decides this pair; whether to continue after it. */
    private boolean judge(AnswerPair comparison) throws IOException {
        while (true) {
            JudgingKey key = keys.next();
            switch (key) {
                case LEFT -> verdicts.add(comparison, Verdict.LEFT);
                case RIGHT -> verdicts.add(comparison, Verdict.RIGHT);
                case TIE -> verdicts.add(comparison, Verdict.TIE);
                case UP, DOWN -> {
                    screen.scroll(key);
                    continue;
                }
                case BACK -> {
                    if (!verdicts.undo(deck)) {
                        continue; // there is no verdict to undo
                    }
                }
                case QUIT -> {
                    return false;
                }
            }
            return true;
        }
    }

    /** All are judged: the last verdict may still be undone. */
    private boolean lookBack() throws IOException {
        while (true) {
            JudgingKey key = keys.next();
            if (key == JudgingKey.QUIT) {
                return false;
            }
            if (key == JudgingKey.BACK && verdicts.undo(deck)) {
                return true;
            }
        }
    }
}
