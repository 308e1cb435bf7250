package dev.hone.recipes;

import dev.hone.data.Batch;
import dev.hone.data.Course;
import dev.hone.data.Examples;
import dev.hone.data.JsonlFile;
import dev.hone.data.Labelled;
import dev.hone.data.Overflow;
import dev.hone.data.Pairs;
import dev.hone.data.RowRenderer;
import dev.hone.data.Selection;
import dev.hone.data.TokenisedRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * What a run learns, in what order, and what it is measured on.
 *
 * @param course the rows that are learned, step by step
 * @param heldOut batches that are only measured; may be empty
 */
record Lesson(Course course, List<Batch> heldOut) {
    /** Reads, checks and orders a run's rows; those of methods with a reference get its numbers. */
    static Lesson prepare(RunFile file, Student student, Watcher watcher) {
        Examples learned = read(file.data().trainPaths(), file, student, watcher);
        Examples measured = null;
        DataSettings.HeldOut evaluate = file.data().evaluate();
        if (evaluate != null && evaluate.share() != null) {
            Selection.Split split =
                    Selection.holdOut(learned, evaluate.share(), file.training().seed());
            learned = split.learned();
            measured = split.heldOut();
        } else if (evaluate != null && evaluate.path() != null) {
            measured = read(List.of(evaluate.path()), file, student, watcher);
        }
        if (file.method().hasReference()) {
            int tokens = file.training().tokensPerBatch();
            learned = Reference.annotate(learned, student.learner(), tokens, watcher);
            measured = measured == null ? null : Reference.annotate(measured, student.learner(), tokens, watcher);
        }
        return new Lesson(course(learned, file), measured == null ? List.of() : batches(measured, file));
    }

    private static Examples read(List<Path> paths, RunFile file, Student student, Watcher watcher) {
        DataSettings data = file.data();
        RowRenderer renderer = new RowRenderer(
                student.tokenizer(), student.template(), file.method().learn());
        long total =
                paths.stream().mapToLong(path -> JsonlFile.open(path).rows()).sum();
        try (Watcher.Work work = watcher.begin("reading", "rows", total, 0)) {
            IntConsumer progress = read -> work.report(read, read, "");
            return switch (file.method().rows()) {
                case TEXTS, CONVERSATIONS ->
                    described(
                            TokenisedRows.read(paths, renderer, data.maxTokens(), data.onOverflow(), progress, watcher),
                            data,
                            watcher);
                case PAIRS ->
                    described(
                            Pairs.read(paths, renderer, data.maxTokens(), data.onOverflow(), progress, watcher),
                            data,
                            watcher);
                case LABELLED ->
                    described(
                            Labelled.read(paths, renderer, data.maxTokens(), data.onOverflow(), progress, watcher),
                            data,
                            watcher);
            };
        }
    }

    private static Examples described(Labelled answers, DataSettings data, Watcher watcher) {
        watcher.say(
                String.format(Locale.ROOT, "%,d answers, %,d of them desirable", answers.count(), answers.desirable()));
        if (answers.overflowed() > 0) {
            watcher.say(overflow(answers.overflowed(), "answers", data.onOverflow(), data));
        }
        return answers;
    }

    private static Examples described(Pairs pairs, DataSettings data, Watcher watcher) {
        watcher.say(String.format(Locale.ROOT, "%,d pairs", pairs.count()));
        if (pairs.equal() > 0) {
            watcher.say(String.format(
                    Locale.ROOT, "%,d pairs have equal sides, which teach nothing: left out", pairs.equal()));
        }
        if (pairs.overflowed() > 0) {
            watcher.say(overflow(pairs.overflowed(), "pairs", data.onOverflow(), data));
        }
        return pairs;
    }

    private static Examples described(TokenisedRows rows, DataSettings data, Watcher watcher) {
        watcher.say(String.format(
                Locale.ROOT,
                "%,d rows, %,d tokens, %.0f %% of them learned",
                rows.count(),
                rows.tokens(),
                100.0 * rows.trainedTokens() / rows.tokens()));
        rows.overflowed().forEach((what, count) -> watcher.say(overflow(count, "rows", what, data)));
        return rows;
    }

    private static String overflow(int count, String what, Overflow done, DataSettings data) {
        return String.format(
                Locale.ROOT,
                "%,d %s were longer than max-tokens (%d): %s",
                count,
                what,
                data.maxTokens(),
                done.name().toLowerCase(Locale.ROOT));
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
