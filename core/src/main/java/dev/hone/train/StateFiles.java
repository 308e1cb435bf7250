package dev.hone.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Checksum;
import dev.hone.checkpoint.JsonFiles;
import dev.hone.checkpoint.Safetensors;
import dev.hone.checkpoint.SafetensorsWriter;
import dev.hone.config.CheckpointException;
import dev.hone.model.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The states of a run: a folder {@code step-00000300} holds the weights that learn, the optimizer's moments, a
 * reference that moves and the progress, all that is needed to go on as if nothing had happened.
 *
 * <p>{@code state.json} is written last, so a folder without it was interrupted and is passed over. It holds the checksum of
 * the tensors; a state whose tensors have changed since is passed over too, and the one before it is used. The newest few
 * are kept.
 */
public final class StateFiles {
    private static final String PREFIX = "step-";
    private static final String TENSORS = "state.safetensors";
    private static final String PROGRESS = "state.json";
    private static final String CHECKSUM = "crc32c";

    private final Path folder;
    private final int kept;
    private final Consumer<String> warn;

    /**
     * @param kept how many states to keep, at least 1
     * @param warn told about a state that could not be used
     */
    public StateFiles(Path folder, int kept, Consumer<String> warn) {
        this.folder = folder;
        this.kept = Math.max(1, kept);
        this.warn = warn;
    }

    /** A state that can be gone on from. */
    public record State(Progress progress, Safetensors tensors) {
        /** Puts everything back; the weights and the optimizer must be of the same run. */
        Progress restore(List<Parameter> parameters, Optimizer optimizer) {
            Autograd.withoutDo(() -> {
                for (Parameter p : parameters) {
                    try (Scope scope = Scope.open()) {
                        p.value().copyInPlace(tensors.tensor("weight." + p.name()));
                    }
                }
            });
            optimizer.restore(name -> tensors.tensor("optimizer." + name));
            return progress;
        }

        /** A weight of the reference, where it moves and so had to be saved. */
        Tensor reference(String name) {
            return tensors.tensor("reference." + name);
        }
    }

    /** The newest state that is whole. */
    public Optional<State> newest() {
        return newest(Long.MAX_VALUE);
    }

    /** The newest state that is whole, of those after at most so many steps. */
    public Optional<State> newest(long steps) {
        for (Path candidate : states()) {
            if (stepOf(candidate) > steps) {
                continue;
            }
            if (!Files.exists(candidate.resolve(PROGRESS))) {
                warn.accept(candidate + ": was not finished; passing over it");
                continue;
            }
            try {
                return Optional.of(read(candidate));
            } catch (CheckpointException e) {
                warn.accept(e.getMessage() + "; going back to the state before it");
            }
        }
        return Optional.empty();
    }

    private static State read(Path state) {
        ObjectNode json = JsonFiles.read(state.resolve(PROGRESS));
        verify(state.resolve(TENSORS), json.path(CHECKSUM).asText());
        double best = json.path("best-loss").asDouble(Double.POSITIVE_INFINITY);
        Progress progress = new Progress(
                json.path("step").asLong(),
                json.path("tokens").asLong(),
                best,
                json.path("best-step").asLong(),
                json.path("worse").asInt());
        return new State(progress, Safetensors.open(state.resolve(TENSORS)));
    }

    private static void verify(Path tensors, String expected) {
        try {
            String found = Checksum.of(tensors);
            if (!found.equals(expected)) {
                throw new CheckpointException(tensors + ": has changed since it was written (checksum " + found
                        + " where " + expected + " was recorded)");
            }
        } catch (IOException e) {
            throw new CheckpointException(tensors + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    void save(Progress progress, List<Parameter> parameters, Optimizer optimizer) {
        save(progress, parameters, optimizer, Map.of());
    }

    void save(Progress progress, List<Parameter> parameters, Optimizer optimizer, Map<String, Tensor> reference) {
        Path state = folder.resolve(String.format(java.util.Locale.ROOT, "step-%08d", progress.step()));
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (Parameter p : parameters) {
                items.add(SafetensorsWriter.Item.of("weight." + p.name(), p.value()));
            }
            optimizer
                    .state()
                    .forEach((name, value) -> items.add(SafetensorsWriter.Item.of("optimizer." + name, value)));
            reference.forEach((name, value) -> items.add(SafetensorsWriter.Item.of("reference." + name, value)));
            Files.createDirectories(state);
            SafetensorsWriter.write(state.resolve(TENSORS), items, Map.of("format", "pt"));
            ObjectNode json = json(progress);
            json.put(CHECKSUM, Checksum.of(state.resolve(TENSORS)));
            JsonFiles.write(state.resolve(PROGRESS), json);
            discardOld();
        } catch (IOException e) {
            throw new CheckpointException(
                    state + ": the state could not be written (" + e.getMessage() + "); the one before it is kept", e);
        }
    }

    private static ObjectNode json(Progress progress) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("step", progress.step());
        json.put("tokens", progress.tokens());
        if (Double.isFinite(progress.bestLoss())) {
            json.put("best-loss", progress.bestLoss());
        }
        json.put("best-step", progress.bestStep());
        json.put("worse", progress.worse());
        return json;
    }

    private void discardOld() throws IOException {
        List<Path> all = states();
        for (Path old : all.subList(Math.min(kept, all.size()), all.size())) {
            try (Stream<Path> files = Files.list(old)) {
                for (Path file : files.sorted().toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(old);
        }
    }

    private static long stepOf(Path state) {
        return Long.parseLong(state.getFileName().toString().substring(PREFIX.length()));
    }

    /** State folders, newest first. */
    private List<Path> states() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(p -> p.getFileName().toString().matches("step-\\d{8}"))
                    .sorted(Comparator.comparing((Path p) -> p.getFileName().toString())
                            .reversed())
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }
}
