package dev.hone.recipes.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code manifest.json}: what a run's result was made from, enough to reproduce it.
 *
 * <pre>
 *   settings      the configuration with every default and its origin, as YAML
 *   inputs        of each file and folder that is read: its key, path and SHA-256
 *   decided       start values: what was resolved at the start, as it depends on the machine and the moment
 *   read-with     digests of tokenizer, template and configuration, and the tokens that end a reply
 *   environments  {@link Environment} of each start, and the step it began after
 *   extended      where the run was made longer, after which step, and the settings before
 *   result        steps, and the SHA-256 of each file; missing while the run is unfinished
 * </pre>
 *
 * <p>Written whole at each start and at the end. For use by one thread.
 */
public final class Provenance {
    /** What of a run's settings names no input. */
    private static final String OUTPUT = "output";

    private final Path file;
    private final ObjectNode json;

    private Provenance(Path file, ObjectNode json) {
        this.file = file;
        this.json = json;
    }

    /** Reads a run's manifest. */
    public static Provenance read(Path file) {
        ObjectNode json = JsonFiles.read(file);
        if (!json.path("settings").isTextual() || !json.path("inputs").isObject()) {
            throw new CheckpointException(file + ": is not the manifest of a run; it lacks settings or inputs");
        }
        return new Provenance(file, json);
    }

    /**
     * Notes what a run is about to be made from.
     *
     * @param guards files that the run is only measured on, by key
     * @param hashes of what is read, perhaps {@linkplain #hashesOf begun} already
     */
    public static Provenance of(
            Path file, Configured<?> configured, Map<String, Path> guards, Fingerprint readWith, InputHashes hashes) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("settings", configured.toYaml());
        ObjectNode inputs = json.putObject("inputs");
        inputs(configured, guards)
                .forEach((key, path) -> inputs.putObject(key)
                        .put("path", path.toAbsolutePath().normalize().toString())
                        .put("sha256", hashes.of(path)));
        ObjectNode reading = json.putObject("read-with");
        reading.put("tokenizer", readWith.tokenizer());
        reading.put("template", readWith.template());
        reading.put("model", readWith.model());
        ArrayNode stops = reading.putArray("stop-tokens");
        new TreeSet<>(readWith.stopTokens()).forEach(stops::add);
        json.putArray("environments");
        return new Provenance(file, json);
    }

    /** Begins to read what a run is made from. */
    public static InputHashes hashesOf(Configured<?> configured, Map<String, Path> guards) {
        return InputHashes.ahead(inputs(configured, guards).values());
    }

    private static Map<String, Path> inputs(Configured<?> configured, Map<String, Path> guards) {
        Map<String, Path> inputs = new LinkedHashMap<>(configured.paths());
        inputs.putAll(guards);
        inputs.remove(OUTPUT);
        return inputs;
    }

    /**
     * Continues what was noted when the run began, if it did.
     *
     * @throws ConfigurationException if an input has changed since
     */
    public Provenance after(Path earlier) {
        if (!Files.exists(earlier)) {
            return this;
        }
        Provenance before = read(earlier);
        List<String> changed = new ArrayList<>();
        before.json.path("inputs").fields().forEachRemaining(input -> {
            JsonNode now = json.path("inputs").path(input.getKey());
            if (!now.path("sha256").equals(input.getValue().path("sha256"))) {
                changed.add(
                        input.getKey() + " (" + input.getValue().path("path").asText() + ")");
            }
        });
        if (!changed.isEmpty()) {
            throw new ConfigurationException(file.resolveSibling("") + ": holds an unfinished run, and since it began "
                    + String.join(" and ", changed)
                    + " has changed; set it back to resume, or choose another output to start again");
        }
        return before;
    }

    /**
     * Notes that the run starts or resumes.
     *
     * @param step completed steps
     * @param decided the start values, by name
     * @return what differs from the start before it
     */
    public List<String> start(long step, Environment here, Map<String, Long> decided) {
        decided.forEach(json.withObject("/decided")::put);
        ArrayNode starts = json.withArray("environments");
        List<String> differences = starts.isEmpty()
                ? List.of()
                : here.differences(
                        Environment.read(starts.get(starts.size() - 1).path("facts")));
        if (starts.isEmpty() || !differences.isEmpty()) {
            ObjectNode start = starts.addObject();
            start.put("after-step", step);
            here.write(start.putObject("facts"));
        }
        save();
        return differences;
    }

    /**
     * Notes that a finished run goes on, as long as the settings now say.
     *
     * @param step completed steps
     */
    public void extend(long step, String settings) {
        ObjectNode once = json.withArray("extended").addObject();
        once.put("after-step", step);
        once.put("settings", json.path("settings").asText());
        json.put("settings", settings);
        json.remove("result");
        if (json.path("decided") instanceof ObjectNode decided) {
            decided.remove("steps");
        }
    }

    /** Whether the run was made longer after it was finished, so that its schedule was not one from the first step on. */
    public boolean isExtended() {
        return !json.path("extended").isEmpty();
    }

    /** Notes the result of the run. */
    public void finish(long steps, Path result) {
        ObjectNode left = json.putObject("result");
        left.put("steps", steps);
        ObjectNode files = left.putObject("sha256");
        new InputHashes().files(result).forEach(files::put);
        save();
    }

    /** The settings, as YAML. */
    public String settings() {
        return json.path("settings").asText();
    }

    /** Where each input lay, by its key. */
    public Map<String, Path> inputs() {
        Map<String, Path> inputs = new LinkedHashMap<>();
        json.path("inputs")
                .fields()
                .forEachRemaining(input -> inputs.put(
                        input.getKey(), Path.of(input.getValue().path("path").asText())));
        return inputs;
    }

    /** Where each input lay, with the first digits of its SHA-256, by its key. */
    public Map<String, String> lineage() {
        Map<String, String> lineage = new LinkedHashMap<>();
        json.path("inputs")
                .properties()
                .forEach(input -> lineage.put(
                        input.getKey(),
                        input.getValue().path("path").asText() + " (sha256 "
                                + input.getValue().path("sha256").asText().substring(0, 12) + "…)"));
        return lineage;
    }

    /** The inputs that are not there any more, or not what they were. */
    public List<String> changed() {
        InputHashes hashes = new InputHashes();
        List<String> changed = new ArrayList<>();
        inputs().forEach((key, path) -> {
            String then = json.path("inputs").path(key).path("sha256").asText();
            if (!Files.exists(path)) {
                changed.add(key + ": " + path + " is not there any more");
            } else if (!hashes.of(path).equals(then)) {
                changed.add(key + ": " + path + " has changed since");
            }
        });
        return changed;
    }

    /** The start values, by name. */
    public Map<String, Long> decided() {
        Map<String, Long> decided = new TreeMap<>();
        json.path("decided")
                .fields()
                .forEachRemaining(
                        one -> decided.put(one.getKey(), one.getValue().asLong()));
        return decided;
    }

    /** What the run was computed in, start after start. */
    public List<Environment> environments() {
        List<Environment> all = new ArrayList<>();
        json.path("environments").forEach(start -> all.add(Environment.read(start.path("facts"))));
        return all;
    }

    /** SHA-256 of the weights that the run left, by file name; empty while it is unfinished. */
    public Map<String, String> weights() {
        Map<String, String> weights = new TreeMap<>();
        json.path("result").path("sha256").fields().forEachRemaining(file -> {
            if (file.getKey().endsWith(".safetensors")) {
                weights.put(file.getKey(), file.getValue().asText());
            }
        });
        return weights;
    }

    private void save() {
        try {
            JsonFiles.write(file, json);
        } catch (IOException e) {
            throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
        }
    }
}
