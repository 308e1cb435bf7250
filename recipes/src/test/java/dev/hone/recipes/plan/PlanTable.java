package dev.hone.recipes.plan;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.RopeScaling;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well plans estimate: of each setting the peak that a plan reports against the peak resident size (VmHWM) of the run itself,
 * and with {@code clock} the time. Plans and runs have a process each, with the options of {@code ./hone}. Models have one value in
 * all matrices, which costs what any other does. Makes the table of docs/plan.md:
 *
 * <pre>java -cp … dev.hone.recipes.PlanTable FOLDER [clock] [part of a setting's name]</pre>
 */
public final class PlanTable {
    /** Shapes of real models over a vocabulary of their size; rows are bytes. */
    private enum Shape {
        SMALL(6_400, 512, 1_408, 8, 8, 2),
        SMOLLM2_135M(49_152, 576, 1_536, 30, 9, 3),
        QWEN2_5_0_5B(151_936, 896, 4_864, 24, 14, 2);

        private final ModelConfig config;

        Shape(int vocabulary, int hidden, int intermediate, int layers, int heads, int keyValueHeads) {
            config = ModelConfig.of(
                            TinyModels.stories().architecture(),
                            new ModelConfig.Shape(vocabulary, hidden, intermediate, layers, 32_768, 1e-6, true, false),
                            new ModelConfig.AttentionShape(heads, keyValueHeads, hidden / heads),
                            new ModelConfig.RopeConfig(1e6, RopeScaling.NONE))
                    .withSource(ModelConfig.OriginalConfig.none("bfloat16"));
        }

        Path in(Path folder) {
            Path model = folder.resolve(name());
            if (!Files.exists(model.resolve("model.safetensors"))) {
                TinyTokenizers.bytes(model).close();
                LanguageModel made = new LanguageModel(
                        config,
                        (spec, type) -> Tensor.full(type, spec.name().endsWith("norm.weight") ? 1 : 0.01, spec.shape()),
                        WeightPlacement.frozen(DType.BF16));
                try {
                    CheckpointWriter.write(model, made, DType.BF16);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return model;
        }
    }

    private static final String LORA = "adapter.rank=16";
    private static final String BF16 = "training.compute=bf16";
    private static final String LAYERS = "training.recompute=layers";
    private static final String MUON = "training.optimizer.kind=muon";

    private record Setting(Shape shape, int length, int rows, int rowsAtOnce, List<String> changes) {
        static Setting of(Shape shape, int length, int rows, int rowsAtOnce, String... changes) {
            return new Setting(shape, length, rows, rowsAtOnce, List.of(changes));
        }

        String name() {
            return shape + (changes.contains(LORA) ? " LoRA" : " full") + ", " + rows + " rows of " + length + ", "
                    + rowsAtOnce + " at once"
                    + changes.stream()
                            .filter(change -> !change.equals(LORA))
                            .map(change -> ", " + change.replaceFirst("training\\.", ""))
                            .collect(Collectors.joining());
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            Setting.of(Shape.SMALL, 1024, 1, 1, "training.workers=1"),
            Setting.of(Shape.SMALL, 1024, 2, 1, "training.workers=2"),
            Setting.of(Shape.SMALL, 256, 8, 4, "training.workers=1"),
            Setting.of(Shape.SMALL, 1024, 4, 2, LORA, "training.workers=1"),
            Setting.of(Shape.SMALL, 256, 4, 4, BF16, "training.workers=1"),
            Setting.of(Shape.SMALL, 1024, 4, 4, "training.workers=1"),
            Setting.of(Shape.SMALL, 1024, 4, 4, LAYERS, "training.workers=1"),
            Setting.of(Shape.SMOLLM2_135M, 512, 2, 1),
            Setting.of(Shape.SMOLLM2_135M, 512, 4, 4, LORA),
            Setting.of(Shape.SMOLLM2_135M, 256, 1, 1, MUON),
            Setting.of(Shape.SMOLLM2_135M, 64, 2, 2, BF16),
            Setting.of(Shape.SMOLLM2_135M, 1024, 2, 2, LORA, LAYERS),
            Setting.of(Shape.QWEN2_5_0_5B, 256, 2, 2, LORA),
            Setting.of(Shape.QWEN2_5_0_5B, 1024, 2, 1, LORA),
            Setting.of(Shape.QWEN2_5_0_5B, 1024, 1, 1, LORA, LAYERS),
            Setting.of(Shape.QWEN2_5_0_5B, 64, 1, 1, LORA, BF16),
            Setting.of(Shape.QWEN2_5_0_5B, 128, 2, 1),
            Setting.of(Shape.QWEN2_5_0_5B, 32, 1, 1, BF16));

    private PlanTable() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 1 && (arguments[1].equals("plan") || arguments[1].equals("train"))) {
            child(arguments);
            return;
        }
        Path folder = Path.of(arguments[0]);
        boolean clock = Stream.of(arguments).anyMatch("clock"::equals);
        String wanted = arguments.length > (clock ? 2 : 1) ? arguments[arguments.length - 1] : "";
        System.out.println("| setting | estimated MB | measured MB | error |"
                + (clock ? " estimated s | measured s | error |" : ""));
        System.out.println("|---|---|---|---|" + (clock ? "---|---|---|" : ""));
        for (Setting setting : SETTINGS) {
            if (setting.name().contains(wanted)) {
                compare(setting, folder, clock);
            }
        }
    }

    private static void compare(Setting setting, Path folder, boolean clock) throws IOException, InterruptedException {
        Path file = folder.resolve("run.yaml");
        Path rows = folder.resolve("rows.jsonl");
        Files.createDirectories(folder);
        Files.write(
                rows,
                IntStream.range(0, 200)
                        .mapToObj(i -> "{\"text\": \"" + ("" + (char) ('a' + i % 26)).repeat(setting.length()) + "\"}")
                        .toList());
        Files.writeString(file, """
                method: cpt
                model: %s
                output: %s
                data: {train: %s, max-tokens: %d, on-overflow: truncate}
                training: {steps: %d, rows-per-step: %d, rows-per-batch: %d, compute: fp32, memory: ignore}
                """.formatted(
                        setting.shape().in(folder),
                        folder.resolve("run"),
                        rows,
                        setting.length(),
                        clock ? 6 : 2,
                        setting.rows(),
                        setting.rowsAtOnce()));
        delete(folder.resolve("run"));
        double[] estimated = numbers(folder, "plan", clock, setting);
        double[] measured = numbers(folder, "train", clock, setting);
        delete(folder.resolve("run"));
        String line = String.format(Locale.ROOT, "| %s | %s |", setting.name(), against(estimated[0], measured[0]));
        System.out.println(clock ? line + " " + against(estimated[1], measured[1]) + " |" : line);
    }

    private static String against(double estimated, double measured) {
        return String.format(
                Locale.ROOT, "%,.0f | %,.0f | %+.1f %%", estimated, measured, 100 * (estimated / measured - 1));
    }

    private static double[] numbers(Path folder, String verb, boolean clock, Setting setting)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                PlanTable.class.getName(),
                folder.toString(),
                verb,
                Boolean.toString(clock)));
        command.addAll(setting.changes());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("THP_MEM_ALLOC_ENABLE", "1"); // as ./hone does
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " failed");
        }
        return Stream.of(said.strip().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Prints megabytes and seconds of steps. */
    private static void child(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Settings settings =
                Settings.read(folder.resolve("run.yaml")).set(List.of(arguments).subList(3, arguments.length));
        Configured<RunFile> run = RunFile.read(settings);
        if (arguments[1].equals("plan")) {
            boolean clock = Boolean.parseBoolean(arguments[2]);
            Plan plan = Planning.of(run.value(), clock ? Planning.Clock.RUN : Planning.Clock.SPARE, RunObserver.none());
            double seconds = plan.pace() == null ? 0 : plan.pace().step() * plan.steps();
            System.out.println(plan.peak().bytes() / 1e6 + " " + seconds);
            return;
        }
        try (RunDirectory directory = RunDirectory.open(run.value().output(), settings, run)) {
            Training.run(run.value(), directory, RunObserver.none());
        }
        double seconds = MetricsFile.read(run.value().output().resolve("metrics.jsonl")).stream()
                .mapToDouble(row -> row.value("seconds"))
                .sum();
        System.out.println(peak() + " " + seconds);
    }

    private static double peak() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("VmHWM"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
