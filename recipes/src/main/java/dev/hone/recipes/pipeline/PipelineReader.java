package dev.hone.recipes.pipeline;

import static dev.hone.error.Require.require;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Origin;
import dev.hone.config.Problem;
import dev.hone.config.Settings;
import dev.hone.files.MissingPath;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.scorecard.Scorecard;
import dev.hone.tensor.ComputeType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Binds a pipeline's file: its top, then stage after stage. Problems are collected and reading continues. Used once. */
final class PipelineReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    private static final Set<String> TAKEN = Set.of(StageReferences.LAST, Scorecard.BASE, Scorecard.FEW_SHOT);
    private static final String[] HEADING = {"name", "evaluate"};

    /** Keys by which a stage with documents is known to train on their rows as well. */
    static final String[] TRAINED = {"method", "model", "adapter", "data", "training"};

    private static final int MOST_ROUNDS = 1000;

    private final Settings settings;
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Map<String, EvaluationTask> tasks = new HashMap<>();

    /** The folders of stages that make rows of documents, by their names. */
    private final Map<String, Path> documents = new LinkedHashMap<>();

    PipelineReader(Settings settings) {
        this.settings = settings;
    }

    /** What every stage has. */
    private record Heading(String name, EvaluationTask.@Nullable Group evaluate) {}

    /** The parts of a file that stages are made of. */
    private record Parts(List<Settings> stages, @Nullable Settings defaults) {}

    /** Stages that run several times, one after the other. */
    private record Repeated(int repeat, List<Settings> stages) {
        Repeated {
            require(
                    repeat > 0 && repeat <= MOST_ROUNDS,
                    "repeat (%d) must be from 1 to %d rounds",
                    repeat,
                    MOST_ROUNDS);
        }
    }

    /**
     * A stage that has not been bound.
     *
     * @param round from 1; 0 where it runs once
     */
    private record Draft(Settings settings, String written, int round) {
        String name() {
            return round == 0 ? written : written + "-" + round;
        }

        boolean isDocuments() {
            return settings.has("raft") && !settings.has("sample");
        }
    }

    PipelineFile read() {
        Parts parts =
                bind(settings.only("stages", "defaults"), Parts.class).orElseGet(() -> new Parts(List.of(), null));
        List<Draft> drafts = drafts(parts.stages());
        Path output = settings.peek("output").map(Path::of).orElse(Path.of("output"));
        drafts.stream().filter(Draft::isDocuments).forEach(draft -> {
            documents.put(draft.name(), output.resolve(draft.name()));
            documents.put(draft.written(), output.resolve(draft.name()));
        });
        Optional<PipelineFile.Frame> frame = bind(measuring(settings), PipelineFile.Frame.class);
        List<EvaluationTask> general =
                EvaluationTask.Group.all(frame.map(PipelineFile.Frame::evaluate).orElse(null));
        general.forEach(task -> check(task, settings));

        StageReferences earlier = new StageReferences(drafts.stream()
                .flatMap(draft -> Stream.of(draft.name(), draft.written()))
                .toList());
        Settings defaults = parts.defaults();
        PipelineFile.MergeType merge = frame.map(PipelineFile.Frame::merge).orElse(PipelineFile.MergeType.AUTO);
        for (Draft draft : drafts) {
            earlier.enter(draft.name(), draft.written());
            new StageReader(draft.settings().without(HEADING), defaults, earlier, merge, this)
                    .read(place(draft, output), draft.round())
                    .ifPresentOrElse(earlier::add, earlier::addBroken);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(List.copyOf(problems));
        }
        ComputeType compute = frame.orElseThrow().compute();
        return new PipelineFile(output, earlier.stages(), general, compute, settings.written());
    }

    private PipelineStage.StagePlace place(Draft draft, Path output) {
        if (draft.isDocuments() && draft.settings().has("evaluate")) {
            problem(
                    draft.settings().origin("evaluate"),
                    "evaluate measures a model, and this stage makes rows; give it to the pipeline or a stage that trains");
        }
        List<EvaluationTask> own = bind(measuring(draft.settings().only(HEADING)), Heading.class)
                .map(heading -> EvaluationTask.Group.all(heading.evaluate()))
                .orElse(List.of());
        own.forEach(task -> check(task, draft.settings()));
        return new PipelineStage.StagePlace(draft.name(), draft.written(), output.resolve(draft.name()), null, own);
    }

    /** The settings with what evaluations refer to found. */
    private Settings measuring(Settings from) {
        return from.replace((key, text) -> key.startsWith("evaluate.") && StageReferences.isReference(text)
                ? StageReferences.measured(text, documents).toString()
                : text);
    }

    /** The stages in the order they run. */
    private List<Draft> drafts(List<Settings> items) {
        List<Draft> drafts = new ArrayList<>();
        for (Settings item : items) {
            if (!item.has("repeat")) {
                addDrafts(drafts, item, 0);
                continue;
            }
            bind(item, Repeated.class).ifPresent(group -> {
                group.stages().stream()
                        .filter(stage -> stage.has("repeat"))
                        .forEach(stage -> problem(
                                stage.origin("repeat"), "repeat cannot stand inside repeat; multiply the rounds"));
                for (int round = 1; round <= group.repeat(); round++) {
                    for (Settings stage : group.stages()) {
                        addDrafts(drafts, stage, round);
                    }
                }
            });
        }
        checkNames(drafts);
        return drafts;
    }

    /**
     * A stage, or both that it stands for: one with documents that also trains makes its rows in a stage of its own, called {@code
     * NAME-data}, on which it trains and is measured.
     */
    private void addDrafts(List<Draft> drafts, Settings item, int round) {
        Draft whole = draft(item, round);
        if (!whole.isDocuments() || Stream.of(TRAINED).noneMatch(item::has)) {
            drafts.add(whole);
            return;
        }
        Draft rows = new Draft(item.only("name", "raft", "model", "adapter"), whole.written() + "-data", round);
        String made = "stage:" + rows.name();
        Settings trained = item.without("raft")
                .over(Settings.parse(
                        "stage " + whole.name(),
                        "data: {train: \"" + made + "/train.jsonl\"}\nevaluate: {raft: {path: \"" + made
                                + "/held-out.jsonl\"}}"));
        drafts.add(rows);
        drafts.add(new Draft(trained, whole.written(), round));
    }

    private Draft draft(Settings item, int round) {
        String name = item.peek("name").orElse("");
        if (!name.isEmpty() && (!NAME.matcher(name).matches() || TAKEN.contains(name))) {
            problem(
                    item.origin("name"),
                    "name (" + name + ") must be made of letters, digits, - and _, and not be one of "
                            + String.join(", ", TAKEN.stream().sorted().toList()));
        }
        return new Draft(item, name, round);
    }

    private void checkNames(List<Draft> drafts) {
        Map<String, Draft> known = new HashMap<>();
        for (Draft draft : drafts) {
            Draft same = known.putIfAbsent(draft.name(), draft);
            if (same != null && !draft.written().isEmpty()) {
                problem(
                        draft.settings().origin("name"),
                        "name (" + draft.name() + ") is taken by the stage at "
                                + same.settings().origin("name") + "; give each stage its own");
            }
        }
    }

    private void check(EvaluationTask task, Settings where) {
        Origin origin = where.origin("evaluate");
        Stream.concat(
                        Stream.of(task.path()),
                        Stream.concat(
                                task.files().stream(),
                                task.fewShotTask().stream().flatMap(shown -> shown.files().stream())))
                .filter(file -> !Files.isRegularFile(file)
                        && documents.values().stream().noneMatch(file::startsWith))
                .forEach(file -> problem(origin, "evaluate: " + file + ": " + MissingPath.file(file)));
        EvaluationTask same = tasks.putIfAbsent(task.title(), task);
        if (same != null && !(same.kind() + same.identity()).equals(task.kind() + task.identity())) {
            problem(
                    origin,
                    "evaluate: two different measures are called " + task.title() + " (" + same.path() + " and "
                            + task.path() + "); give one of them a name");
        }
    }

    /** The bound settings, or nothing and its problems. */
    <T> Optional<T> bind(Settings from, Class<T> type) {
        return attempt(() -> from.bind(type), from).map(Configured::value);
    }

    /** What comes back, or nothing and its problems. */
    <T> Optional<T> attempt(Supplier<T> reading, Settings from) {
        try {
            return Optional.of(reading.get());
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            if (e.problems().isEmpty()) {
                problem(from.origin(""), String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    void problem(Origin origin, String message) {
        problems.add(new Problem(origin, message));
    }

    /** Reports the files of a stage that do not exist, unless an earlier stage will write them. */
    void checkFiles(Configured<?> stage, StageReferences earlier) {
        stage.paths().forEach((key, path) -> {
            boolean awaited = key.equals("output")
                    || key.equals("raft.output")
                    || earlier.writes(path)
                    || StageReferences.isReference(path.toString());
            if (!awaited && !Files.exists(path)) {
                problem(line(stage, key), key + " (" + path + "): " + MissingPath.any(path));
            }
        });
    }

    /** Where a key is written, or the group it is in. */
    private static Origin line(Configured<?> stage, String key) {
        String at = key;
        while (!at.isEmpty() && !(stage.origins().get(at) instanceof Origin.File)) {
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = at.substring(0, Math.max(0, cut));
        }
        Origin origin = stage.origins().get(at);
        return origin == null ? Origin.DEFAULT : origin;
    }
}
