package dev.hone.recipes.prepare;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Subset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.Replay;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.random.Draw;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.ReadRows;
import dev.hone.recipes.data.TokenData;
import dev.hone.recipes.method.RunRows;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.TrainingSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a run as its files hold them, before any weights are loaded, and the order in which they are trained on.
 *
 * @param own rows of the method
 * @param replay rows of general text that are trained beside them; null: none
 */
public record RunDatasets(RunRows own, @Nullable RunRows replay) {
    /**
     * Where a run's length is given in minutes, it reads its rows at most n times: further repetition brings next to nothing
     * (Muennighoff et al., 2023, "Scaling data-constrained language models", section 6).
     */
    public static final int MOST_EPOCHS = 40;

    /** The kind of replayed rows, whatever the method. */
    public static final DataKind REPLAYED = TokenData.conversations(TrainOn.REPLIES);

    /** Reads and checks the files of a run. */
    public static RunDatasets read(RunFile file, TokenizerAndTemplate language, RunObserver observer) {
        DataSettings data = file.data();
        DataKind kind = file.kind();
        RunRows own = split(read(open(data.trainFiles().stream()), kind, file, language, observer), file);
        Optional<DataSettings.RowFile> evaluate = data.evaluateFile();
        if (evaluate.isPresent()) {
            own = new RunRows(
                    own.training(),
                    read(open(evaluate.stream()), kind, file, language, observer)
                            .dataset());
        }
        Optional<DataSettings.RowFile> replay = data.replayFile();
        return new RunDatasets(
                own,
                replay.isEmpty() ? null : split(read(open(replay.stream()), REPLAYED, file, language, observer), file));
    }

    /**
     * A few rows of the run's first file, chosen by its seed.
     *
     * @param count how many rows; fewer where the file has fewer
     */
    static RunDatasets few(RunFile file, TokenizerAndTemplate language, int count, RunObserver observer) {
        JsonlFile all = file.data().trainFiles().get(0).open();
        int[] some = Arrays.stream(Draw.of(file.training().hyperparameters().seed(), "by heart")
                        .permutation(all.rows()))
                .limit(count)
                .sorted()
                .toArray();
        Dataset rows = read(List.of(all.only(some)), file.kind(), file, language, observer)
                .dataset();
        return new RunDatasets(new RunRows(rows, null), null);
    }

    /** Rows of which a share is held out, if the run's file asks for it. */
    public static RunRows split(ReadRows all, RunFile file) {
        DataSettings.HeldOut evaluate = file.data().evaluate();
        if (evaluate == null || evaluate.share() == null) {
            return new RunRows(all.dataset(), null);
        }
        Subset.TrainingSplit split = Subset.holdOut(
                all.dataset(),
                evaluate.share(),
                file.training().hyperparameters().seed());
        all.trainable().accept(split.training());
        return new RunRows(split.training(), split.heldOut());
    }

    private static ReadRows read(
            List<JsonlFile> files, DataKind kind, RunFile file, TokenizerAndTemplate language, RunObserver observer) {
        RowRenderer renderer = new RowRenderer(language.tokenizer(), language.template(), kind.trainOn())
                .with(file.data().prompts())
                .inspectedBy(RowChecks.guard(file, language, kind));
        long total = files.stream().mapToLong(JsonlFile::rows).sum();
        try (RunObserver.Work work = observer.begin("reading", "rows", total, 0)) {
            ReadRows rows = kind.read(
                    files, renderer, file.data(), ReadingListener.of(read -> work.report(read, read, ""), observer));
            rows.description().forEach(observer::say);
            return rows;
        }
    }

    private static List<JsonlFile> open(Stream<DataSettings.RowFile> files) {
        return files.map(DataSettings.RowFile::open).toList();
    }

    /** The same with what a method made of its own rows. */
    RunDatasets with(RunRows prepared) {
        return new RunDatasets(prepared, replay);
    }

    /** The memory all of them take, about: a token's number and its weight, and 200 bytes a row; four bytes a row that is streamed. */
    public long bytes() {
        return Stream.of(own, replay)
                .filter(Objects::nonNull)
                .flatMap(part -> Stream.of(part.training(), part.heldOut()))
                .filter(Objects::nonNull)
                .mapToLong(rows -> rows.isCounted()
                        ? IntStream.range(0, rows.count())
                                .mapToLong(row -> 200 + 8L * rows.length(row))
                                .sum()
                        : 4L * rows.count())
                .sum();
    }

    /** The order in which they are trained on. */
    public OfflineSource loader(RunFile file) {
        OfflineSource loader = own(file);
        DataSettings.ReplaySettings share = file.data().replay();
        return share == null || replay == null || !(loader instanceof EpochLoader epochs)
                ? loader
                : new Replay(epochs, replay.training(), share.share());
    }

    private OfflineSource own(RunFile file) {
        TrainingSettings.Length length = file.training().length();
        Long steps = length.steps();
        Double epochs = length.minutes() == null ? length.epochs() : Double.valueOf(MOST_EPOCHS);
        return file.kind().loader(own.training(), shape(file), epochs == null ? 1 : epochs, steps == null ? 0 : steps);
    }

    /** All of the method's own rows in every step. */
    OfflineSource wholeInEveryStep(RunFile file, long steps) {
        TrainingSettings.BatchSettings batch = file.training().batch();
        Dataset rows = own.training();
        EpochLoader.BatchShape shape = new EpochLoader.BatchShape(
                false,
                0,
                rows.count(),
                batch.rowsPerBatch().value(),
                batch.tokensPerBatch(),
                file.training().hyperparameters().seed());
        return EpochLoader.steps(rows, shape, steps);
    }

    /** How many steps read them once. */
    public long stepsOfEpoch(RunFile file) {
        return EpochLoader.epochs(own.training(), shape(file), 1).steps();
    }

    /** Batches that are only measured. */
    public StepBatches heldOut(RunFile file) {
        return file.kind().isSampled() ? TrainingData.NOTHING : batches(own.heldOut(), file); // prompts have no loss
    }

    /** The same of what is replayed. */
    public StepBatches heldOutReplay(RunFile file) {
        return replay == null ? TrainingData.NOTHING : batches(replay.heldOut(), file);
    }

    static EpochLoader.BatchShape shape(RunFile file) {
        TrainingSettings training = file.training();
        return new EpochLoader.BatchShape(
                file.data().shuffle(),
                file.data().packing() ? file.data().maxTokens() : 0,
                Math.max(1, training.batch().rowsPerStep() / file.kind().trainedRows()),
                training.batch().rowsPerBatch().value(),
                training.batch().tokensPerBatch(),
                training.hyperparameters().seed(),
                file.data().weights(),
                ThreadPolicy.workers(file));
    }

    private static StepBatches batches(@Nullable Dataset rows, RunFile file) {
        if (rows == null) {
            return TrainingData.NOTHING;
        }
        EpochLoader.BatchShape whole = new EpochLoader.BatchShape(
                false,
                0,
                rows.count(),
                0,
                file.training().batch().tokensPerBatch(),
                file.training().hyperparameters().seed());
        return EpochLoader.epochs(rows, whole, 1).next(0);
    }
}
