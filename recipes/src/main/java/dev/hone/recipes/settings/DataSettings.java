package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.row.ColumnMapping;
import dev.hone.data.row.DatasetInfo;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.Prompts;
import dev.hone.recipes.rule.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of a run.
 *
 * @param train files of rows, or folders of documents; their format is recognised by how they begin, and by the columns of each row
 * @param rollouts recorded completions in place of {@code train}, for methods that learn from a policy's samples; see {@link
 *     dev.hone.rollout.batch.RolloutFile}
 * @param evaluate rows to measure on: a share of the training rows, or a file; left out: none
 * @param replay general text that is trained on beside them, so that it is not forgotten; left out: none
 * @param columns which columns of the training rows, and of those of {@code evaluate}, stand for which that are read, {@code {prompt:
 *     question}}; a file may have its own
 * @param datasetInfo LLaMA-Factory's {@code dataset_info.json}, whose entries say what the columns of the files beside it are; left out:
 *     none
 * @param template how conversations are written: {@code auto} takes the model's own, else ChatML if its vocabulary has the
 *     tokens, else Alpaca; or the name of a built-in one; or the path of a Jinja file
 * @param prompts how a prompt that is a string is written: as plain text, or as a user's turn in the template
 * @param shuffle false: file order, epoch after epoch
 * @param maxTokens longest row
 * @param packing fill rows of {@code max-tokens} with several examples that never see each other
 * @param streaming whether rows are read as they are trained on
 * @param accept what a check may find without refusing the run
 */
public record DataSettings(
        @Default("[]") List<DataSource> train,
        @Nullable Path rollouts,
        @Nullable HeldOut evaluate,
        @Nullable ReplaySettings replay,
        @Default("{}") Map<String, String> columns,
        @Nullable Path datasetInfo,
        @Default("auto") String template,
        @Default("text") Prompts prompts,
        @Default("true") boolean shuffle,
        @Default("1024") int maxTokens,
        @Default("refuse") Overflow onOverflow,
        @Default("false") boolean packing,
        @Default("auto") Streaming streaming,
        @Default("[]") List<Rule> accept) {
    public DataSettings {
        train = List.copyOf(train);
        accept = List.copyOf(accept);
        columns = ColumnMapping.of(columns).names();
        for (Rule flaw : accept) {
            require(
                    flaw.acceptable(),
                    "accept (%s) names what no run can start with; allowed are %s",
                    flaw.label(),
                    Rule.acceptableLabels());
        }
        if (train.isEmpty() && rollouts == null) {
            throw new IllegalArgumentException("train names no file; it must be a path or a list of them");
        }
        require(
                train.isEmpty() || rollouts == null,
                "rollouts (%s) are trained on in place of train; leave one of them out",
                rollouts);
        require(
                rollouts == null || evaluate == null && replay == null,
                "rollouts (%s) go with neither evaluate nor replay: what they teach is measured on prompts; leave these out",
                rollouts);
        if (streaming == Streaming.ALWAYS) {
            String obstacle = streamingObstacle(packing, onOverflow, train, replay);
            require(obstacle.isEmpty(), "streaming (always) reads rows as they are trained on, and %s", obstacle);
        }
        require(
                maxTokens >= 2 && maxTokens <= TrainingSettings.MOST_TOKENS,
                "maxTokens (%d) must be at least 2 and at most %d",
                maxTokens,
                TrainingSettings.MOST_TOKENS);
    }

    /**
     * A file of rows.
     *
     * @param weight in the ratio of the weights tokens of the sources are trained; left out everywhere: every row once an
     *     epoch; left out beside others: 1
     * @param columns its columns under other names; left out: those of the data
     */
    public record DataSource(
            Path path, @Nullable Double weight, @Nullable Map<String, String> columns) {
        public DataSource {
            columns = columns == null ? null : ColumnMapping.of(columns).names();
            require(
                    weight == null || weight > 0 && weight <= 1e6,
                    "weight (%s) must be positive and at most 1000000",
                    weight);
        }

        @FromScalar
        public static DataSource of(Path path) {
            return new DataSource(path, null, null);
        }
    }

    /**
     * Rows that are trained on beside those of the method, as next tokens: texts entirely, conversations by their replies.
     *
     * @param share of all trained tokens
     * @param lossWeight where a method does not predict tokens: weight of the replayed tokens' mean loss beside its own
     * @param columns its columns under other names; left out: those of the data, for rows that have them
     */
    public record ReplaySettings(
            Path path,
            @Default("0.1") double share,
            @Default("1.0") double lossWeight,
            @Nullable Map<String, String> columns) {
        public ReplaySettings {
            columns = columns == null ? null : ColumnMapping.of(columns).names();
            require(share > 0 && share < 1, "share (%s) must be above 0 and below 1", share);
            require(
                    lossWeight > 0 && lossWeight <= 1e6,
                    "lossWeight (%s) must be positive and at most 1000000",
                    lossWeight);
        }

        @FromScalar
        public static ReplaySettings of(Path path) {
            return new ReplaySettings(path, 0.1, 1, null);
        }
    }

    /**
     * Rows that are measured and never trained on: a share of the training rows, or a file of their own.
     *
     * @param columns the file's columns under other names; left out: those of the data
     */
    public record HeldOut(
            @Nullable Double share,
            @Nullable Path path,
            @Nullable Map<String, String> columns) {
        public HeldOut {
            columns = columns == null ? null : ColumnMapping.of(columns).names();
            require(share == null || columns == null, "columns are those of a file; a share has those of its rows");
            if ((share == null) == (path == null)) {
                throw new IllegalArgumentException("evaluate needs either a share or a path");
            }
            if (share != null && !(share > 0 && share < 1)) {
                throw new IllegalArgumentException("share (" + share + ") must be between 0 and 1");
            }
        }

        @FromScalar
        public static HeldOut of(Path path) {
            return new HeldOut(null, path, null);
        }

        @FromScalar
        public static HeldOut of(double share) {
            return new HeldOut(share, null, null);
        }
    }

    /**
     * A file with the names of its columns.
     *
     * @param columns which of them stand for which that are read
     */
    public record RowFile(Path path, ColumnMapping columns) {
        /** Opens it; {@link dev.hone.error.DataException} if it cannot be read. */
        public JsonlFile open() {
            return JsonlFile.open(path).with(columns);
        }
    }

    /** Bytes of rows from which they are read as they are trained on, where that is possible. */
    private static final long STREAMED = 2L << 30;

    /** What needs the lengths of all rows before the first step; empty where nothing does. */
    private static String streamingObstacle(
            boolean packing, Overflow onOverflow, List<DataSource> train, @Nullable ReplaySettings replay) {
        return packing
                ? "packing needs their lengths before; set packing: false"
                : onOverflow == Overflow.DROP || onOverflow == Overflow.SPLIT
                        ? "on-overflow: " + onOverflow.name().toLowerCase(java.util.Locale.ROOT)
                                + " needs their lengths before; set it to truncate or refuse"
                        : train.stream().anyMatch(source -> source.weight() != null)
                                ? "weights of files need their lengths before; leave them out"
                                : replay != null ? "replay needs their lengths before; add its file to train" : "";
    }

    /** Whether so many bytes of rows are read as they are trained on. */
    public boolean streams(long bytes) {
        return streaming == Streaming.ALWAYS
                || streaming == Streaming.AUTO
                        && bytes >= STREAMED
                        && streamingObstacle(packing, onOverflow, train, replay).isEmpty();
    }

    /** The files of the training rows. */
    public List<RowFile> trainFiles() {
        return rollouts != null
                ? List.of(new RowFile(rollouts, ColumnMapping.none()))
                : train.stream()
                        .map(source -> new RowFile(source.path(), mapping(source.path(), source.columns())))
                        .toList();
    }

    /** The file of the rows that are measured, if they have one of their own. */
    public Optional<RowFile> evaluateFile() {
        return evaluate == null || evaluate.path() == null
                ? Optional.empty()
                : Optional.of(new RowFile(evaluate.path(), mapping(evaluate.path(), evaluate.columns())));
    }

    /** The file of the rows that are trained on beside them, if there is one. */
    public Optional<RowFile> replayFile() {
        return replay == null
                ? Optional.empty()
                : Optional.of(new RowFile(
                        replay.path(),
                        replay.columns() != null
                                ? ColumnMapping.of(replay.columns())
                                : entry(replay.path())
                                        .orElseGet(
                                                () -> ColumnMapping.of(columns).whereFound())));
    }

    /** The columns written beside a file, else those of its entry, else those of the data. */
    private ColumnMapping mapping(Path path, @Nullable Map<String, String> own) {
        return own != null ? ColumnMapping.of(own) : entry(path).orElseGet(() -> ColumnMapping.of(columns));
    }

    private Optional<ColumnMapping> entry(Path path) {
        return datasetInfo == null
                ? Optional.empty()
                : DatasetInfo.read(datasetInfo).columnsOf(path);
    }

    public List<Path> trainPaths() {
        return trainFiles().stream().map(RowFile::path).toList();
    }

    /** The weights of the sources in their order; empty where none is written, or there is nothing to weigh it against. */
    public List<Double> weights() {
        return train.size() <= 1 || train.stream().allMatch(source -> source.weight() == null)
                ? List.of()
                : train.stream()
                        .map(source -> source.weight() == null ? 1.0 : source.weight())
                        .toList();
    }
}
