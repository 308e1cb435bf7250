package dev.hone.recipes.inspect;

import static dev.hone.error.Require.require;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.data.loader.OfflineSource;
import dev.hone.data.loader.ReplayShare;
import dev.hone.recipes.prepare.PreparedRun;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.provenance.Provenance;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.run.StartValues;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.Scope;
import dev.hone.train.Preview;
import dev.hone.train.RowLoss;
import dev.hone.train.StateFiles;
import dev.hone.train.StepReport;
import dev.hone.train.Trainer;
import dev.hone.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A past step of a run, recomputed: from the nearest saved state before it, or from the beginning, through the steps
 * between. The run's folder stays as it is.
 *
 * @param from steps that were completed in the state it began with
 * @param preview the step, before its update
 * @param recorded the metrics that the run logged of the step; null if it has not reached it
 * @param tokens of the row that was asked for: each target's token and its log-probability; empty if none was
 */
public record StepRecomputation(
        long from, Preview preview, @Nullable MetricsRow recorded, List<TokenLoss> tokens) {
    /** A trained token, and the natural log of the probability the model gave it. */
    public record TokenLoss(String token, double logProbability, double weight) {}

    /**
     * Recomputes a step.
     *
     * @param run folder of the run
     * @param step from 1
     * @param row of the step, from 1, whose tokens are wanted; 0: none
     * @return empty if the observer asked to stop
     * @throws ConfigurationException if the folder holds no run, it has no such step or row, or an input has changed
     */
    public static Optional<StepRecomputation> of(Path run, long step, int row, RunObserver observer) {
        StartValues decided = RunDirectory.decided(run);
        RunFile file = decided.of(fileOf(run));
        OptionalLong known = knownSteps(run, file, decided);
        if (step < 1 || known.isPresent() && step > known.getAsLong()) { // before rows are read, which takes its time
            throw outside(step, known);
        }
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(file)) {
            RunPolicy policy = RunPolicy.open(file, language);
            RunDatasets rows = RunDatasets.read(file, language, observer);
            PreparedRun prepared = PreparedRun.of(file, policy, rows, RunDirectory.reference(run), observer)
                    .endingAs(decided);
            OfflineSource loader = prepared.data().loader();
            if (step > loader.steps()) {
                throw outside(step, OptionalLong.of(loader.steps()));
            }
            Trainer trainer = prepared.trainer();
            StateFiles states = RunDirectory.states(run, 1, observer);
            ReplayShare share = prepared.data().replayShare();
            if (share != null) { // where a guard raised it, and from which step on
                states.newest(Long.MAX_VALUE).ifPresent(last -> last.restoreIfSaved(share));
            }
            states.newest(step - 1).ifPresent(trainer::resumeFrom);
            long from = trainer.progress().step();
            advance(trainer, loader, step - 1, observer);
            if (trainer.progress().step() < step - 1) {
                return Optional.empty();
            }
            Preview preview = trainer.preview(loader);
            int count = preview.rows().size();
            if (row < 0 || row > count) {
                throw new ConfigurationException("row (" + row + ") is not in the step, which has " + count);
            }
            return Optional.of(new StepRecomputation(
                    from,
                    preview,
                    recorded(run, step),
                    row == 0 ? List.of() : tokens(preview.rows().get(row - 1), policy)));
        }
    }

    private static ConfigurationException outside(long step, OptionalLong steps) {
        return new ConfigurationException("step (" + step + ") is outside the run, "
                + (steps.isPresent() ? "which has " + steps.getAsLong() : "whose steps count from 1"));
    }

    /** The steps of a run as far as its folder says so: its file, what its beginning decided, or its end. */
    private static OptionalLong knownSteps(Path run, RunFile file, StartValues decided) {
        Long written = file.training().length().steps();
        if (written != null) {
            return OptionalLong.of(written);
        }
        OptionalLong chosen = decided.get(StartValues.STEPS);
        boolean whole = RunDirectory.isFinished(run)
                && file.training().hyperparameters().earlyStop() == null;
        return chosen.isPresent() || !whole
                ? chosen
                : logged(run).stream().mapToLong(MetricsRow::step).max();
    }

    private static RunFile fileOf(Path run) {
        Path resolved = RunDirectory.resolved(run);
        if (!Files.exists(resolved)) {
            throw new ConfigurationException(run + ": holds no run; it lacks " + resolved.getFileName());
        }
        Path manifest = RunDirectory.manifest(run);
        if (Files.exists(manifest)) {
            List<String> changed = Provenance.read(manifest).changed();
            if (!changed.isEmpty()) {
                throw new ConfigurationException(
                        run + ": the step would come out differently\n" + String.join("\n", changed));
            }
        }
        return RunFile.recorded(Settings.read(resolved)).value();
    }

    /** Trains through the steps before the requested one. */
    private static void advance(Trainer trainer, OfflineSource loader, long until, RunObserver observer) {
        long from = trainer.progress().step();
        if (from == until) {
            return;
        }
        try (RunObserver.Work work = observer.begin("recomputing", "tok", until, from)) {
            trainer.listen(new TrainingListener() {
                private long tokens;

                @Override
                public void stepped(StepReport report) {
                    tokens += report.tokens();
                    work.report(report.step(), tokens, "");
                }
            });
            trainer.run(loader, () -> trainer.progress().step() >= until || observer.getAsBoolean());
        }
    }

    private static @Nullable MetricsRow recorded(Path run, long step) {
        return logged(run).stream()
                .filter(row -> row.step() == step)
                .findFirst()
                .orElse(null);
    }

    /** The metrics that the run has logged so far. */
    private static List<MetricsRow> logged(Path run) {
        Path metrics = RunDirectory.metrics(run);
        if (!Files.exists(metrics)) {
            return List.of();
        }
        try {
            return MetricsFile.read(metrics);
        } catch (IOException e) {
            throw new ConfigurationException(metrics + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static List<TokenLoss> tokens(RowLoss row, RunPolicy policy) {
        require(!policy.scoresTexts(), "a reward model scores whole texts, so that its rows have no tokens to show");
        Batch batch = row.batch();
        Targets targets = batch.targets();
        List<TokenLoss> tokens = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            float[] found = policy.policy()
                    .model()
                    .score(batch, policy.policy().adapter())
                    .logProbabilities()
                    .floats();
            for (int i = 0; i < found.length; i++) {
                String token = policy.tokenizer().decode(new int[] {targets.token()[i]});
                tokens.add(new TokenLoss(token, found[i], targets.weight()[i]));
            }
        }
        return tokens;
    }

    /** Whether the step came out as it was recorded, to the last bit of its loss and gradient norm. */
    public boolean isExact() {
        return recorded != null
                && recorded.value("loss") == preview.metrics().loss()
                && recorded.value("grad-norm") == preview.gradientNorm();
    }
}
