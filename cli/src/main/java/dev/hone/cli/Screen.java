package dev.hone.cli;

import dev.hone.recipes.prefer.Comparison;

/** Where comparisons are seen. */
interface Screen {
    /** Shows a comparison, from its beginning. */
    void show(String progress, Comparison comparison);

    /** Shows that there is nothing left to judge. */
    void finished(String progress);

    /** Moves a text that is longer than the screen, {@link Key#UP} or {@link Key#DOWN}. */
    void scroll(Key direction);
}
