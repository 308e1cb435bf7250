package dev.hone.recipes.snapshot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.dataset.Dataset;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.generate.LoadedModel;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.method.RunRows;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.ReportSettings;
import dev.hone.report.BeforeAfter;
import dev.hone.report.BeforeAfter.Correctness;
import dev.hone.report.BeforeAfter.Reply;
import dev.hone.report.MarkedText;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Workers;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a run before its first step and after its last: their losses, and replies to their prompts. The first half is kept in
 * the run's folder, so that a run that is resumed has it too. For use by one thread, which reads no more rows from the dataset than
 * are shown.
 */
public final class RunSnapshots {
    /** The rows that are measured have no more tokens than that, so that a run with long ones begins as soon. */
    private static final int MOST_TOKENS = 4_096;

    private final ReportSettings settings;
    private final List<ShownRow> rows;
    private final List<ShownRow> prompts;
    private final Tokenizer tokenizer;
    private final Path file;
    private @Nullable Snapshot before;
    private @Nullable Snapshot after;

    private RunSnapshots(
            ReportSettings settings, List<ShownRow> rows, List<ShownRow> prompts, Tokenizer tokenizer, Path file) {
        this.settings = settings;
        this.rows = rows;
        this.prompts = prompts;
        this.tokenizer = tokenizer;
        this.file = file;
    }

    /**
     * Chooses rows, evenly over the training rows, and prompts, evenly over the held-out rows where there are any; of a run that was
     * resumed it reads what was measured before its first step.
     *
     * @param file where it is kept
     */
    public static RunSnapshots of(
            ReportSettings settings, Output output, RunRows rows, Tokenizer tokenizer, Path file) {
        Dataset heldOut = rows.heldOut();
        boolean predicts = output == Output.TOKENS;
        RunSnapshots snapshots = new RunSnapshots(
                settings,
                predicts ? some(rows.training(), settings.rows(), MOST_TOKENS) : List.of(),
                predicts
                        ? some(
                                heldOut == null || heldOut.count() == 0 ? rows.training() : heldOut,
                                settings.replies(),
                                MOST_TOKENS)
                        : List.of(),
                tokenizer,
                file);
        if (Files.exists(file)) {
            ObjectNode json = JsonFiles.read(file);
            snapshots.before = fitting(Snapshot.read(json.path("before")), snapshots);
        }
        return snapshots;
    }

    /** What was measured of other rows, before the settings were changed, says nothing. */
    private static @Nullable Snapshot fitting(Snapshot read, RunSnapshots of) {
        boolean fits = read.losses().size() == of.rows.size() && read.replies().size() == of.prompts.size();
        return fits ? read : null;
    }

    private static List<ShownRow> some(Dataset all, int most, int tokens) {
        int count = Math.min(most, all.count());
        List<ShownRow> some = new ArrayList<>();
        long left = tokens;
        for (int i = 0; i < count; i++) {
            int row = (int) ((long) i * all.count() / count);
            left -= all.length(row);
            if (left < 0) {
                break;
            }
            if (all.trainedTokens(row) > 0) { // a completion that was cut off may teach nothing
                some.add(ShownRow.of(all, row));
            }
        }
        return some;
    }

    /**
     * Measures before the first step.
     *
     * @param model the policy as it is
     * @param observer asked between rows; if it says stop, nothing is measured
     */
    public void before(LoadedModel model, Workers workers, RunObserver observer) {
        before = taken(model, workers, observer);
        save();
    }

    /** Measures after the last step; nothing where the first half is not known. */
    public void after(LoadedModel model, Workers workers, RunObserver observer) {
        if (before != null) {
            after = taken(model, workers, observer);
            save();
        }
    }

    private @Nullable Snapshot taken(LoadedModel model, Workers workers, RunObserver observer) {
        if (rows.isEmpty() && prompts.isEmpty()) {
            return null;
        }
        Snapshot taken = Snapshot.of(model, rows, prompts, settings.maxTokens(), workers, observer)
                .orElse(null);
        Engine.releaseFreed(); // rows of many shapes were read
        return taken;
    }

    private void save() {
        if (rows.isEmpty() && prompts.isEmpty()) {
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        rows.forEach(row -> json.withArray("rows").add(row.place()));
        prompts.forEach(row -> json.withArray("prompts").add(row.place()));
        if (before != null) {
            json.set("before", before.json());
        }
        if (after != null) {
            json.set("after", after.json());
        }
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /**
     * A row with its mean loss in nats.
     *
     * @param text cut where trained tokens begin and end
     */
    public record RowChange(String place, List<MarkedText> text, double before, double after) {
        /** How much the loss fell. */
        public double gain() {
            return before - after;
        }
    }

    /** The rows with the highest loss after training: what the run did not learn, or what cannot be learned. */
    public List<RowChange> hardest(int most) {
        return changes()
                .sorted(Comparator.comparingDouble(RowChange::after).reversed())
                .limit(most)
                .toList();
    }

    /** The rows whose loss changed most, in either direction. */
    public List<RowChange> mostChanged(int most) {
        return changes()
                .sorted(Comparator.comparingDouble((RowChange change) -> -Math.abs(change.gain())))
                .limit(most)
                .toList();
    }

    /** The first few rows as the model reads them. */
    public List<RowChange> first(int most) {
        return changes().limit(most).toList();
    }

    private Stream<RowChange> changes() {
        Snapshot first = before;
        Snapshot last = after;
        if (first == null || last == null) {
            return Stream.of();
        }
        return IntStream.range(0, rows.size())
                .filter(i -> Double.isFinite(first.losses().get(i))
                        && Double.isFinite(last.losses().get(i)))
                .mapToObj(i -> new RowChange(
                        rows.get(i).place(),
                        rows.get(i).text(tokenizer),
                        first.losses().get(i),
                        last.losses().get(i)));
    }

    /** Prompts with both replies. */
    public List<BeforeAfter> replies() {
        Snapshot first = before;
        Snapshot last = after;
        if (first == null || last == null) {
            return List.of();
        }
        return IntStream.range(0, prompts.size())
                .mapToObj(i -> new BeforeAfter(
                        tokenizer.decode(prompts.get(i).prompt()),
                        reply(first.replies().get(i)),
                        reply(last.replies().get(i))))
                .toList();
    }

    private static Reply reply(String text) {
        return new Reply(text, Correctness.UNJUDGED);
    }
}
