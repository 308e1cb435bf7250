package dev.hone.recipes;

import dev.hone.data.Batch;
import dev.hone.data.BatchSource;
import dev.hone.data.Beginning;
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
import dev.hone.tensor.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    /**
     * Where a run's length is given in minutes, it reads its rows at most so often: further repetition teaches nothing
     * (Muennighoff et al., 2023, "Scaling data-constrained language models", section 6).
     */
    static final int MOST_EPOCHS = 40;

    /**
     * The rows of a run as its files hold them, before any weights are there.
     *
     * @param measured those that are only measured; null: none
     * @param replay general ones that are learned beside them; null: none
     * @param measuredReplay general ones that are only measured; null: none
     */
    record Rows(
            Examples learned,
            @Nullable Examples measured,
            @Nullable Examples replay,
            @Nullable Examples measuredReplay) {
        /** Reads and checks them. */
        static Rows read(RunFile file, Language language, Watcher watcher) {
            DataSettings data = file.data();
            Method method = file.method();
            Parts own = Parts.of(
                    Lesson.read(open(data.trainPaths()), method.rows(), method.learn(), file, language, watcher), file);
            Examples measured = own.heldOut();
            DataSettings.HeldOut evaluate = data.evaluate();
            if (evaluate != null && evaluate.path() != null) {
                measured = Lesson.read(
                        open(List.of(evaluate.path())), method.rows(), method.learn(), file, language, watcher);
            }
            DataSettings.Replayed replay = data.replay();
            if (replay == null) {
                return new Rows(own.learned(), measured, null, null);
            }
            Parts general = Parts.of(
                    Lesson.read(
                            open(List.of(replay.path())),
                            Method.Rows.CONVERSATIONS,
                            Learn.REPLIES,
                            file,
                            language,
                            watcher),
                    file);
            return new Rows(own.learned(), measured, general.learned(), general.heldOut());
        }

        private Rows with(Examples annotated, @Nullable Examples annotatedMeasured) {
            return new Rows(annotated, annotatedMeasured, replay, measuredReplay);
        }

        /** What all of them take in memory, about: a token's number and its weight, and 200 bytes a row. */
        long bytes() {
            return Stream.of(learned, measured, replay, measuredReplay)
                    .filter(Objects::nonNull)
                    .mapToLong(rows -> IntStream.range(0, rows.count())
                            .mapToLong(row -> 200 + 8L * rows.length(row))
                            .sum())
                    .sum();
        }

        /** The order in which they are learned. */
        BatchSource course(RunFile file) {
            Course course = Lesson.course(learned, file);
            DataSettings.Replayed share = file.data().replay();
            return share == null || replay == null ? course : new Replay(course, replay, share.share());
        }

        /** How many steps read them once. */
        long stepsOfEpoch(RunFile file) {
            return Course.epochs(learned, shape(file), 1).steps();
        }

        /** Batches that are only measured. */
        List<Batch> heldOut(RunFile file) {
            return batches(measured, file);
        }

        /** The same of what is replayed. */
        List<Batch> heldOutReplay(RunFile file) {
            return batches(measuredReplay, file);
        }
    }

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
            Workers workers = student.learner().workers();
            Teacher teacher =
                    Teacher.open(distill, student, file.training().compute().type(), watcher);
            return new Taught(
                    distill.objective(teacher.head()),
                    teacher.annotate(learned, tokens, workers, watcher),
                    measured == null ? null : teacher.annotate(measured, tokens, workers, watcher));
        }
    }

    /**
     * A few rows of the run's first file, chosen by its seed, all of them in every step.
     *
     * @param count how many rows; fewer where the file has fewer
     */
    static Lesson byHeart(RunFile file, Language language, Student student, int count, long steps, Watcher watcher) {
        Method method = file.method();
        JsonlFile all = JsonlFile.open(file.data().trainPaths().get(0));
        int[] some = Arrays.stream(Draw.of(file.training().seed(), "by heart").permutation(all.rows()))
                .limit(count)
                .sorted()
                .toArray();
        Examples rows = read(List.of(all.only(some)), method.rows(), method.learn(), file, language, watcher);
        Taught taught = Taught.of(file, student, rows, null, watcher);
        TrainingSettings training = file.training();
        Course.Shape shape = new Course.Shape(
                false, 0, rows.count(), training.rowsPerBatch().value(), training.tokensPerBatch(), training.seed());
        Course course = Course.steps(taught.learned(), shape, steps);
        return new Lesson(
                taught.objective(), course, new Shares(course, file.data().trainPaths(), false), List.of(), List.of());
    }

    /**
     * Orders a run's rows; where the numbers of a reference are computed first, they get them.
     *
     * @param kept where such numbers are kept
     */
    static Lesson prepare(RunFile file, Student student, Rows given, Path kept, Watcher watcher) {
        Method method = file.method();
        Taught taught = Taught.of(file, student, given.learned(), given.measured(), watcher);
        Examples learned = taught.learned();
        Examples measured = taught.measured();
        if (method.hasReference()) {
            watcher.say(Reference.describe(method, student));
            if (method.reference() == ReferenceTime.PRECOMPUTED) {
                Reference reference = Reference.precomputed(file, student, kept, watcher);
                learned = reference.annotate("learned", learned);
                measured = measured == null ? null : reference.annotate("held-out", measured);
            }
        }
        return of(file, taught.objective(), given.with(learned, measured));
    }

    /** A lesson of rows that have got no numbers of a reference yet; {@link IllegalStateException} where a teacher is needed. */
    static Lesson unprepared(RunFile file, Rows rows) {
        return of(file, file.method().objective(), rows);
    }

    private static Lesson of(RunFile file, Objective objective, Rows rows) {
        DataSettings data = file.data();
        DataSettings.Replayed replay = data.replay();
        BatchSource course = rows.course(file);
        return new Lesson(
                replay == null || file.method().predictsTokens()
                        ? objective
                        : new WithReplay(objective, replay.lossWeight()),
                course,
                new Shares(course, data.trainPaths(), replay != null),
                rows.heldOut(file),
                rows.heldOutReplay(file));
    }

    /** The same lesson, ending after so many steps. */
    Lesson until(long steps) {
        return new Lesson(objective, new Beginning(course, steps), shares, heldOut, heldOutReplay);
    }

    private static Examples read(
            List<JsonlFile> files, Method.Rows rows, Learn learn, RunFile file, Language language, Watcher watcher) {
        boolean scored = rows == Method.Rows.JUDGED_PAIRS;
        RowRenderer renderer = new RowRenderer(language.tokenizer(), language.template(), learn)
                .inspectedBy(Check.guard(file, language, learn, scored));
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
        Long steps = training.steps();
        Double epochs = training.minutes() == null ? training.epochs() : Double.valueOf(MOST_EPOCHS);
        return steps != null
                ? Course.steps(learned, shape(file), steps)
                : Course.epochs(learned, shape(file), epochs == null ? 1 : epochs);
    }

    private static Course.Shape shape(RunFile file) {
        TrainingSettings training = file.training();
        return new Course.Shape(
                file.data().shuffle(),
                file.data().packing() ? file.data().maxTokens() : 0,
                training.rowsPerStep(),
                training.rowsPerBatch().value(),
                training.tokensPerBatch(),
                training.seed(),
                file.data().weights(),
                Cores.workers(file));
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
