package dev.hone.train;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.Engine;
import dev.hone.testkit.TinyModels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What recomputation costs and saves: processor time per step on one thread, the best of three, and peak memory (VmHWM) of
 * training a random model of 40 million weights, hidden 512, 12 layers, in the type that is fastest here. Each line is measured in a process of its own.
 */
public final class RecomputationCost {
    private static final int TOKENS = 1024;

    private RecomputationCost() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0) {
            measure(arguments[0], Recomputation.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
            return;
        }
        System.out.println("| learns | rows of 1024 | recompute | loaded MB | peak MB | CPU s/step | loss |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String kind : List.of("lora", "full")) {
            for (int rows : List.of(1)) {
                for (Recomputation recomputation : Recomputation.values()) {
                    child(kind, recomputation.name(), Integer.toString(rows));
                }
            }
        }
    }

    private static void child(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                RecomputationCost.class.getName()));
        command.addAll(List.of(arguments));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException(command + " failed");
        }
    }

    private static void measure(String kind, Recomputation recomputation, int rows) throws IOException {
        Engine.useThreads(1);
        Policy policy = (kind.equals("full") ? full() : lora()).recomputing(recomputation);
        Optimizer optimizer = AdamW.Config.standard().over(policy.parameters());
        Gradients gradients = new Gradients(policy.parameters());
        List<Batch> step = List.of(Batch.of(
                IntStream.range(0, rows).mapToObj(RecomputationCost::row).toList()));
        long loaded = status("VmRSS");
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        double loss = 0;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            long started = clock.getCurrentThreadCpuTime();
            loss = policy.accumulate(
                            step, new NextToken(), Draw.of(1, "dropout").at(i))
                    .loss();
            gradients.clip(gradients.norm(), 1);
            optimizer.step(1e-4);
            gradients.clear();
            best = Math.min(best, (clock.getCurrentThreadCpuTime() - started) / 1e9);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %d | %d | %.2f | %.6f |%n",
                kind,
                rows,
                recomputation.name().toLowerCase(Locale.ROOT),
                loaded,
                status("VmHWM"),
                best,
                loss);
    }

    private static ModelConfig shape() {
        return TinyModels.llama(8192, 512, 1376, 12, 8, 4, TOKENS);
    }

    private static Policy full() {
        return Policy.full(new LanguageModel(
                shape(), new Initialisation(0.02, 1), WeightPlacement.trained(Engine.fastestCompute())));
    }

    private static Policy lora() {
        LanguageModel model = new LanguageModel(
                shape(), new Initialisation(0.02, 1), WeightPlacement.frozen(Engine.fastestCompute()));
        return Policy.adapter(model, Adapter.fresh(shape(), AdapterConfig.standard(), 1));
    }

    private static Example row(int row) {
        int[] tokens = new int[TOKENS];
        Arrays.setAll(tokens, i -> (int) Draw.of(row, "row").below(i, 8192));
        return Example.ofText(row, tokens);
    }

    /** A line of /proc/self/status in MB. */
    private static long status(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
