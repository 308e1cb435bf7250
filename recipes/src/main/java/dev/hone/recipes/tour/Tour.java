package dev.hone.recipes.tour;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.report.Table;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.Sample;
import dev.hone.rollout.TaskSampler;
import dev.hone.tensor.DType;
import dev.hone.text.Message;
import dev.hone.train.Trainer;
import dev.hone.world.Instruction;
import dev.hone.world.Instructions;
import dev.hone.world.Rows;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Shows fine-tuning from end to end, on real input and in a few minutes: what the base does with instructions, a LoRA
 * training on instructions about its world, the same questions afterwards, and the same instructions trained from scratch for
 * the same time.
 */
public final class Tour {
    /** The world whose texts the small model was pretrained on. */
    static final long WORLD = 1;

    private static final int TRAINED = 5000;
    private static final int ASKED = 320;
    /** Replies that are generated at a time. */
    private static final int SLOTS = 32;

    private static final int LONGEST_REPLY = 40;
    private static final int PACE_STEPS = 6;

    private static final String FINE_TUNING = """
            method: sft
            model: %s
            output: %s
            data:
              train: %s
              max-tokens: 256
              packing: true
              accept: [duplicates]
            adapter: {kind: lora, rank: 16, alpha: 32, targets: all-linear}
            training:
              epochs: 1
              rows-per-step: 4
              tokens-per-batch: 512
              learning-rate: 4.0e-3
              schedule: {kind: cosine, warmup: 0.05}
              checkpoint-every: 0
              evaluate-every: 0
            """;

    private static final String FROM_SCRATCH = """
            method: pretrain
            model: %s
            output: %s
            data:
              train: %s
              max-tokens: 256
              packing: true
              accept: [duplicates]
            training:
              steps: %d
              rows-per-step: 4
              tokens-per-batch: 512
              learning-rate: 2.0e-3
              schedule: {kind: cosine, warmup: 0.05}
              checkpoint-every: 0
              evaluate-every: 0
            """;

    private final Path model;
    private final Path folder;
    private final RunObserver observer;

    private Tour(Path model, Path folder, RunObserver observer) {
        this.model = model;
        this.folder = folder;
        this.observer = observer;
    }

    /**
     * Takes the tour.
     *
     * @param model the small model's folder
     * @param folder where its runs and data go
     * @throws StoppedException if the observer asks to stop
     */
    public static TourResults take(Path model, Path folder, RunObserver observer) throws IOException {
        return new Tour(model, folder, observer).results();
    }

    private TourResults results() throws IOException {
        Instructions instructions = new Instructions(World.of(WORLD));
        Path rows = folder.resolve("instructions.jsonl");
        Files.createDirectories(folder);
        Rows.write(LongStream.range(0, TRAINED).mapToObj(i -> Rows.messages(instructions.at(Split.TRAIN, i))), rows);
        List<Instruction> asked = LongStream.range(0, ASKED)
                .mapToObj(i -> instructions.at(Split.HELD_OUT, i))
                .toList();

        observer.say("1/5  asking the base " + ASKED + " instructions it has never seen");
        List<TourAnswer> before = ask(asked, new ModelPaths(model, null));
        show(before, 3);

        observer.say("2/5  fine-tuning it with LoRA on " + TRAINED + " other instructions");
        Path tuned = train("fine-tuning", FINE_TUNING, rows, 0);
        List<MetricsRow> steps = MetricsFile.read(tuned.resolve("metrics.jsonl"));
        double seconds = steps.stream().mapToDouble(r -> r.value("seconds")).sum();

        observer.say("3/5  asking again");
        Path adapter = tuned.resolve("final");
        List<TourAnswer> after = ask(asked, new ModelPaths(model, adapter));
        show(after, 3);

        observer.say(String.format(
                Locale.ROOT, "4/5  the same instructions, trained from scratch for the same time (%.0f s)", seconds));
        Path trained = train("from-blank", FROM_SCRATCH, rows, stepsWithin(seconds, rows));
        List<MetricsRow> fromScratchSteps = MetricsFile.read(trained.resolve("metrics.jsonl"));
        List<TourAnswer> fromScratch = ask(asked, new ModelPaths(trained.resolve("final"), null));

        observer.say("5/5  what was gained and what was lost, by purpose");
        Table scorecard = TourScorecard.of(
                World.of(WORLD),
                new ModelPaths(model, null),
                new ModelPaths(model, adapter),
                Files.createDirectories(folder.resolve("scorecard")),
                observer);

        try (LoadedModel loaded = open(new ModelPaths(model, adapter))) {
            return new TourResults(
                    before,
                    after,
                    fromScratch,
                    scorecard,
                    loaded.model().config().parameterCount(),
                    loaded.adapter() == null ? 0 : loaded.adapter().parameterCount(),
                    Files.size(adapter.resolve("adapter_model.safetensors")),
                    seconds,
                    (long) steps.stream().mapToDouble(r -> r.value("tokens")).sum(),
                    steps,
                    fromScratchSteps,
                    adapter);
        }
    }

    /** How many steps from scratch fit into a time, estimated from a few. */
    private long stepsWithin(double seconds, Path rows) throws IOException {
        Path pace = train("pace", FROM_SCRATCH, rows, PACE_STEPS);
        List<MetricsRow> steps = MetricsFile.read(pace.resolve("metrics.jsonl"));
        double each = steps.stream()
                .skip(2) // the first ones warm up
                .mapToDouble(r -> r.value("seconds"))
                .average()
                .orElse(1);
        return Math.max(1, Math.round(seconds / each));
    }

    /** Greedy answers to all instructions, in their order. */
    private List<TourAnswer> ask(List<Instruction> instructions, ModelPaths paths) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            tasks.add(new Task(
                    i, List.of(Message.user(instructions.get(i).prompt())), JsonNodeFactory.instance.objectNode()));
        }
        Reward accepted =
                (task, completion) -> instructions.get((int) task.row()).accepts(completion.text()) ? 1 : 0;
        try (LoadedModel loaded = open(paths)) {
            TaskSampler sampler = new TaskSampler(loaded, accepted, 1, Sampling.greedy(), LONGEST_REPLY);
            return sampler
                    .sample(tasks, SLOTS, row -> "instruction " + (row + 1), observer)
                    .orElseThrow(StoppedException::new)
                    .stream()
                    .map(of -> answer(instructions, of.get(0)))
                    .toList();
        }
    }

    private static TourAnswer answer(List<Instruction> instructions, Sample sample) {
        return new TourAnswer(
                instructions.get((int) sample.task().row()), sample.completion().text(), sample.isRight());
    }

    private LoadedModel open(ModelPaths paths) {
        return ModelLoading.open(paths, ComputeChoice.of(DType.F32), "auto", observer);
    }

    private void show(List<TourAnswer> answers, int count) {
        for (int i = 0; i < count; i++) {
            TourAnswer answer = answers.get(i * 9 % answers.size());
            observer.say("     > " + answer.prompt().replace("\n", "\n       "));
            observer.say("     " + (answer.right() ? "✓ " : "✗ ") + oneLine(answer.reply()));
        }
    }

    private static String oneLine(String reply) {
        String line = reply.strip().replaceAll("\\s+", " ");
        return line.length() > 100 ? line.substring(0, 100) + " …" : line;
    }

    private Path train(String name, String file, Path rows, long steps) throws IOException {
        Path output = folder.resolve(name);
        String yaml = String.format(Locale.ROOT, file, quoted(model), quoted(output), quoted(rows), steps);
        Path written = folder.resolve(name + ".yaml");
        Files.writeString(written, yaml);
        Settings settings = Settings.read(written);
        Configured<RunFile> configured = RunFile.read(settings);
        try (RunDirectory run = RunDirectory.open(output, settings, configured)) {
            if (Training.run(configured.value(), run, observer).outcome().ending() == Trainer.Ending.INTERRUPTED) {
                throw new StoppedException();
            }
        }
        return output;
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
