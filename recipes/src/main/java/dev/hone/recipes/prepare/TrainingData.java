package dev.hone.recipes.prepare;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Subset;
import dev.hone.data.dataset.UnpairedDataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.Replay;
import dev.hone.data.loader.StepLimit;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.objective.Objective;
import dev.hone.objective.WithReplay;
import dev.hone.random.Draw;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.method.ReferenceTime;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.run.StartValues;
import dev.hone.recipes.settings.TrainingSettings;
import dev.hone.tensor.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
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
public record TrainingData(
        Objective objective,
        OfflineSource course,
        SourceShares shares,
        List<Batch> heldOut,
        List<Batch> heldOutReplay) {
    /**
     * Where a run's length is given in minutes, it reads its rows at most so often: further repetition teaches nothing
     * (Muennighoff et al., 2023, "Scaling data-constrained language models", section 6).
     */
    public static final int MOST_EPOCHS = 40;

    /**
     * The rows of a run as its files hold them, before any weights are there.
     *
     * @param measured those that are only measured; null: none
     * @param replay general ones that are learned beside them; null: none
     * @param measuredReplay general ones that are only measured; null: none
     */
    public record RunDatasets(
            Dataset learned,
            @Nullable Dataset measured,
            @Nullable Dataset replay,
            @Nullable Dataset measuredReplay) {
        /** Reads and checks them. */
        public static RunDatasets read(RunFile file, TokenizerAndTemplate language, RunObserver watcher) {
            DataSettings data = file.data();
            Method method = file.method();
            HeldOutSplit own = HeldOutSplit.of(
                    TrainingData.read(open(data.trainPaths()), method.rows(), method.learn(), file, language, watcher),
                    file);
            Dataset measured = own.heldOut();
            DataSettings.HeldOut evaluate = data.evaluate();
            if (evaluate != null && evaluate.path() != null) {
                measured = TrainingData.read(
                        open(List.of(evaluate.path())), method.rows(), method.learn(), file, language, watcher);
            }
            DataSettings.Replayed replay = data.replay();
            if (replay == null) {
                return new RunDatasets(own.learned(), measured, null, null);
            }
            HeldOutSplit general = HeldOutSplit.of(
                    TrainingData.read(
                            open(List.of(replay.path())),
                            Method.Rows.CONVERSATIONS,
                            TrainOn.REPLIES,
                            file,
                            language,
                            watcher),
                    file);
            return new RunDatasets(own.learned(), measured, general.learned(), general.heldOut());
        }

        private RunDatasets with(Dataset annotated, @Nullable Dataset annotatedMeasured) {
            return new RunDatasets(annotated, annotatedMeasured, replay, measuredReplay);
        }

        /** What all of them take in memory, about: a token's number and its weight, and 200 bytes a row. */
        public long bytes() {
            return Stream.of(learned, measured, replay, measuredReplay)
                    .filter(Objects::nonNull)
                    .mapToLong(rows -> IntStream.range(0, rows.count())
                            .mapToLong(row -> 200 + 8L * rows.length(row))
                            .sum())
                    .sum();
        }

        /** The order in which they are learned. */
        public OfflineSource course(RunFile file) {
            EpochLoader course = TrainingData.course(learned, file);
            DataSettings.Replayed share = file.data().replay();
            return share == null || replay == null ? course : new Replay(course, replay, share.share());
        }

        /** How many steps read them once. */
        public long stepsOfEpoch(RunFile file) {
            return EpochLoader.epochs(learned, shape(file), 1).steps();
        }

        /** Batches that are only measured. */
        public List<Batch> heldOut(RunFile file) {
            return batches(measured, file);
        }

        /** The same of what is replayed. */
        public List<Batch> heldOutReplay(RunFile file) {
            return batches(measuredReplay, file);
        }
    }

    /** Rows that are learned, and those of them that are only measured. */
    public record HeldOutSplit(Dataset learned, @Nullable Dataset heldOut) {
        /** Both parts of rows of which a share is held out, if the run says so. */
        public static HeldOutSplit of(Dataset all, RunFile file) {
            DataSettings.HeldOut evaluate = file.data().evaluate();
            if (evaluate == null || evaluate.share() == null) {
                return new HeldOutSplit(all, null);
            }
            Subset.Split split =
                    Subset.holdOut(all, evaluate.share(), file.training().hyperparameters().seed());
            if (all instanceof UnpairedDataset answers) {
                answers.requireBothKinds(split.learned());
            }
            return new HeldOutSplit(split.learned(), split.heldOut());
        }
    }

    /** An objective, and rows with what it has to know of them: a teacher's distributions, where there is one. */
    private record Taught(
            Objective objective, Dataset learned, @Nullable Dataset measured) {
        public static Taught of(
                RunFile file, RunPolicy student, Dataset learned, @Nullable Dataset measured, RunObserver watcher) {
            if (!(file.method() instanceof DistillSettings distill)) {
                return new Taught(file.method().objective(), learned, measured);
            }
            int tokens = file.training().batch().tokensPerBatch();
            Workers workers = student.learner().workers();
            Teacher teacher =
                    Teacher.open(distill, student, file.training().execution().compute().type(), watcher);
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
    public static TrainingData byHeart(
            RunFile file,
            TokenizerAndTemplate language,
            RunPolicy student,
            int count,
            long steps,
            RunObserver watcher) {
        Method method = file.method();
        JsonlFile all = JsonlFile.open(file.data().trainPaths().get(0));
        int[] some = Arrays.stream(Draw.of(file.training().hyperparameters().seed(), "by heart").permutation(all.rows()))
                .limit(count)
                .sorted()
                .toArray();
        Dataset rows = read(List.of(all.only(some)), method.rows(), method.learn(), file, language, watcher);
        Taught taught = Taught.of(file, student, rows, null, watcher);
        TrainingSettings training = file.training();
        EpochLoader.Shape shape = new EpochLoader.Shape(
                false, 0, rows.count(), training.batch().rowsPerBatch().value(), training.batch().tokensPerBatch(), training.hyperparameters().seed());
        EpochLoader course = EpochLoader.steps(taught.learned(), shape, steps);
        return new TrainingData(
                taught.objective(),
                course,
                new SourceShares(course, file.data().trainPaths(), false),
                List.of(),
                List.of());
    }

    /**
     * Orders a run's rows; where the numbers of a reference are computed first, they get them.
     *
     * @param kept where such numbers are kept
     */
    public static TrainingData prepare(
            RunFile file, RunPolicy student, RunDatasets given, Path kept, RunObserver watcher) {
        Method method = file.method();
        Taught taught = Taught.of(file, student, given.learned(), given.measured(), watcher);
        Dataset learned = taught.learned();
        Dataset measured = taught.measured();
        if (method.hasReference()) {
            watcher.say(PrecomputedReference.describe(method, student));
            if (method.reference() == ReferenceTime.PRECOMPUTED) {
                PrecomputedReference reference = PrecomputedReference.precomputed(file, student, kept, watcher);
                learned = reference.annotate("learned", learned);
                measured = measured == null ? null : reference.annotate("held-out", measured);
            }
        }
        return of(file, taught.objective(), given.with(learned, measured));
    }

    /** A lesson of rows that have got no numbers of a reference yet; {@link IllegalStateException} where a teacher is needed. */
    public static TrainingData unprepared(RunFile file, RunDatasets rows) {
        return of(file, file.method().objective(), rows);
    }

    private static TrainingData of(RunFile file, Objective objective, RunDatasets rows) {
        DataSettings data = file.data();
        DataSettings.Replayed replay = data.replay();
        OfflineSource course = rows.course(file);
        return new TrainingData(
                replay == null || file.method().predictsTokens()
                        ? objective
                        : new WithReplay(objective, replay.lossWeight()),
                course,
                new SourceShares(course, data.trainPaths(), replay != null),
                rows.heldOut(file),
                rows.heldOutReplay(file));
    }

    /** The same lesson with the length that its run resolved at its start, if it did. */
    public TrainingData endingAs(StartValues resolved) {
        OptionalLong steps = resolved.get(StartValues.STEPS);
        return steps.isPresent() ? until(steps.getAsLong()) : this;
    }

    /** The same lesson, ending after so many steps. */
    public TrainingData until(long steps) {
        return new TrainingData(objective, new StepLimit(course, steps), shares, heldOut, heldOutReplay);
    }

    private static Dataset read(
            List<JsonlFile> files,
            Method.Rows rows,
            TrainOn learn,
            RunFile file,
            TokenizerAndTemplate language,
            RunObserver watcher) {
        boolean scored = rows == Method.Rows.JUDGED_PAIRS;
        RowRenderer renderer = new RowRenderer(language.tokenizer(), language.template(), learn)
                .inspectedBy(RowChecks.guard(file, language, learn, scored));
        DatasetReader reading = new DatasetReader(rows, renderer, file.data());
        long total = files.stream().mapToLong(JsonlFile::rows).sum();
        try (RunObserver.Work work = watcher.begin("reading", "rows", total, 0)) {
            Dataset examples = reading.read(files, ReadingListener.of(read -> work.report(read, read, ""), watcher));
            reading.describe(examples, watcher);
            return examples;
        }
    }

    private static List<JsonlFile> open(List<Path> paths) {
        return paths.stream().map(JsonlFile::open).toList();
    }

    private static EpochLoader course(Dataset learned, RunFile file) {
        TrainingSettings training = file.training();
        Long steps = training.length().steps();
        Double epochs = training.length().minutes() == null ? training.length().epochs() : Double.valueOf(MOST_EPOCHS);
        return steps != null
                ? EpochLoader.steps(learned, shape(file), steps)
                : EpochLoader.epochs(learned, shape(file), epochs == null ? 1 : epochs);
    }

    private static EpochLoader.Shape shape(RunFile file) {
        TrainingSettings training = file.training();
        return new EpochLoader.Shape(
                file.data().shuffle(),
                file.data().packing() ? file.data().maxTokens() : 0,
                training.batch().rowsPerStep(),
                training.batch().rowsPerBatch().value(),
                training.batch().tokensPerBatch(),
                training.hyperparameters().seed(),
                file.data().weights(),
                ThreadPolicy.workers(file));
    }

    private static List<Batch> batches(@Nullable Dataset examples, RunFile file) {
        if (examples == null) {
            return List.of();
        }
        EpochLoader.Shape whole = new EpochLoader.Shape(
                false,
                0,
                examples.count(),
                0,
                file.training().batch().tokensPerBatch(),
                file.training().hyperparameters().seed());
        return EpochLoader.epochs(examples, whole, 1).step(0);
    }
}
