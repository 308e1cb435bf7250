package dev.hone.recipes.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Rounding;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code manifest.json}: where everything in a pipeline's folder came from. For each stage that has begun
 *
 * <pre>
 *   name, kind, state        begun or finished                inputs   key, path, stage or null, sha256, rows of JSONL
 *   configuration            SHA-256 of its settings          base     the stage whose model it started from, or null
 *   result                   folder, SHA-256 of its files     seconds, tokens, versions
 *   merged                   the merge of base and adapter: path, type, lost, error
 * </pre>
 *
 * <p>Written whole after each change. For use by one thread.
 */
final class PipelineManifest {
    private final Path file;
    private final List<String> versions;
    private final Map<String, ObjectNode> stages = new LinkedHashMap<>();

    private PipelineManifest(Path file, List<String> versions) {
        this.file = file;
        this.versions = versions;
    }

    /** Opens a folder's manifest, empty if there is none. */
    static PipelineManifest open(Path folder, List<String> versions) {
        PipelineManifest manifest = new PipelineManifest(folder.resolve("manifest.json"), versions);
        if (Files.exists(manifest.file)) {
            for (JsonNode stage : JsonFiles.read(manifest.file).path("stages")) {
                if (!(stage instanceof ObjectNode entry) || !entry.path("name").isTextual()) {
                    throw new CheckpointException(manifest.file
                            + ": holds a stage without a name; delete the pipeline's folder to start again");
                }
                manifest.stages.put(entry.get("name").asText(), entry);
            }
        }
        return manifest;
    }

    /** What is known of a stage; empty before it has begun. */
    Optional<ObjectNode> of(String stage) {
        return Optional.ofNullable(stages.get(stage));
    }

    boolean isFinished(String stage) {
        return of(stage)
                .filter(entry -> entry.path("state").asText().equals("finished"))
                .isPresent();
    }

    /** The hashes of what a stage read when it began, by key. */
    Map<String, String> inputs(String stage) {
        Map<String, String> inputs = new LinkedHashMap<>();
        of(stage)
                .ifPresent(entry -> entry.path("inputs")
                        .forEach(input -> inputs.put(
                                input.path("key").asText(), input.path("sha256").asText())));
        return inputs;
    }

    void begin(PipelineStage stage, List<PipelineStage> all, InputHashes hashes) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("name", stage.name());
        entry.put("kind", stage.kind());
        entry.put("state", "begun");
        entry.put("configuration", InputHashes.text(stage.configuration()));
        entry.put("base", stage.place().from());
        ArrayNode inputs = entry.putArray("inputs");
        stage.inputs().forEach((key, path) -> {
            ObjectNode input = inputs.addObject();
            input.put("key", key);
            input.put("path", path.toString());
            input.put(
                    "stage",
                    all.stream()
                            .filter(other -> path.startsWith(other.place().folder()))
                            .map(PipelineStage::name)
                            .findFirst()
                            .orElse(null));
            input.put("sha256", hashes.of(path));
            if (path.toString().endsWith(".jsonl")) {
                input.put("rows", JsonlFile.open(path).rows());
            }
        });
        ArrayNode running = entry.putArray("versions");
        versions.forEach(running::add);
        stages.put(stage.name(), entry);
        save();
    }

    /** Notes that a stage is finished, and the files of its result. */
    void finish(String stage, Path result, Map<String, String> files, double seconds, long tokens) {
        ObjectNode entry = known(stage);
        entry.put("state", "finished");
        entry.put("seconds", Math.round(seconds * 1000) / 1000.0);
        entry.put("tokens", tokens);
        ObjectNode left = entry.putObject("result");
        left.put("path", result.toString());
        files.forEach(left.putObject("sha256")::put);
        save();
    }

    /** Notes that a stage's adapter was merged into its base. */
    void merged(PipelineStage.TrainingStage.Merging merging, DType type, Rounding rounding) {
        known(merging.stage().name())
                .putObject("merged")
                .put("path", merging.stage().merged().toString())
                .put("asked", merging.type().toString())
                .put("type", type.toString())
                .put("lost", rounding.lost())
                .put("error", rounding.error());
        save();
    }

    boolean has(PipelineStage.TrainingStage.Merging merging) {
        return of(merging.stage().name())
                .filter(entry -> entry.path("merged")
                        .path("asked")
                        .asText()
                        .equals(merging.type().toString()))
                .isPresent();
    }

    void forget(String stage) {
        stages.remove(stage);
        save();
    }

    private ObjectNode known(String stage) {
        return of(stage).orElseThrow(() -> new IllegalStateException("stage " + stage + " has not begun"));
    }

    private void save() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putArray("stages").addAll(stages.values());
        try {
            JsonFiles.write(file, root);
        } catch (IOException e) {
            throw new CheckpointException(file + ": could not be written (" + e.getMessage() + ")", e);
        }
    }
}
