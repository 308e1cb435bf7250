package dev.hone.recipes.tour;

import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.StoppedException;
import dev.hone.evaluate.Exam;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.tensor.DType;
import dev.hone.train.Trainer;
import dev.hone.world.Instruction;
import dev.hone.world.Instructions;
import dev.hone.world.Rows;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows fine-tuning from end to end, on real input and in a few minutes: what the base does with instructions, a LoRA
 * training on instructions about its world, the same questions afterwards, and the same instructions learned from blank for
 * the same time.
 */
public final class Tour {
    /** The world whose texts the small model was pretrained on. */
    static final long WORLD = 1;

    private static final int LEARNED = 5000;
    private static final int ASKED = 320;
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

    private static final String FROM_BLANK = """
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
    private final RunObserver watcher;

    private Tour(Path model, Path folder, RunObserver watcher) {
        this.model = model;
        this.folder = folder;
        this.watcher = watcher;
    }

    /**
     * Takes the tour.
     *
     * @param model the small model's folder
     * @param folder where its runs and data go
     * @throws StoppedException if the watcher asks to stop
     */
    public static TourResults take(Path model, Path folder, RunObserver watcher) throws IOException {
        return new Tour(model, folder, watcher).findings();
    }

    private TourResults findings() throws IOException {
        Instructions instructions = new Instructions(World.of(WORLD));
        Path rows = folder.resolve("instructions.jsonl");
        Files.createDirectories(folder);
        Rows.write(LongStream.range(0, LEARNED).mapToObj(i -> Rows.messages(instructions.at(Split.TRAIN, i))), rows);
        Exam exam = new Exam(
                LongStream.range(0, ASKED)
                        .mapToObj(i -> question(instructions.at(Split.HELD_OUT, i)))
                        .toList(),
                LONGEST_REPLY);

        watcher.say("1/4  asking the base " + ASKED + " instructions it has never seen");
        List<Exam.Answer> before = ask(exam, model, null);
        show(before, 3);

        watcher.say("2/4  fine-tuning it with LoRA on " + LEARNED + " other instructions");
        Path tuned = train("fine-tuning", FINE_TUNING, rows, 0);
        List<MetricsRow> steps = MetricsFile.read(tuned.resolve("metrics.jsonl"));
        double seconds = steps.stream().mapToDouble(r -> r.value("seconds")).sum();

        watcher.say("3/4  asking again");
        Path adapter = tuned.resolve("final");
        List<Exam.Answer> after = ask(exam, model, adapter);
        show(after, 3);

        watcher.say(String.format(
                Locale.ROOT, "4/4  the same instructions, learned from blank for the same time (%.0f s)", seconds));
        Path blank = train("from-blank", FROM_BLANK, rows, stepsWithin(seconds, rows));
        List<MetricsRow> blankSteps = MetricsFile.read(blank.resolve("metrics.jsonl"));
        List<Exam.Answer> untaught = ask(exam, blank.resolve("final"), null);

        try (Speaker speaker = speaker(model, adapter)) {
            return new TourResults(
                    before,
                    after,
                    untaught,
                    speaker.model().config().parameterCount(),
                    speaker.adapter() == null ? 0 : speaker.adapter().parameterCount(),
                    Files.size(adapter.resolve("adapter_model.safetensors")),
                    seconds,
                    (long) steps.stream().mapToDouble(r -> r.value("tokens")).sum(),
                    steps,
                    blankSteps,
                    adapter);
        }
    }

    /** How many steps from blank fit into a time, by the pace of a few. */
    private long stepsWithin(double seconds, Path rows) throws IOException {
        Path pace = train("pace", FROM_BLANK, rows, PACE_STEPS);
        List<MetricsRow> steps = MetricsFile.read(pace.resolve("metrics.jsonl"));
        double each = steps.stream()
                .skip(2) // the first ones warm up
                .mapToDouble(r -> r.value("seconds"))
                .average()
                .orElse(1);
        return Math.max(1, Math.round(seconds / each));
    }

    private static Exam.Question question(Instruction instruction) {
        String group =
                instruction.language().code() + " " + instruction.task().name().toLowerCase(Locale.ROOT);
        return new Exam.Question(group, instruction.prompt(), instruction::accepts);
    }

    private List<Exam.Answer> ask(Exam exam, Path from, @Nullable Path adapter) {
        try (Speaker speaker = speaker(from, adapter)) {
            Exam.Candidate candidate = new Exam.Candidate(
                    speaker.model(), speaker.adapter(), speaker.tokenizer(), speaker.template(), speaker.stops());
            return exam.take(candidate, watcher);
        }
    }

    private Speaker speaker(Path from, @Nullable Path adapter) {
        return Speaker.open(from, adapter, DType.F32, "auto", watcher);
    }

    private void show(List<Exam.Answer> answers, int count) {
        for (int i = 0; i < count; i++) {
            Exam.Answer answer = answers.get(i * 9 % answers.size());
            watcher.say("     > " + answer.question().prompt().replace("\n", "\n       "));
            watcher.say("     " + (answer.right() ? "✓ " : "✗ ") + oneLine(answer.reply()));
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
            if (Training.run(configured.value(), run, watcher).ending() == Trainer.Ending.INTERRUPTED) {
                throw new StoppedException();
            }
        }
        return output;
    }

    private static String quoted(Path path) {
        return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
