package dev.hone.recipes.plan;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.model.LanguageModel;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.RopeScaling;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.train.Training;
import dev.hone.report.MetricsFile;
import dev.hone.tensor.DType;
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
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well plans estimate: of each setting the peak that a plan reports against the peak resident size (VmHWM) of the run itself,
 * and with {@code clock} the time. Plans and runs have a process each, with the options of {@code ./hone}. Models are random. Makes
 * the tables of docs/plan.md:
 *
 * <pre>java -cp … dev.hone.recipes.PlanTable FOLDER [clock] [part of a setting's name]</pre>
 */
public final class PlanTable {
    /** Shapes of models, over vocabularies of their size; rows are bytes. */
    private enum Shape {
        /** That of the shipped model. */
        SMALL(4_096, 192, 512, 7, 6, 3),
        /** Qwen2.5-0.5B's with two layers, and with four. */
        WIDE(151_936, 896, 4_864, 2, 14, 2),
        WIDE4(151_936, 896, 4_864, 4, 14, 2);

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
                LanguageModel made =
                        new LanguageModel(config, new Initialisation(0.02, 1), WeightPlacement.frozen(DType.BF16));
                try {
                    CheckpointWriter.write(model, made, DType.BF16);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return model;
        }
    }

    /** Rows of random bytes, whose lengths differ as those of real ones do. */
    private enum Rows {
        TEXTS {
            @Override
            String row(SplittableRandom random) {
                return "{\"text\": \"%s\"}".formatted(letters(random, 2_000, 3_000));
            }
        },
        ANSWERS {
            @Override
            String row(SplittableRandom random) {
                return "{\"prompt\": \"%s\", \"completion\": \"%s\"}"
                        .formatted(letters(random, 20, 150), letters(random, 10, 100));
            }
        },
        PAIRS {
            @Override
            String row(SplittableRandom random) {
                return "{\"prompt\": \"%s\", \"chosen\": \"%s\", \"rejected\": \"%s\"}"
                        .formatted(letters(random, 20, 200), letters(random, 20, 200), letters(random, 20, 200));
            }
        },
        LABELLED {
            @Override
            String row(SplittableRandom random) {
                return "{\"prompt\": \"%s\", \"completion\": \"%s\", \"label\": %s}"
                        .formatted(letters(random, 20, 150), letters(random, 10, 100), random.nextBoolean());
            }
        };

        abstract String row(SplittableRandom random);

        private static String letters(SplittableRandom random, int least, int most) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(least, most); left > 0; left--) {
                text.append((char) random.nextInt('a', 'z' + 1));
            }
            return text.toString();
        }
    }

    private static final String LORA = "adapter.rank=16";
    private static final String FP32 = "training.compute=fp32";
    private static final String ONE_WORKER = "training.workers=1";
    private static final String LAYERS = "training.recompute=layers";
    private static final String PACKED = "data.packing=true";
    private static final String EVALUATED = "data.evaluate.share=0.1";
    private static final String ON_THE_FLY = "dpo.reference=on-the-fly";

    private record Setting(
            Shape shape, String method, Rows kind, int length, int steps, int rows, List<String> changes) {
        static Setting of(Shape shape, String method, Rows kind, int length, int steps, int rows, String... changes) {
            return new Setting(shape, method, kind, length, steps, rows, List.of(changes));
        }

        String name() {
            return shape.name().toLowerCase(Locale.ROOT) + " " + method
                    + (changes.contains(LORA) ? " LoRA, " : " full, ") + rows + " rows of at most " + length + " a step"
                    + changes.stream()
                            .filter(change -> !change.equals(LORA))
                            .map(change -> ", " + change.replaceFirst("(training|data|adapter)\\.", ""))
                            .collect(Collectors.joining());
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            Setting.of(Shape.SMALL, "sft", Rows.ANSWERS, 256, 60, 1, LORA, ONE_WORKER),
            Setting.of(Shape.SMALL, "sft", Rows.ANSWERS, 256, 60, 1, LORA, ONE_WORKER, FP32),
            Setting.of(Shape.SMALL, "sft", Rows.ANSWERS, 256, 25, 8, LORA),
            Setting.of(Shape.SMALL, "sft", Rows.ANSWERS, 256, 25, 8),
            Setting.of(Shape.SMALL, "cpt", Rows.TEXTS, 1024, 6, 4, LORA, PACKED),
            Setting.of(Shape.SMALL, "cpt", Rows.TEXTS, 512, 10, 8),
            Setting.of(Shape.SMALL, "dpo", Rows.PAIRS, 512, 8, 8, LORA),
            Setting.of(Shape.SMALL, "dpo", Rows.PAIRS, 512, 8, 8, LORA, FP32),
            Setting.of(Shape.SMALL, "dpo", Rows.PAIRS, 512, 8, 8),
            Setting.of(Shape.SMALL, "dpo", Rows.PAIRS, 512, 8, 4, ON_THE_FLY),
            Setting.of(Shape.SMALL, "dpo", Rows.PAIRS, 512, 20, 2, LORA, EVALUATED),
            Setting.of(Shape.SMALL, "reward", Rows.PAIRS, 512, 12, 8, LORA),
            Setting.of(Shape.SMALL, "orpo", Rows.PAIRS, 512, 10, 8, LORA),
            Setting.of(Shape.WIDE, "cpt", Rows.TEXTS, 512, 5, 2, LORA, PACKED),
            Setting.of(Shape.WIDE, "cpt", Rows.TEXTS, 512, 3, 2, LORA, PACKED, FP32),
            Setting.of(Shape.WIDE, "cpt", Rows.TEXTS, 1024, 3, 2, PACKED, ONE_WORKER),
            Setting.of(Shape.WIDE, "cpt", Rows.TEXTS, 1024, 3, 2, LORA, "adapter.type=dora"),
            Setting.of(Shape.WIDE, "sft", Rows.ANSWERS, 512, 12, 16, LORA),
            Setting.of(Shape.WIDE, "sft", Rows.ANSWERS, 512, 8, 8, LORA, EVALUATED),
            Setting.of(Shape.WIDE, "sft", Rows.ANSWERS, 512, 5, 16, LORA, LAYERS),
            Setting.of(Shape.WIDE, "sft", Rows.ANSWERS, 256, 4, 8),
            Setting.of(Shape.WIDE, "dpo", Rows.PAIRS, 512, 5, 4, LORA),
            Setting.of(Shape.WIDE, "dpo", Rows.PAIRS, 512, 5, 4, LORA, ON_THE_FLY),
            Setting.of(Shape.WIDE, "dpo", Rows.PAIRS, 384, 4, 2, LORA, ONE_WORKER),
            Setting.of(Shape.WIDE, "dpo", Rows.PAIRS, 512, 3, 4),
            Setting.of(Shape.WIDE, "simpo", Rows.PAIRS, 512, 8, 4, LORA),
            Setting.of(Shape.WIDE, "kto", Rows.LABELLED, 512, 5, 8, LORA),
            Setting.of(Shape.WIDE4, "cpt", Rows.TEXTS, 1024, 3, 4, LORA),
            Setting.of(Shape.WIDE4, "cpt", Rows.TEXTS, 256, 3, 8),
            Setting.of(Shape.WIDE4, "sft", Rows.ANSWERS, 512, 8, 8, LORA, LAYERS));

    /** Those of {@code ./hone}. */
    private static final String TUNABLES =
            "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=17179869184:"
                    + "glibc.malloc.arena_max=4:glibc.malloc.top_pad=16777216:glibc.malloc.hugetlb=1";

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
        SplittableRandom random = new SplittableRandom(1);
        Files.write(
                rows,
                IntStream.range(0, 200)
                        .mapToObj(i -> setting.kind().row(random))
                        .toList());
        Files.writeString(file, """
                method: %s
                model: %s
                output: %s
                data: {train: %s, max-tokens: %d, on-overflow: %s}
                training: {steps: %d, rows-per-step: %d, compute: bf16, memory: ignore, learning-rate: 1.0e-5}
                """.formatted(
                        setting.method(),
                        setting.shape().in(folder),
                        folder.resolve("run"),
                        rows,
                        setting.length(),
                        setting.kind() == Rows.TEXTS ? "split" : "drop",
                        setting.steps(),
                        setting.rows()));
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
                "-Xmn32m",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                PlanTable.class.getName(),
                folder.toString(),
                verb,
                Boolean.toString(clock)));
        command.addAll(setting.changes());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("GLIBC_TUNABLES", TUNABLES);
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
