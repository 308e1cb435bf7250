package dev.hone.recipes.compare;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.InputFile;
import dev.hone.files.OutputFile;
import dev.hone.generate.Completion;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.tensor.DType;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Training from scratch against fine-tuning against prompting, on the same task: for each way several contenders that may spend
 * more and more, all asked the same held-out cases. Every contender that trains is a run of its own with a schedule of its own,
 * not a moment of a longer one.
 */
public final class StartComparison {
    private static final String FINE_TUNING = """
            method: sft
            model: %s
            output: %s
            data: {train: %s, packing: false}
            adapter: {rank: 16, alpha: 32}
            training: {steps: %d, rows-per-step: %d, learning-rate: %s, schedule: {kind: cosine, warmup: 0.05}, seed: %d,
                       compute: fp32, checkpoint-every: 0, evaluate-every: 0}
            """;
    private static final String FROM_SCRATCH = """
            method: pretrain
            model: %s
            output: %s
            data: {train: %s, packing: false}
            training: {steps: %d, rows-per-step: %d, learning-rate: %s, schedule: {kind: cosine, warmup: 0.05}, seed: %d,
                       compute: fp32, checkpoint-every: 0, evaluate-every: 0}
            """;
    /** Examples and question one after the other, as text; an answer ends with its line. */
    private static final String PLAIN = """
            {%- for message in messages -%}
                {%- if message.role == 'assistant' -%}
                    {%- generation -%}{{ ' ' + message.content + '\\n' }}{%- endgeneration -%}
                {%- else -%}
                    {{- message.content -}}
                {%- endif -%}
            {%- endfor -%}
            """;

    private final ComparisonFile file;
    private final ComparisonTasks tasks;
    private final RunObserver observer;

    private StartComparison(ComparisonFile file, RunObserver observer) {
        this.file = file;
        this.tasks = new ComparisonTasks(file);
        this.observer = observer;
    }

    /** Runs the comparison; its table and plot stand in the output folder as they come. */
    public static ComparisonReport hold(ComparisonFile file, RunObserver observer) throws IOException {
        return new StartComparison(file, observer).entries();
    }

    private ComparisonReport entries() throws IOException {
        requireOwn();
        Files.createDirectories(file.output());
        List<Contender> entries = new ArrayList<>();
        double plain = 0;
        for (int shots : file.shots()) {
            Timed timed = prompted(shots);
            if (observer.getAsBoolean()) {
                break; // it answered some of the questions only
            }
            plain = entries.isEmpty() ? timed.seconds() : plain;
            entries.add(timed.entry(Math.max(0, timed.seconds() - plain)));
        }
        Path rows = file.output().resolve("train.jsonl");
        AtomicFiles.write(rows, tasks.conversations());
        for (int steps : file.steps()) {
            trained(Contender.Way.FINE_TUNING, FINE_TUNING, file.fineTuningRate(), steps, rows)
                    .ifPresent(entries::add);
        }
        for (int steps : file.steps()) {
            trained(Contender.Way.FROM_SCRATCH, FROM_SCRATCH, file.blankRate(), steps, rows)
                    .ifPresent(entries::add);
        }
        if (entries.isEmpty()) {
            throw new StoppedException();
        }
        ComparisonReport report = new ComparisonReport(entries);
        report.save(file.output());
        return report;
    }

    /** Replaces only what a comparison of the same tasks has written, and none of its inputs. */
    private void requireOwn() throws IOException {
        Path rows = file.output().resolve("train.jsonl");
        List<Path> inputs = List.of(file.train(), file.cases(), file.model());
        for (Path written : List.of(file.output(), rows)) {
            Optional<Path> same = OutputFile.sameAsOneOf(written, inputs);
            if (same.isPresent()) {
                throw new ConfigurationException("output (" + written + ") is the same file or folder as " + same.get()
                        + ", which would be overwritten; choose another output");
            }
        }
        if (OutputFile.inside(file.output(), file.model())) {
            throw new ConfigurationException("output (" + file.output() + ") lies in the model's folder ("
                    + file.model() + "), which is only read; choose another output");
        }
        boolean begun = Files.isDirectory(file.output()
                .resolve("prompting-" + file.shots().stream().findFirst().orElse(0)));
        if (Files.exists(rows) && !begun && !InputFile.text(rows).equals(tasks.conversations())) {
            throw new ConfigurationException("output (" + file.output() + ") holds another train.jsonl, which would be"
                    + " replaced; move it, or choose another output");
        }
    }

    /** A contender whose time has no baseline yet. */
    private record Timed(Contender free, double seconds) {
        Contender entry(double cost) {
            return new Contender(free.way(), free.amount(), free.tokens(), cost, free.right(), free.total());
        }
    }

    private Timed prompted(int shots) throws IOException {
        Path folder = Files.createDirectories(file.output().resolve("prompting-" + shots));
        Path cases = folder.resolve("cases.jsonl");
        AtomicFiles.write(cases, tasks.withExamples(shots));
        Path template = folder.resolve("plain.jinja");
        AtomicFiles.write(template, PLAIN);
        try (LoadedModel model = open(new ModelPaths(file.model(), null), template.toString())) {
            long start = System.nanoTime();
            Contender answered =
                    asked(Contender.Way.PROMPTING, shots, tasks.tokensOf(shots, model.tokenizer()), 0, model, cases);
            return new Timed(answered, (System.nanoTime() - start) / 1e9);
        }
    }

    /** A contender that trains; empty once the observer has asked to stop. */
    private Optional<Contender> trained(Contender.Way way, String yaml, double rate, int steps, Path rows)
            throws IOException {
        if (observer.getAsBoolean()) {
            return Optional.empty();
        }
        Path output = file.output().resolve(way.title().replace(' ', '-') + "-" + steps);
        String text = String.format(
                Locale.ROOT,
                yaml,
                quoted(file.model()),
                quoted(output),
                quoted(rows),
                steps,
                file.rowsPerStep(),
                rate,
                file.seed());
        Settings settings = Settings.parse(output + ".yaml", text);
        Configured<RunFile> run = RunFile.read(settings);
        try (RunDirectory directory = RunDirectory.open(output, settings, run)) {
            if (Training.run(run.value(), directory, observer).outcome().ending() == Trainer.Ending.INTERRUPTED) {
                return Optional.empty();
            }
        } catch (StoppedException e) {
            return Optional.empty();
        }
        List<MetricsRow> metrics = MetricsFile.read(output.resolve("metrics.jsonl"));
        long tokens =
                (long) metrics.stream().mapToDouble(row -> row.value("tokens")).sum();
        double seconds =
                metrics.stream().mapToDouble(row -> row.value("seconds")).sum();
        boolean adapted = way == Contender.Way.FINE_TUNING;
        Path result = output.resolve("final");
        ModelPaths trained = adapted ? new ModelPaths(file.model(), result) : new ModelPaths(result, null);
        try (LoadedModel model = open(trained, "auto")) {
            Contender answered = asked(way, steps, tokens, seconds, model, file.cases());
            return observer.getAsBoolean() ? Optional.empty() : Optional.of(answered);
        }
    }

    private LoadedModel open(ModelPaths paths, String template) {
        return ModelLoading.open(paths, ComputeChoice.of(DType.F32), template, observer);
    }

    private Contender asked(Contender.Way way, int amount, long tokens, double seconds, LoadedModel model, Path cases) {
        try (Reward reward = file.reward().open(file.answer())) {
            RejectionSampling sampled = RejectionSampling.draw(
                    model,
                    cases,
                    new FirstLine(reward),
                    RejectionSampling.SamplePlan.greedy(file.maxTokens()),
                    observer);
            Contender entry = new Contender(
                    way,
                    amount,
                    tokens,
                    seconds,
                    sampled.right(),
                    sampled.samples().size());
            observer.say(String.format(
                    Locale.ROOT, "%s, %s: %.1f %% right", way.title(), entry.label(), 100 * entry.accuracy()));
            return entry;
        }
    }

    /** Scores the first line of an answer: a model that was only shown examples continues with more of them. */
    private record FirstLine(Reward reward) implements Reward {
        @Override
        public double score(Task task, Completion completion) {
            String first = completion.text().strip().lines().findFirst().orElse("");
            return reward.score(task, completion.withText(first));
        }
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
