package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Plots the runs of examples/rollouts.sh as SVG: held-out accuracy against compute, and at the end against peak memory.
 *
 * <p>Compute is counted, not timed, so that it is the same on every machine: a token that the model reads or writes is 1, one that is
 * trained on 3 (forward and backward), and PPO's values are one pass more. Prompts are read once for each group. A line is a method,
 * its points are means over seeds after 20, 40 and 60 steps; the bars are 95 % Wilson intervals of all seeds together.
 *
 * <p>Arguments: the folder with rollouts.jsonl and rollouts/, and the file to write.
 */
public final class RolloutsPlot {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[] STEPS = {0, 20, 40, 60};
    private static final int QUESTIONS = 100;
    private static final double LOW = 0.4;
    private static final double HIGH = 0.85;
    private static final double MEMORY_LOW = 800;
    private static final double MEMORY_HIGH = 1200;

    /** A method: its name in the runs' names, its title, its colour. */
    private record Method(String name, String title, String colour) {}

    private static final List<Method> METHODS = List.of(
            new Method("grpo-2", "GRPO, groups of 2", "#0072b2"),
            new Method("grpo-4", "GRPO, groups of 4", "#56b4e9"),
            new Method("grpo-8", "GRPO, groups of 8", "#009e73"),
            new Method("rloo-8", "RLOO, groups of 8", "#e69f00"),
            new Method("ppo", "PPO", "#d55e00"),
            new Method("rejection-8", "rejection sampling, best of 8", "#cc79a7"),
            new Method("online-dpo-8", "online DPO, best against worst of 8", "#555555"));

    /** Accuracy and compute at each of the steps, and peak memory in MB. */
    private record Run(double[] accuracy, double[] compute, double memory) {}

    private RolloutsPlot() {}

    public static void main(String[] args) throws IOException {
        Path runs = Path.of(args[0]);
        Map<String, List<Run>> found = new TreeMap<>();
        for (String line : Files.readAllLines(runs.resolve("rollouts.jsonl"))) {
            JsonNode run = JSON.readTree(line);
            String name = run.get("run").asText();
            found.computeIfAbsent(name.split("-seed")[0], method -> new ArrayList<>())
                    .add(read(runs.resolve("rollouts").resolve(name), run));
        }
        Files.writeString(Path.of(args[1]), svg(found));
    }

    private static Run read(Path folder, JsonNode run) throws IOException {
        Map<Integer, Double> accuracy = new HashMap<>();
        Map<Integer, Double> compute = new HashMap<>();
        accuracy.put(0, run.get("before").get("evaluation/reward").asDouble());
        compute.put(0, 0.0);
        double total = 0;
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            JsonNode row = JSON.readTree(line);
            int step = row.get("step").asInt();
            Map<String, Integer> prompts = new HashMap<>();
            String file = String.format(Locale.ROOT, "rollouts/step-%06d.jsonl", step);
            for (String sampled : Files.readAllLines(folder.resolve(file))) {
                JsonNode rollout = JSON.readTree(sampled);
                prompts.put(rollout.get("group").asText(), rollout.get("prompt_ids").size());
                total += rollout.get("completion_ids").size();
            }
            total += prompts.values().stream().mapToInt(Integer::intValue).sum();
            total += row.get("tokens").asDouble() * (row.has("value") ? 4 : 3);
            compute.put(step, total);
            if (row.has("evaluation/reward")) {
                accuracy.put(step, row.get("evaluation/reward").asDouble());
            }
        }
        double[] right = new double[STEPS.length];
        double[] tokens = new double[STEPS.length];
        for (int i = 0; i < STEPS.length; i++) {
            right[i] = accuracy.get(STEPS[i]);
            tokens[i] = compute.get(STEPS[i]);
        }
        return new Run(right, tokens, run.get("peak-kb").asDouble() / 1024);
    }

    private static double mean(List<Run> runs, ToDoubleFunction<Run> of) {
        return runs.stream().mapToDouble(of).average().orElseThrow();
    }

    private static double y(double share) {
        return 300 - (share - LOW) / (HIGH - LOW) * 260;
    }

    private static String svg(Map<String, List<Run>> found) {
        int last = STEPS.length - 1;
        double most = 1.08
                * found.values().stream()
                        .mapToDouble(runs -> runs.get(0).compute[last])
                        .max()
                        .orElseThrow();
        int seeds = found.values().stream().mapToInt(List::size).max().orElseThrow();
        StringBuilder out = new StringBuilder();
        add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 350\" font-family=\"sans-serif\" font-size=\"11\">");
        add(out, "<title>Held-out accuracy against compute and against memory, %d seed(s)</title>", seeds);
        add(out, "<rect width=\"960\" height=\"350\" fill=\"white\"/>");
        add(out, "<text x=\"60\" y=\"20\">right of the held-out sums, %%</text>");
        for (int percent = 40; percent <= 80; percent += 10) {
            double at = y(percent / 100.0);
            add(out, "<line x1=\"60\" y1=\"%.1f\" x2=\"720\" y2=\"%.1f\" stroke=\"#e4e4e4\"/>", at, at);
            add(out, "<text x=\"54\" y=\"%.1f\" text-anchor=\"end\">%d</text>", at + 4, percent);
        }
        axis(out, 60, 460, 0, most, 200_000, 1e-3, "compute, thousands of tokens (trained on: × 3)");
        axis(out, 520, 720, MEMORY_LOW, MEMORY_HIGH, 100, 1, "peak memory, MB");
        for (int place = 0; place < METHODS.size(); place++) {
            List<Run> runs = found.get(METHODS.get(place).name);
            if (runs != null) {
                method(out, METHODS.get(place), place, runs, most);
            }
        }
        add(out, "</svg>");
        return out.toString();
    }

    private static void method(StringBuilder out, Method method, int place, List<Run> runs, double most) {
        int last = STEPS.length - 1;
        List<String> points = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            int step = i;
            double x = 60 + mean(runs, run -> run.compute[step]) / most * 400;
            points.add(String.format(Locale.ROOT, "%.1f,%.1f", x, y(mean(runs, run -> run.accuracy[step]))));
        }
        String line = "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>";
        add(out, line, String.join(" ", points), method.colour);
        double accuracy = mean(runs, run -> run.accuracy[last]);
        double compute = 60 + mean(runs, run -> run.compute[last]) / most * 400;
        double memory = 520 + (mean(runs, Run::memory) - MEMORY_LOW) / (MEMORY_HIGH - MEMORY_LOW) * 200;
        double[] interval = wilson(accuracy, (long) QUESTIONS * runs.size());
        for (double x : new double[] {compute, memory}) {
            String bar = "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>";
            add(out, bar, x, y(interval[0]), x, y(interval[1]), method.colour);
            int radius = x == compute ? 3 : 4;
            add(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\"/>", x, y(accuracy), radius, method.colour);
        }
        int row = 50 + 18 * place;
        add(out, "<circle cx=\"742\" cy=\"%d\" r=\"4\" fill=\"%s\"/>", row - 4, method.colour);
        add(out, "<text x=\"752\" y=\"%d\">%s</text>", row, method.title);
    }

    /** The 95 % interval of a share (Wilson, 1927). */
    private static double[] wilson(double share, long count) {
        double z = 1.96;
        double spread = z * Math.sqrt(share * (1 - share) / count + z * z / 4 / count / count);
        double whole = 1 + z * z / count;
        double middle = share + z * z / 2 / count;
        return new double[] {(middle - spread) / whole, (middle + spread) / whole};
    }

    private static void axis(
            StringBuilder out, int x0, int x1, double low, double high, int step, double scale, String label) {
        add(out, "<line x1=\"%d\" y1=\"300\" x2=\"%d\" y2=\"300\" stroke=\"#888\"/>", x0, x1);
        for (double tick = low; tick <= high; tick += step) {
            double x = x0 + (tick - low) / (high - low) * (x1 - x0);
            add(out, "<line x1=\"%.1f\" y1=\"300\" x2=\"%.1f\" y2=\"304\" stroke=\"#888\"/>", x, x);
            add(out, "<text x=\"%.1f\" y=\"318\" text-anchor=\"middle\">%.0f</text>", x, tick * scale);
        }
        add(out, "<text x=\"%d\" y=\"338\" text-anchor=\"middle\">%s</text>", (x0 + x1) / 2, label);
    }

    private static void add(StringBuilder out, String line, Object... values) {
        out.append(String.format(Locale.ROOT, line, values)).append('\n');
    }
}
