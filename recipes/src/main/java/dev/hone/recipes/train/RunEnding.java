package dev.hone.recipes.train;

import dev.hone.error.TrainingException;
import dev.hone.files.HubCache;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.alarm.Alarm;
import dev.hone.recipes.guard.GuardMeasures;
import dev.hone.recipes.guard.GuardReport;
import dev.hone.recipes.prepare.RunPolicy;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.train.Progress;
import dev.hone.train.Trainer;
import dev.hone.train.Trainer.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The end of a run: what it gained on held-out rows, which weights are the best, and what to do with them.
 *
 * @param before what the validations found before the first step
 * @param rows its metrics, step by step
 * @param output what the model gives
 * @param model it and what of it is trained, in one line
 * @param guards what its guards say of the weights it ended with
 */
public record RunEnding(
        RunFile file,
        RunDirectory folder,
        Trainer.Outcome outcome,
        Baseline before,
        List<MetricsRow> rows,
        Output output,
        String model,
        GuardReport guards) {
    public RunEnding {
        rows = List.copyOf(rows);
    }

    /** The end of a run as its folder holds it. */
    static RunEnding of(RunFile file, RunDirectory folder, Trainer.Outcome outcome, Baseline before, RunPolicy policy) {
        List<MetricsRow> rows;
        try {
            rows = Files.exists(folder.metrics()) ? MetricsFile.read(folder.metrics()) : List.of();
        } catch (IOException e) {
            throw new TrainingException("the run's metrics cannot be read (" + e.getMessage() + ")", e);
        }
        Output output = policy.scoresTexts() ? Output.SCORE : Output.TOKENS;
        GuardReport guards = file.guards() == null || outcome.ending() == Ending.INTERRUPTED
                ? GuardReport.NONE
                : GuardReport.read(folder.folder());
        return new RunEnding(file, folder, outcome, before, rows, output, policy.describe(), guards);
    }

    /**
     * What one would type next: a verb of hone, and its options in their order.
     *
     * @param purpose what for, in a few words
     */
    public record Command(String purpose, String verb, List<CommandOption> options) {
        public Command {
            options = List.copyOf(options);
        }

        Command with(String name, Object value) {
            List<CommandOption> more = new ArrayList<>(options);
            more.add(new CommandOption(name, value.toString()));
            return new Command(purpose, verb, more);
        }

        /** As it is typed in hone's folder, in one line. */
        public String text() {
            return "./hone " + verb
                    + options.stream()
                            .map(option -> " " + option.name() + " " + shell(option.value()))
                            .collect(Collectors.joining());
        }
    }

    /** An option of a command, such as {@code --model}, with its value as it is. */
    public record CommandOption(String name, String value) {}

    /** Whether the run came to its end, by itself or by early stopping. */
    public boolean finished() {
        return outcome.ending() != Ending.INTERRUPTED;
    }

    /**
     * The alarms that ended a run, as its metrics tell again; none where it samples nothing.
     *
     * @param rows its metrics, step by step
     */
    public static List<Alarm> stoppedBy(RunFile file, List<MetricsRow> rows) {
        return file.kind().isSampled()
                ? RunAlarms.of(file, rows, RunObserver.none()).stopping()
                : List.of();
    }

    /** Whether neither a gate of its guards failed nor an alarm ended it. */
    public boolean holds() {
        return guards.holds() && stoppedBy(file, rows).isEmpty();
    }

    /** What is told where it ended, line by line; {@link #commands()} follow. */
    public List<String> lines() {
        Progress progress = outcome.progress();
        String steps = String.format(Locale.ROOT, "%,d steps, %,d tokens", progress.step(), progress.tokens());
        if (!finished()) {
            return List.of("saved after " + steps + "; the same command resumes it");
        }
        List<String> lines = new ArrayList<>();
        String how = switch (outcome.ending()) {
            case EARLY_STOP -> "stopped early after ";
            case GUARD_STOP ->
                stoppedBy(file, rows).isEmpty() ? "stopped by its guards after " : "stopped by an alarm after ";
            case ROLLED_BACK -> "rolled back by its guards to ";
            case COMPLETE, INTERRUPTED -> stoppedBy(file, rows).isEmpty() ? "" : "stopped by an alarm after ";
        };
        lines.add(how + steps + "; the result is in " + folder.result());
        lines.add(gain());
        Overfitting.of(before, rows).map(Overfitting::sentence).ifPresent(lines::add);
        lines.addAll(guards.lines());
        if (!guards.holds()) {
            lines.add("the result is kept and marked in " + folder.result().resolve("gates.json")
                    + (hasBetter() && guards.isWithinBest() ? "; the weights in best kept it" : ""));
        }
        lines.add("report: " + folder.report());
        return lines;
    }

    /** What it gained, in one sentence. */
    String gain() {
        if (file.kind().isSampled()) {
            return withGuards(reward());
        }
        double last = lastHeldOut();
        boolean isLossAlone = guards.gains().isEmpty();
        String change = Double.isNaN(last) && !isLossAlone ? "" : heldOut(last);
        if (!isLossAlone) {
            change += (change.isEmpty() ? "" : "; ") + String.join("; ", guards.gains());
        }
        return hasBetter() ? change + "; " + best() : change;
    }

    private String withGuards(String change) {
        String all = Stream.concat(Stream.of(change), guards.gains().stream()).collect(Collectors.joining("; "));
        return hasBetter() ? all + "; " + best() : all;
    }

    /** The reward of held-out prompts. */
    private String reward() {
        MetricsRow last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
        double after = last == null ? Double.NaN : last.value(Baseline.REWARD);
        double before = this.before.value(Baseline.REWARD);
        if (Double.isNaN(after) || last == null) {
            return "no prompts were held out, so what it gained is not known (data.evaluate: {share: 0.1} holds some out)";
        }
        return String.format(
                Locale.ROOT,
                "held-out reward %.3f (95 %%: %.3f-%.3f) before, %.3f (%.3f-%.3f) after",
                before,
                this.before.value(Baseline.REWARD + "/low"),
                this.before.value(Baseline.REWARD + "/high"),
                after,
                last.value(Baseline.REWARD + "/low"),
                last.value(Baseline.REWARD + "/high"));
    }

    private String heldOut(double last) {
        double first = before.value(Baseline.LOSS);
        if (rows.isEmpty() && Double.isFinite(first)) {
            return String.format(Locale.ROOT, "held-out loss %.4f, as before the run: nothing was gained", first);
        }
        if (Double.isNaN(last)) {
            return rows.stream().anyMatch(row -> row.values().containsKey(Baseline.LOSS))
                    ? "the held-out loss is NaN, so what it gained is not known"
                    : "no rows were held out, so what it gained is not known (data.evaluate: {share: 0.05} holds some out)";
        }
        return Double.isNaN(first)
                ? String.format(Locale.ROOT, "held-out loss %.4f at the end", last)
                : String.format(
                        Locale.ROOT,
                        "held-out loss %.4f before, %.4f after%s",
                        first,
                        last,
                        last < first ? "" : ": it did not improve");
    }

    private String best() {
        Progress progress = outcome.progress();
        return String.format(
                Locale.ROOT,
                "%s %.4f after step %,d, whose weights are in %s",
                isByLoss() ? guards.isWithinBest() ? "lowest within the gates" : "lowest" : "best",
                progress.bestValue(),
                progress.bestStep(),
                folder.best());
    }

    /** Whether the best weights are those of the lowest held-out loss, and not of a task's score. */
    private boolean isByLoss() {
        Progress.Best best = outcome.progress().best();
        return best == null || best.validation().equals("loss");
    }

    /** The held-out loss after the last step; NaN where nothing is held out. */
    double lastHeldOut() {
        return rows.isEmpty() ? Double.NaN : rows.get(rows.size() - 1).value(Baseline.LOSS);
    }

    /** Whether weights of an earlier step than the last are better: of a lower loss or a higher score, or within the gates. */
    boolean hasBetter() {
        Progress progress = outcome.progress();
        boolean isEarlier = Double.isFinite(progress.bestValue())
                && progress.bestStep() > 0
                && progress.bestStep() < progress.step();
        if (!isEarlier || !guards.holds()) {
            return isEarlier;
        }
        return isByLoss() ? !(progress.bestValue() >= lastHeldOut()) : progress.bestValue() != lastScore();
    }

    /** What the task that chooses the best weights found at the end; NaN where there is none. */
    private double lastScore() {
        Progress.Best best = outcome.progress().best();
        return rows.isEmpty() || best == null
                ? Double.NaN
                : rows.get(rows.size() - 1).value(GuardMeasures.PREFIX + best.validation());
    }

    /** What one would type next; nothing where the run is only interrupted. */
    public List<Command> commands() {
        if (!finished()) {
            return List.of();
        }
        Path result = hasBetter() ? folder.best() : folder.result();
        if (output == Output.SCORE) {
            return List.of(command("score answers with it", "sample")
                    .with("--reward", "model:" + result)
                    .with("--model", "MODEL")
                    .with("--tasks", "TASKS.jsonl")
                    .with("--output", "DIR"));
        }
        if (file.adapter() == null) {
            return List.of(command("talk to it", "chat").with("--model", result));
        }
        return List.of(
                command("talk to it", "chat")
                        .with("--model", HubCache.written(file.model()))
                        .with("--adapter", result),
                command("make one model of it", "merge")
                        .with("--model", HubCache.written(file.model()))
                        .with("--adapter", result)
                        .with("--output", folder.folder().resolve("merged")));
    }

    private static Command command(String purpose, String verb) {
        return new Command(purpose, verb, List.of());
    }

    /** A word of a shell. */
    private static String shell(String text) {
        return text.matches("[\\p{L}\\p{N}_./:\\\\@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
