package dev.hone.recipes;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A folder with a tiny model and 26 rows that teach it to answer with the letter it is given, and runs of nine steps in it.
 */
public final class TinyRun {
    private final Path folder;

    private TinyRun(Path folder) {
        this.folder = folder;
    }

    public static TinyRun in(Path folder) throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                folder.resolve("rows.jsonl"),
                IntStream.range(0, 26)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}".formatted('a' + i))
                        .toList());
        return new TinyRun(folder);
    }

    /** Never stops, and keeps what the run says. */
    public static RunObserver listening(Consumer<String> report) {
        return stoppingAfter(Integer.MAX_VALUE, report);
    }

    /** Stops once training has made some steps. */
    public static RunObserver stoppingAfter(int steps) {
        return stoppingAfter(steps, line -> {});
    }

    /** The same, telling what the run says. */
    public static RunObserver stoppingAfter(int steps, Consumer<String> report) {
        return new StoppingObserver(steps, report);
    }

    public Trainer.Outcome run(String name, String adapter, String... changes) {
        return run(name, adapter, RunObserver.none(), changes);
    }

    public Trainer.Outcome run(String name, String adapter, RunObserver observer, String... changes) {
        return train(Settings.parse("run.yaml", yaml(name, adapter)).set(changes), observer);
    }

    /** Trains what a file says, in the folder that it names. */
    public static Trainer.Outcome train(Settings settings, RunObserver observer) {
        Configured<RunFile> configured = RunFile.read(settings);
        try (RunDirectory directory = RunDirectory.open(configured.value().output(), settings, configured)) {
            return Training.run(configured.value(), directory, observer).outcome();
        }
    }

    public String yaml(String name, String adapter) {
        return """
                method: sft
                model: %1$s/model
                output: %1$s/%2$s
                data: {train: %1$s/rows.jsonl, evaluate: {share: 0.1}}
                %3$straining:
                  steps: 9
                  rows-per-step: 4
                  rows-per-batch: 2
                  compute: fp32
                  workers: 2
                  evaluate-every: 5
                """.formatted(folder, name, adapter);
    }

    /** Asks to stop once training has made some steps; reading rows does not count. */
    private static final class StoppingObserver implements RunObserver {
        private static final Set<String> LABELS =
                Set.of("sft", "grpo", "rloo", "ppo", "online-dpo", "rejection-sampling", "online-distill");
        private final int steps;
        private final Consumer<String> report;
        private boolean training;
        private long done;

        StoppingObserver(int steps, Consumer<String> report) {
            this.steps = steps;
            this.report = report;
        }

        @Override
        public void say(String line) {
            report.accept(line);
        }

        @Override
        public Work begin(String label, String unit, long total, long from) {
            training = LABELS.contains(label);
            done = from;
            return new Work() {
                @Override
                public void report(long now, long units, String facts) {
                    done = now;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return training && done >= steps;
        }
    }
}
