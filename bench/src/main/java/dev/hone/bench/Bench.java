package dev.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures workloads one after the other, each in a Java process of its own with the options of this one. */
public final class Bench {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Inputs inputs;

    /**
     * @param folder where models, rows and runs are made; 1 GB
     * @param small the folder of the small model
     */
    public Bench(Path folder, Path small) {
        inputs = new Inputs(folder.toAbsolutePath(), small.toAbsolutePath());
    }

    /** All workloads, each with what it measures. */
    public static List<String> described() {
        return Workloads.ALL.stream()
                .map(workload -> String.format("%-12s %s", workload.name(), workload.about()))
                .toList();
    }

    /** Their names. */
    public static List<String> names() {
        return Workloads.ALL.stream().map(Workload::name).toList();
    }

    /** Creates the models and rows of the workloads where they are missing. */
    public void prepare(Inputs.Sources sources) throws IOException {
        inputs.prepare(sources);
    }

    /**
     * Measures a workload and its baseline in turn, {@code rounds} times each: the ratio of the medians, and the losses of both, on the
     * same rows.
     */
    public ObjectNode compare(String name, Baseline baseline, int rounds) throws IOException, InterruptedException {
        List<JsonNode> ours = new ArrayList<>();
        List<JsonNode> theirs = new ArrayList<>();
        DType compute = Engine.fastestCompute();
        for (int i = 0; i < rounds; i++) {
            ours.add(measure(name));
            theirs.add(baseline.measure(name, inputs, compute));
        }
        return new BaselineComparison(name, ours, theirs).json();
    }

    /** Whether a baseline runs this workload too. */
    public static boolean isCompared(String name) {
        return Baseline.supports(name);
    }

    /** One line of JSON for a workload. */
    public ObjectNode measure(String name) throws IOException, InterruptedException {
        Workloads.named(name);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                WorkloadProcess.class.getName(),
                name,
                inputs.folder().toString(),
                inputs.small().toString(),
                Long.toString(System.currentTimeMillis())));
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ConfigurationException(name + ": its process ended with " + process.exitValue());
        }
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("what", name);
        return line.setAll((ObjectNode) JSON.readTree(output));
    }
}
