package dev.hone.recipes;

import dev.hone.data.Batch;
import dev.hone.data.BatchSource;
import dev.hone.data.Course;
import dev.hone.data.Examples;
import dev.hone.data.JsonlFile;
import dev.hone.data.Labelled;
import dev.hone.data.Learn;
import dev.hone.data.ReadingListener;
import dev.hone.data.Replay;
import dev.hone.data.RowRenderer;
import dev.hone.data.Selection;
import dev.hone.objective.Objective;
import dev.hone.objective.WithReplay;
import dev.hone.random.Draw;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.method.ReferenceTime;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run learns, in what order, and what it is measured on.
 *
 * @param objective what the model is made to learn
 * @param course the rows that are learned, step by step
 * @param shares how much of it comes from each source
 * @param heldOut batches that are only measured; may be empty
 * @param heldOutReplay the same of what is replayed
 */
record Lesson(Objective objective, BatchSource course, Shares shares, List<Batch> heldOut, List<Batch> heldOutReplay) {
    /** Rows that are learned, and those of them that are only measured. */
    record Parts(Examples learned, @Nullable Examples heldOut) {
        /** Both parts of rows of which a share is held out, if the run says so. */
        static Parts of(Examples all, RunFile file) {
            DataSettings.HeldOut evaluate = file.data().evaluate();
            if (evaluate == null || evaluate.share() == null) {
                return new Parts(all, null);
            }
            Selection.Split split =
                    Selection.holdOut(all, evaluate.share(), file.training().seed());
            if (all instanceof Labelled answers) {
                answers.requireBothKinds(split.learned());
            }
            return new Parts(split.learned(), split.heldOut());
        }
    }

    /** An objective, and rows with what it has to know of them: a teacher's distributions, where there is one. */
    private record Taught(
            Objective objective, Examples learned, @Nullable Examples measured) {
        static Taught of(
                RunFile file, Student student, Examples learned, @Nullable Examples measured, Watcher watcher) {
            if (!(file.method() instanceof DistillSettings distill)) {
                return new Taught(file.method().objective(), learned, measured);
            }
            int tokens = file.training().tokensPerBatch();
            Teacher teacher =
                    Teacher.open(distill, student, file.training().compute().type(), watcher);
            return new Taught(
                    distill.objective(teacher.head()),
                    teacher.annotate(learned, tokens, watcher),
                    measured == null ? null : teacher.annotate(measured, tokens, watcher));
        }
    }

    /**
     * A few rows of the run's first file, chosen by its seed, all of them in every step.
     *
     * @param count how many rows; fewer where the file has fewer
     */
    static Lesson byHeart(RunFile file, Student student, int count, long steps, Watcher watcher) {
        Method method = file.method();
        JsonlFile all = JsonlFile.open(file.data().trainPaths().get(0));
        int[] some = Arrays.stream(Draw.of(file.training().seed(), "by heart").permutation(all.rows()))
                .limit(count)
                .sorted()
                .toArray();
        Examples rows = read(List.of(all.only(some)), method.rows(), method.learn(), file, student, watcher);
        Taught taught = Taught.of(file, student, rows, null, watcher);
        TrainingSettings training = file.training();
        Course.Shape shape = new Course.Shape(
                false, 0, rows.count(), training.rowsPerBatch().value(), training.tokensPerBatch(), training.seed());
        Course course = Course.steps(taught.learned(), shape, steps);
        return new Lesson(
                taught.objective(), course, new Shares(course, file.data().trainPaths(), false), List.of(), List.of());
    }

    /**
     * Reads, checks and orders a run's rows; where the numbers of a reference are computed first, they get them.
     *
     * @param kept where such numbers are kept
     */
    static Lesson prepare(RunFile file, Student student, Path kept, Watcher watcher) {
        DataSettings data = file.data();
        Method method = file.method();
        Parts own =
                Parts.of(read(open(data.trainPaths()), method.rows(), method.learn(), file, student, watcher), file);
        Examples learned = own.learned();
        Examples measured = own.heldOut();
        DataSettings.HeldOut evaluate = data.evaluate();
        if (evaluate != null && evaluate.path() != null) {
            measured = read(open(List.of(evaluate.path())), method.rows(), method.learn(), file, student, watcher);
        }
        DataSettings.Replayed replay = data.replay();
        Parts general = replay == null
                ? null
                : Parts.of(
                        read(
                                open(List.of(replay.path())),
                                Method.Rows.CONVERSATIONS,
                                Learn.REPLIES,
                                file,
                                student,
                                watcher),
                        file);
        Taught taught = Taught.of(file, student, learned, measured, watcher);
        learned = taught.learned();
        measured = taught.measured();
        if (method.hasReference()) {
            watcher.say(Reference.describe(method, student));
            if (method.reference() == ReferenceTime.PRECOMPUTED) {
                Reference reference = Reference.precomputed(file, student, kept, watcher);
                learned = reference.annotate("learned", learned);
                measured = measured == null ? null : reference.annotate("held-out", measured);
            }
        }
        Course course = course(learned, file);
        BatchSource whole =
                replay == null || general == null ? course : new Replay(course, general.learned(), replay.share());
        return new Lesson(
                replay == null || method.predictsTokens()
                        ? taught.objective()
                        : new WithReplay(taught.objective(), replay.lossWeight()),
                whole,
                new Shares(whole, data.trainPaths(), replay != null),
                batches(measured, file),
                batches(general == null ? null : general.heldOut(), file));
    }

    private static Examples read(
            List<JsonlFile> files, Method.Rows rows, Learn learn, RunFile file, Student student, Watcher watcher) {
        boolean scored = rows == Method.Rows.JUDGED_PAIRS;
        RowRenderer renderer = new RowRenderer(student.tokenizer(), student.template(), learn)
                .inspectedBy(Check.guard(file, student, learn, scored));
        Reading reading = new Reading(rows, renderer, file.data());
        long total = files.stream().mapToLong(JsonlFile::rows).sum();
        try (Watcher.Work work = watcher.begin("reading", "rows", total, 0)) {
            Examples examples = reading.read(files, ReadingListener.of(read -> work.report(read, read, ""), watcher));
            reading.describe(examples, watcher);
            return examples;
        }
    }

    private static List<JsonlFile> open(List<Path> paths) {
        return paths.stream().map(JsonlFile::open).toList();
    }

    private static Course course(Examples learned, RunFile file) {
        TrainingSettings training = file.training();
        Course.Shape shape = new Course.Shape(
                file.data().shuffle(),
                file.data().packing() ? file.data().maxTokens() : 0,
                training.rowsPerStep(),
                training.rowsPerBatch().value(),
                training.tokensPerBatch(),
                training.seed(),
                file.data().weights());
        Long steps = training.steps();
        Double epochs = training.epochs();
        return steps != null
                ? Course.steps(learned, shape, steps)
                : Course.epochs(learned, shape, epochs == null ? 1 : epochs);
    }

    private static List<Batch> batches(@Nullable Examples examples, RunFile file) {
        if (examples == null) {
            return List.of();
        }
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
