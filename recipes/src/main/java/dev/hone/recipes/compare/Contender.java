package dev.hone.recipes.compare;

import java.util.Locale;

/**
 * What one contender spent and reached.
 *
 * @param amount updates, or examples in the prompt
 * @param tokens of examples it read before it could answer; in training each time again
 * @param seconds it trained; with examples in the prompt, what answering took longer than without
 */
record Contender(Way way, int amount, long tokens, double seconds, long right, long total) {
    /** How a model comes to solve a task. */
    enum Way {
        PROMPTING("examples in the prompt"),
        FINE_TUNING("fine-tuning"),
        FROM_SCRATCH("from scratch");

        private final String title;

        Way(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    double accuracy() {
        return total == 0 ? 0 : right / (double) total;
    }

    String label() {
        return String.format(Locale.ROOT, way == Way.PROMPTING ? "%,d examples" : "%,d steps", amount);
    }
}
