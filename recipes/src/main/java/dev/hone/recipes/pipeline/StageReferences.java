package dev.hone.recipes.pipeline;

import dev.hone.config.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a stage may refer to: the stages before it. A reference is written {@code stage:NAME}, or {@code stage:NAME/FILE} for
 * a file of one that samples, or {@code model:stage:NAME} for a reward that one trained; a path that happens to begin like this is written {@code ./stage:…}.
 *
 * <p>{@code stage:last} is the latest stage that trained. The rounds of a repeated stage are {@code NAME-1}, {@code NAME-2}
 * and so on; its name alone means the latest of them.
 */
final class StageReferences {
    static final String LAST = "last";
    private static final String MARK = "stage:";
    private static final String REWARD = "model:";
    static final List<String> FILES = List.of("kept.jsonl", "pairs.jsonl", "samples.jsonl");

    private final List<PipelineStage> stages = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();
    private final Collection<String> all;
    private List<String> present = List.of();

    /** @param all the names of every stage there is, to distinguish a later one from none */
    StageReferences(Collection<String> all) {
        this.all = List.copyOf(all);
    }

    static boolean isReference(String text) {
        return text.startsWith(MARK);
    }

    /** Whether a reward is the model that a stage trained: {@code model:stage:NAME}. */
    static boolean isReward(String text) {
        return text.startsWith(REWARD + MARK);
    }

    List<PipelineStage> stages() {
        return stages;
    }

    /** Whether a path is one that a stage will have written. */
    boolean writes(Path path) {
        return stages.stream().anyMatch(stage -> path.startsWith(stage.place().folder()));
    }

    /** Sets the stage whose references are resolved from now on, by its own name and the one written. */
    void enter(String name, String written) {
        present = List.of(name, written);
    }

    void add(PipelineStage stage) {
        stages.add(stage);
    }

    /** Notes that the present stage cannot be bound, so that no message says that it comes later. */
    void addBroken() {
        broken.addAll(present);
    }

    /** The stage that trained which a text refers to; {@link IllegalArgumentException} saying what there is. */
    PipelineStage.TrainingStage training(String text) {
        PipelineStage stage = find(text, text.substring(MARK.length()));
        if (stage instanceof PipelineStage.TrainingStage training) {
            return training;
        }
        throw new IllegalArgumentException("(" + text + ") "
                + (stage instanceof PipelineStage.DocumentStage ? "makes rows of documents" : "draws samples")
                + " and trains no model"
                + (text.contains("/")
                        ? ""
                        : "; its files are " + MARK + stage.place().written() + "/"
                                + files(stage).get(0) + " and so on"));
    }

    /** The reward of a text as {@link #isReward} knows it, with the folder of the stage's result. */
    String reward(String text) {
        String reference = text.substring(REWARD.length());
        PipelineStage.TrainingStage stage = training(reference);
        if (stage.isEvaluated()) {
            throw new IllegalArgumentException(
                    "(" + text + ") trained a model that writes; a reward is the result of a stage"
                            + " with method: reward, or of a language model as judge:FOLDER");
        }
        return REWARD + stage.place().folder().resolve("final");
    }

    /** The adapter a text refers to. */
    Path adapter(String text) {
        Path adapter = training(text).product().adapter();
        if (adapter == null) {
            throw new IllegalArgumentException(
                    "(" + text + ") trained every weight and has no adapter; name it as the model instead");
        }
        return adapter;
    }

    /** The file of a stage that samples or makes rows which a text refers to. */
    Path file(String text) {
        String[] parts = text.substring(MARK.length()).split("/", 2);
        PipelineStage stage = find(text, parts[0]);
        List<String> files = files(stage);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("(" + text + ") trains a model; rows come from a file, from a stage that"
                    + " samples, or from one that makes them of documents (raft)");
        }
        return stage.place().folder().resolve(file(text, parts, files));
    }

    /** The files of a stage that others read; none of one that trains. */
    private static List<String> files(PipelineStage stage) {
        if (stage instanceof PipelineStage.SamplingStage) {
            return FILES;
        }
        return stage instanceof PipelineStage.DocumentStage ? PipelineStage.DocumentStage.FILES : List.of();
    }

    private static String file(String text, String[] parts, List<String> files) {
        String file = parts.length < 2 ? "" : parts[1];
        if (!files.contains(file)) {
            throw new IllegalArgumentException("(" + text + ") must name a file of the stage: "
                    + String.join(", ", files)
                    + Spelling.nearest(file, files)
                            .map(near -> "; did you mean " + MARK + parts[0] + "/" + near + "?")
                            .orElse(", as in " + MARK + parts[0] + "/" + files.get(0)));
        }
        return file;
    }

    /**
     * The file, measured by an evaluation, of a stage that makes rows of documents, wherever that stands in the pipeline.
     *
     * @param folders of all such stages, by their names
     */
    static Path measured(String text, Map<String, Path> folders) {
        String[] parts = text.substring(MARK.length()).split("/", 2);
        Path folder = folders.get(parts[0]);
        if (folder == null) {
            throw new IllegalArgumentException("(" + text
                    + ") is no file of a stage that makes rows of documents (raft)"
                    + (folders.isEmpty() ? "; there is none" : ", which are " + String.join(", ", folders.keySet())));
        }
        return folder.resolve(file(text, parts, PipelineStage.DocumentStage.FILES));
    }

    private PipelineStage find(String text, String name) {
        Optional<PipelineStage> latest = Optional.empty();
        for (PipelineStage stage : stages) {
            boolean meant = name.equals(LAST)
                    ? stage instanceof PipelineStage.TrainingStage
                    : name.equals(stage.name()) || name.equals(stage.place().written());
            latest = meant ? Optional.of(stage) : latest;
        }
        return latest.orElseThrow(() -> new IllegalArgumentException("(" + text + ") " + missing(name)));
    }

    private String missing(String name) {
        List<String> names = stages.stream().map(PipelineStage::name).toList();
        String known = names.isEmpty() ? "; this is the first stage" : "; before it stand " + String.join(", ", names);
        if (name.equals(LAST)) {
            return "finds no earlier stage that trains" + known;
        } else if (present.contains(name)) {
            return "is this stage itself" + known;
        } else if (broken.contains(name)) {
            return "has problems of its own, to be solved first";
        } else if (all.contains(name)) {
            return "comes later" + known;
        }
        return "names no stage" + known
                + Spelling.nearest(name, names)
                        .map(near -> "; did you mean " + MARK + near + "?")
                        .orElse("");
    }
}
