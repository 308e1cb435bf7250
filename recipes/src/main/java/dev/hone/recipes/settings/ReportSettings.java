package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;

/**
 * How much of its rows a run shows on its page, before and after.
 *
 * @param rows training rows whose loss is measured; 0: none
 * @param replies prompts that are answered, greedily; 0: none
 * @param maxTokens a longer reply is cut
 */
public record ReportSettings(
        @Default("100") int rows,
        @Default("4") int replies,
        @Default("64") int maxTokens) {
    public ReportSettings {
        require(rows >= 0, "rows (%d) must not be negative", rows);
        requireAtMost("rows", rows, 100_000);
        require(replies >= 0, "replies (%d) must not be negative", replies);
        requireAtMost("replies", replies, 1_000);
        require(maxTokens > 0, "max-tokens (%d) must be positive", maxTokens);
        requireAtMost("max-tokens", maxTokens, 1 << 16);
    }

    /** The same, showing no rows. */
    public ReportSettings withoutRows() {
        return new ReportSettings(0, replies, maxTokens);
    }

    /** The values that a run has where its file names none. */
    public static ReportSettings usual() {
        return new ReportSettings(100, 4, 64);
    }
}
