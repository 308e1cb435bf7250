package dev.hone.cli;

import dev.hone.recipes.prefer.AnswerPair;

/** Where comparisons are seen. */
interface JudgingScreen {
    /** Shows a comparison, from its beginning. */
    void show(String progress, AnswerPair comparison);

    /** Shows that there is nothing left to judge. */
    void finished(String progress);

    /** Moves a text that is longer than the screen, {@link JudgingKey#UP} or {@link JudgingKey#DOWN}. */
    void scroll(JudgingKey direction);
}
