package dev.hone.recipes.pipeline;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.provenance.InputHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the results of stages are still those of their settings and inputs. One that has begun is stale if its settings or
 * something it read have changed since, or if it stands on a stage that is stale or not there any more.
 */
final class Staleness {
    private final PipelineFile file;
    private final PipelineManifest manifest;
    private final InputHashes hashes;

    Staleness(PipelineFile file, PipelineManifest manifest, InputHashes hashes) {
        this.file = file;
        this.manifest = manifest;
        this.hashes = hashes;
    }

    /** Refuses to continue where one of some stages is stale, naming each with the reason. */
    void require(List<PipelineStage> stages) {
        List<String> reasons = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Set<Path> gone = new HashSet<>();
        for (PipelineStage stage : stages) {
            Optional<String> reason = reason(stage, gone);
            reason.ifPresent(why -> {
                reasons.add("stage " + stage.name() + " " + why);
                names.add(stage.name());
            });
            if (reason.isPresent() || !manifest.isFinished(stage.name())) {
                gone.add(stage.place().folder());
            }
        }
        if (!reasons.isEmpty()) {
            throw new ConfigurationException(String.join("\n", reasons) + "\n--from " + names.get(0)
                    + " runs it and all stages after it again; to keep what " + file.output()
                    + " holds, set it back, or choose another output");
        }
    }

    private Optional<String> reason(PipelineStage stage, Set<Path> gone) {
        Optional<String> before = manifest.of(stage.name())
                .map(entry -> entry.path("configuration").asText());
        if (before.isEmpty()) {
            return Optional.empty();
        }
        if (!before.get().equals(InputHashes.text(stage.configuration()))) {
            return Optional.of("has begun with other settings" + difference(stage));
        }
        Map<String, String> known = manifest.inputs(stage.name());
        for (Map.Entry<String, Path> input : stage.inputs().entrySet()) {
            Path path = input.getValue();
            if (gone.stream().anyMatch(path::startsWith)) {
                return Optional.of("depends on " + path + ", which has to be made again");
            } else if (!Files.exists(path)) {
                return Optional.of("has read " + path + ", which is not there any more");
            } else if (!hashes.of(path).equals(known.get(input.getKey()))) {
                return Optional.of("has read " + path + ", which has changed since");
            }
        }
        Path result = stage.place().folder();
        boolean missing = manifest.isFinished(stage.name()) && !Files.isDirectory(result);
        return missing ? Optional.of("has left " + result + ", which is not there any more") : Optional.empty();
    }

    /** A folder that no stage of this pipeline has written is not written to. */
    void requireOwnFolders() {
        for (PipelineStage stage : file.stages()) {
            Path folder = stage.place().folder();
            String[] entries = folder.toFile().list();
            boolean used = entries != null && entries.length > 0;
            if (used && manifest.of(stage.name()).isEmpty()) {
                throw new ConfigurationException("stage " + stage.name() + " would write to " + folder
                        + ", which holds something else; move that, or give the stage another name");
            }
        }
    }

    /** The first settings of a stage that have changed since, as far as they are known. */
    private static String difference(PipelineStage stage) {
        List<String> gone = new ArrayList<>();
        try {
            gone.addAll(PipelineStage.meaning(Files.readString(stage.resolved()))
                    .lines()
                    .toList());
        } catch (IOException e) {
            return "";
        }
        gone.removeAll(stage.configuration().lines().toList());
        List<String> shown = gone.stream().map(String::strip).limit(3).toList();
        return shown.isEmpty() ? "" : " (" + String.join("; ", shown) + ")";
    }
}
