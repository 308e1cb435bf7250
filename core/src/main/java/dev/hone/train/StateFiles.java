package dev.hone.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.Safetensors;
import dev.hone.checkpoint.SafetensorsWriter;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.FolderChecksums;
import dev.hone.files.JsonFiles;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The states of a run: a folder {@code step-00000300} holds the tensors of everything that is {@link Stateful} and the
 * {@link Progress}, all that is needed to resume as if nothing had happened.
 *
 * <pre>
 *   state.safetensors   PART.NAME: weight.NAME, optimizer.NAME, reference.NAME, …
 *   state.json          the {@link Progress}, and what stands {@link Beside} it
 *   checksums.json      size and checksum of both
 * </pre>
 *
 * <p>A folder has its name only once all of it is on disk. Where a file of it is missing or has changed since, the state before
 * it is used; where no state is whole, a run does not silently start anew. The newest few are kept,
 * and in a guarded run the last one that held.
 */
public final class StateFiles {
    private static final String TENSORS = "state.safetensors";
    private static final String PROGRESS = "state.json";
    private static final String BEST = "best-";
    private static final String BESIDE = "beside";
    /** No state is kept beyond the newest few. */
    static final long NONE = -1;

    private static final Pattern NAME = Pattern.compile("step-(\\d{8,15})");

    /**
     * What stands beside the states and belongs to them: the rows of the steps so far, the best weights. Noted with each state, and
     * looked at when one is resumed from.
     */
    public interface Beside {
        /** What is to be noted with a state that is about to be saved. */
        ObjectNode note(Progress progress);

        /**
         * Compares it with what was noted with a state; empty where nothing was.
         *
         * @return the progress, without what is not there any more
         * @throws CheckpointException where it is damaged, so that the state cannot be resumed from
         */
        Progress verify(Progress progress, JsonNode noted);

        /** There is no state, so that the run begins. */
        void begins();
    }

    private static final Beside NOTHING = new Beside() {
        @Override
        public ObjectNode note(Progress progress) {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public Progress verify(Progress progress, JsonNode noted) {
            return progress;
        }

        @Override
        public void begins() {}
    };

    private final Path folder;
    private final int keep;
    private final Consumer<String> warn;
    private final Beside beside;

    /**
     * @param keep how many states to keep, at least 1
     * @param warn is given a line about each state that could not be used
     */
    public StateFiles(Path folder, int keep, Consumer<String> warn) {
        this(folder, keep, warn, NOTHING);
    }

    /**
     * @param beside what else belongs to the run
     */
    public StateFiles(Path folder, int keep, Consumer<String> warn, Beside beside) {
        this.folder = folder;
        this.keep = Math.max(1, keep);
        this.warn = warn;
        this.beside = beside;
    }

    /** A state to resume from. */
    public record State(Progress progress, Safetensors tensors) {
        /** Restores all parts, which must be of the same run. */
        Progress restore(List<? extends Stateful> parts) {
            parts.forEach(this::restore);
            return progress;
        }

        /** Restores one part, where the state has it. */
        public void restoreIfSaved(Stateful part) {
            try (Scope scope = Scope.open()) {
                if (tensors.names()
                        .containsAll(part.state().keySet().stream()
                                .map(name -> part.stateName() + "." + name)
                                .toList())) {
                    restore(part);
                }
            }
        }

        private void restore(Stateful part) {
            Autograd.withoutDo(() -> {
                try (Scope scope = Scope.open()) {
                    Map<String, Tensor> own = part.state();
                    part.restore(name -> {
                        String saved = part.stateName() + "." + name;
                        if (part.hasFixedShapes()) {
                            requireForm(saved, Objects.requireNonNull(own.get(name)));
                        }
                        return tensors.tensor(saved);
                    });
                }
            });
        }

        /** A tensor of the state has to have the form of the one it replaces. */
        private void requireForm(String name, Tensor place) {
            if (!Arrays.equals(tensors.shape(name), place.shape())
                    || tensors.type(name).isFloating() != place.dtype().isFloating()) {
                throw new CheckpointException(tensors.file() + ": " + name + " is " + tensors.type(name)
                        + Arrays.toString(tensors.shape(name)) + " where this run has " + place.dtype()
                        + Arrays.toString(place.shape())
                        + "; it is the state of another run, so start in another folder");
            }
        }
    }

    /**
     * The newest state that is whole; none where none was ever saved.
     *
     * @throws CheckpointException where there are states and none is whole
     */
    public Optional<State> newest() {
        List<Path> states = states();
        if (states.isEmpty()) {
            beside.begins();
        }
        Found found = newestOf(states);
        if (found.state() == null && !states.isEmpty()) {
            throw new CheckpointException(String.join("\n", found.wrong()) + "\n" + folder
                    + ": holds no state to resume from; put a whole one back, or delete the folder to begin again"
                    + " from the first step");
        }
        return Optional.ofNullable(found.state());
    }

    /** The newest whole state of those after at most that many steps; none where there is none, or none is whole. */
    public Optional<State> newest(long steps) {
        Found found =
                newestOf(states().stream().filter(state -> step(state) <= steps).toList());
        return Optional.ofNullable(found.state());
    }

    /**
     * The state after exactly that many steps.
     *
     * @throws CheckpointException where it is not there, or not whole
     */
    State at(long steps) {
        return read(folder(steps));
    }

    /** The first of some states that is whole, and what is wrong with those before it. */
    private record Found(@Nullable State state, List<String> wrong) {}

    private Found newestOf(List<Path> states) {
        List<String> wrong = new ArrayList<>();
        for (Path candidate : states) {
            try {
                State state = read(candidate);
                wrong.forEach(what -> warn.accept(what + "; going back to " + candidate.getFileName()));
                return new Found(state, wrong);
            } catch (CheckpointException e) {
                wrong.add(e.getMessage());
            }
        }
        return new Found(null, wrong);
    }

    private State read(Path state) {
        FolderChecksums.verify(state, List.of(TENSORS, PROGRESS));
        Path file = state.resolve(PROGRESS);
        ObjectNode json = JsonFiles.read(file);
        Progress progress = new Progress(
                count(file, json, "step", Long.MAX_VALUE),
                count(file, json, "tokens", Long.MAX_VALUE),
                best(file, json),
                count(file, json, "best-step", Long.MAX_VALUE),
                (int) count(file, json, "worse", Integer.MAX_VALUE),
                json.path("unmeasured").asBoolean());
        Progress whole = beside.verify(progress, json.path(BESIDE));
        return new State(whole, Safetensors.open(state.resolve(TENSORS)));
    }

    /** The best value so far, which is called {@code best-} and the name of its validation. */
    private static Progress.@Nullable Best best(Path file, ObjectNode json) {
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String key = entry.getKey();
            if (key.startsWith(BEST) && !key.equals("best-step")) {
                if (!entry.getValue().isNumber()) {
                    throw new CheckpointException(file + ": " + key + " (" + entry.getValue() + ") must be a number");
                }
                return new Progress.Best(
                        key.substring(BEST.length()), entry.getValue().asDouble());
            }
        }
        return null;
    }

    private static long count(Path file, ObjectNode json, String key, long largest) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0 || value.asLong() > largest) {
            throw new CheckpointException(
                    file + ": " + key + (value.isMissingNode() ? " is missing" : " (" + value + ")")
                            + "; a whole number is needed, 0 or more");
        }
        return value.asLong();
    }

    private Path folder(long steps) {
        return folder.resolve(String.format(Locale.ROOT, "step-%08d", steps));
    }

    void save(Progress progress, List<? extends Stateful> parts) {
        save(progress, parts, NONE);
    }

    /**
     * @param pinned the step of a state that is kept beyond the newest few, or {@link #NONE}
     */
    void save(Progress progress, List<? extends Stateful> parts, long pinned) {
        Path state = folder(progress.step());
        ObjectNode noted = beside.note(progress);
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (Stateful part : parts) {
                part.state()
                        .forEach((name, value) ->
                                items.add(SafetensorsWriter.Item.of(part.stateName() + "." + name, value)));
            }
            clean();
            AtomicFolder.write(state, fresh -> {
                SafetensorsWriter.write(fresh.resolve(TENSORS), items, Map.of("format", "pt"));
                ObjectNode json = json(progress);
                if (!noted.isEmpty()) {
                    json.set(BESIDE, noted);
                }
                JsonFiles.write(fresh.resolve(PROGRESS), json);
                FolderChecksums.write(fresh);
            });
            discard(progress.step(), pinned);
        } catch (IOException e) {
            List<Path> before = states();
            throw new CheckpointException(
                    state + ": the state could not be written (" + e.getMessage() + "); "
                            + (before.isEmpty()
                                    ? "none was saved before"
                                    : "the run stands at " + before.get(0).getFileName()),
                    e);
        }
    }

    private static ObjectNode json(Progress progress) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("step", progress.step());
        json.put("tokens", progress.tokens());
        Progress.Best best = progress.best();
        if (best != null && Double.isFinite(best.value())) {
            json.put(BEST + best.validation(), best.value());
        }
        json.put("best-step", progress.bestStep());
        json.put("worse", progress.worse());
        if (progress.unmeasured()) {
            json.put("unmeasured", true);
        }
        return json;
    }

    /** Deletes what a process left that ended while it was writing. */
    private void clean() throws IOException {
        for (Path entry : entries()) {
            if (AtomicFolder.isUnfinished(entry)) {
                AtomicFolder.delete(entry);
            }
        }
    }

    /** Deletes states beyond the newest few, and those of later steps: a run that resumed from before them takes another path. */
    private void discard(long newest, long pinned) throws IOException {
        int older = 0;
        for (Path state : states()) {
            if (step(state) == pinned) {
                continue;
            }
            if (step(state) > newest || step(state) < newest && ++older >= keep) {
                AtomicFolder.remove(state);
            }
        }
    }

    /** State folders, newest first. */
    private List<Path> states() {
        return entries().stream()
                .filter(entry -> step(entry) >= 0)
                .sorted(Comparator.comparingLong(StateFiles::step).reversed())
                .toList();
    }

    /** The step a folder is named for; -1 where it is no state's. */
    private static long step(Path state) {
        Matcher name = NAME.matcher(state.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private List<Path> entries() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }
}
