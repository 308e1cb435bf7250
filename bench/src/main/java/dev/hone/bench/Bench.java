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

/** Measures works one after the other, each in a Java process of its own with the options of this one. */
public final class Bench {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Inputs material;

    /**
     * @param folder where models, rows and runs are made; 1 GB
     * @param small the folder of the small model
     */
    public Bench(Path folder, Path small) {
        material = new Inputs(folder.toAbsolutePath(), small.toAbsolutePath());
    }

    /** The works there are, each with what it measures. */
    public static List<String> described() {
        return Workloads.ALL.stream()
                .map(work -> String.format("%-12s %s", work.name(), work.about()))
                .toList();
    }

    /** Their names. */
    public static List<String> names() {
        return Workloads.ALL.stream().map(Workload::name).toList();
    }

    /** Makes what the works are done on, where it is not there yet. */
    public void prepare(Inputs.Sources sources) throws IOException {
        material.prepare(sources);
    }

    /**
     * The same work by us and by a peer in turn, so many times each: the ratio of the medians, and the losses of both, which are those
     * of the same rows.
     */
    public ObjectNode compare(String name, Baseline peer, int rounds) throws IOException, InterruptedException {
        List<JsonNode> ours = new ArrayList<>();
        List<JsonNode> theirs = new ArrayList<>();
        DType compute = Engine.fastestCompute();
        for (int i = 0; i < rounds; i++) {
            ours.add(measure(name));
            theirs.add(peer.measure(name, material, compute));
        }
        return new BaselineComparison(name, ours, theirs).json();
    }

    /** Whether a peer does this work too. */
    public static boolean isCompared(String name) {
        return Baseline.does(name);
    }

    /** One line of JSON for a work. */
    public ObjectNode measure(String name) throws IOException, InterruptedException {
        Workloads.named(name);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                OneWork.class.getName(),
                name,
                material.folder().toString(),
                material.small().toString(),
                Long.toString(System.currentTimeMillis())));
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ConfigurationException(name + ": its process ended with " + process.exitValue());
        }
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("what", name);
        return line.setAll((ObjectNode) JSON.readTree(said));
    }
}
