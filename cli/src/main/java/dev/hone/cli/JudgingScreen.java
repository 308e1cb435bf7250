package dev.hone.cli;

import dev.hone.recipes.prefer.AnswerPair;

/** Where pairs of answers are shown. */
interface JudgingScreen {
    /** Shows a pair, from its first line. */
    void show(String progress, AnswerPair comparison);

    /** Shows that there is nothing left to judge. */
    void finished(String progress);

    /** Scrolls a text that is longer than the screen, {@link JudgingKey#UP} or {@link JudgingKey#DOWN}. */
    void scroll(JudgingKey direction);
}
