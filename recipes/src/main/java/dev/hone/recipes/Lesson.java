package dev.hone.recipes;

import dev.hone.data.Batch;
import dev.hone.data.Course;
import dev.hone.data.Examples;
import dev.hone.data.JsonlFile;
import dev.hone.data.Learn;
import dev.hone.data.RowRenderer;
import dev.hone.data.Selection;
import dev.hone.data.TokenisedRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a run learns, in what order, and what it is measured on.
 *
 * @param course the rows that are learned, step by step
 * @param heldOut batches that are only measured; may be empty
 */
record Lesson(Course course, List<Batch> heldOut) {
    /** Reads, checks and orders a run's rows. */
    static Lesson prepare(RunFile file, Student student, Learn learn, Watcher watcher) {
        RowRenderer renderer = new RowRenderer(student.tokenizer(), student.template(), learn);
        TokenisedRows rows = read(file.data().trainPaths(), renderer, file.data(), watcher);
        watcher.say(String.format(
                Locale.ROOT,
                "%,d rows, %,d tokens, %.0f %% of them learned",
                rows.count(),
                rows.tokens(),
                100.0 * rows.trainedTokens() / rows.tokens()));
        rows.overflowed()
                .forEach((what, count) -> watcher.say(String.format(
                        Locale.ROOT,
                        "%,d rows were longer than max-tokens (%d): %s",
                        count,
                        file.data().maxTokens(),
                        what.name().toLowerCase(Locale.ROOT))));
        Examples learned = rows;
        List<Batch> heldOut = List.of();
        DataSettings.HeldOut evaluate = file.data().evaluate();
        if (evaluate != null && evaluate.share() != null) {
            Selection.Split split =
                    Selection.holdOut(rows, evaluate.share(), file.training().seed());
            learned = split.learned();
            heldOut = batches(split.heldOut(), file);
        } else if (evaluate != null && evaluate.path() != null) {
            heldOut = batches(read(List.of(evaluate.path()), renderer, file.data(), watcher), file);
        }
        return new Lesson(course(learned, file), heldOut);
    }

    private static TokenisedRows read(List<Path> paths, RowRenderer renderer, DataSettings data, Watcher watcher) {
        long total =
                paths.stream().mapToLong(path -> JsonlFile.open(path).rows()).sum();
        try (Watcher.Work work = watcher.begin("reading", "rows", total, 0)) {
            return TokenisedRows.read(
                    paths, renderer, data.maxTokens(), data.onOverflow(), read -> work.report(read, read, ""), watcher);
        }
    }

    private static Course course(Examples learned, RunFile file) {
        TrainingSettings training = file.training();
        Course.Shape shape = new Course.Shape(
                file.data().shuffle(),
                file.data().packing() ? file.data().maxTokens() : 0,
                training.rowsPerStep(),
                training.rowsPerBatch().value(),
                training.tokensPerBatch(),
                training.seed());
        Long steps = training.steps();
        Double epochs = training.epochs();
        return steps != null
                ? Course.steps(learned, shape, steps)
                : Course.epochs(learned, shape, epochs == null ? 1 : epochs);
    }

    private static List<Batch> batches(Examples examples, RunFile file) {
        Course.Shape whole = new Course.Shape(
                false,
                0,
                examples.count(),
                0,
                file.training().tokensPerBatch(),
                file.training().seed());
        return Course.epochs(examples, whole, 1).step(0);
    }
}
