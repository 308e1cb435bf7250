package dev.hone.recipes.pipeline;

import dev.hone.config.ConfigurationException;
import dev.hone.files.InputFile;
import dev.hone.recipes.provenance.InputHashes;
import dev.hone.recipes.settings.ResolvedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
            Optional<List<String>> changed = changed(stage, before.get());
            if (changed.isEmpty() || !changed.get().isEmpty()) {
                return Optional.of("has begun with other settings" + named(changed.orElse(List.of())));
            }
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
        for (String key : known.keySet()) {
            if (key.startsWith("raft.documents") && !stage.inputs().containsKey(key)) {
                return Optional.of("has read " + key + ", which is not there any more");
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

    /**
     * The settings of a stage that have changed since it began; empty where they are not known any more.
     *
     * @param began digest of the settings it began with
     */
    private static Optional<List<String>> changed(PipelineStage stage, String began) {
        try {
            String before = InputFile.text(stage.resolved());
            List<String> changed =
                    ResolvedSettings.changed(before, stage.configured().toYaml());
            boolean known = began.equals(InputHashes.text(stage.configurationOf(before)));
            return known || !changed.isEmpty() ? Optional.of(changed) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String named(List<String> settings) {
        return settings.isEmpty() ? "" : settings.stream().limit(3).collect(Collectors.joining("; ", " (", ")"));
    }
}
