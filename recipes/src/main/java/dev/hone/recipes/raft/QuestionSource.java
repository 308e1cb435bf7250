package dev.hone.recipes.raft;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Where questions come from, as a file names it: {@code squad}, those that files in SQuAD's form among the documents ask; {@code rule},
 * made from the text by rules; {@code model}, written by a model; {@code auto}, the first of the first two that there is; otherwise the
 * path of a file of rows {@code {"question", "answer"}}.
 */
public record QuestionSource(String name) {
    private static final Set<String> WORDS = Set.of("auto", "squad", "rule", "model");

    public QuestionSource {
        if (!WORDS.contains(name) && !name.matches(".*\\.jsonl?")) {
            throw new IllegalArgumentException("(" + name
                    + ") must be auto, squad, rule, model, or a file of questions that ends in .jsonl or .json");
        }
    }

    @FromScalar
    public static QuestionSource of(String name) {
        return new QuestionSource(name);
    }

    @AsScalar
    public String asScalar() {
        return name;
    }

    boolean isModel() {
        return name.equals("model");
    }

    /** Whether the questions are the rules', given how many the documents' own files ask. */
    boolean isRule(int asked) {
        return name.equals("rule") || name.equals("auto") && asked == 0;
    }

    boolean isFile() {
        return !WORDS.contains(name);
    }

    /** The file of rows that ask; empty where they come from elsewhere. */
    public Optional<Path> path() {
        return isFile() ? Optional.of(file()) : Optional.empty();
    }

    Path file() {
        return Path.of(name);
    }
}
