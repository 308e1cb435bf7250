package dev.hone.recipes.scorecard;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Origin;
import dev.hone.config.Problem;
import dev.hone.config.Settings;
import dev.hone.files.MissingPath;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.tensor.ComputeType;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tasks of an evaluation as a YAML file describes them.
 *
 * @param compute type of the products
 */
public record EvaluationFile(
        @Flattened EvaluationTask.Group group,
        @Default("auto") ComputeType compute) {
    public EvaluationFile {
        List<EvaluationTask> tasks = EvaluationTask.Group.all(group);
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(
                    "names no task; write cases (answers), choices (multiple choice) or texts (loss), each a file or a list");
        }
        Set<String> titles = new HashSet<>();
        for (EvaluationTask task : tasks) {
            if (!titles.add(task.title())) {
                throw new IllegalArgumentException(
                        "two tasks are called " + task.title() + "; give one of them a name");
            }
        }
    }

    /**
     * Reads a file strictly; every problem is reported at once, files that do not exist among them.
     *
     * @throws ConfigurationException with every problem
     */
    public static EvaluationFile read(Settings settings) {
        Configured<EvaluationFile> bound = settings.bind(EvaluationFile.class);
        List<Problem> problems = new ArrayList<>();
        bound.paths().forEach((key, path) -> {
            if (!Files.isRegularFile(path)) {
                problems.add(new Problem(line(bound, key), key + " (" + path + "): " + MissingPath.file(path)));
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return bound.value();
    }

    /** Where a key is written, or the group it is in. */
    private static Origin line(Configured<?> file, String key) {
        String at = key;
        while (!at.isEmpty() && !(file.origins().get(at) instanceof Origin.File)) {
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
        return file.origins().getOrDefault(at, Origin.DEFAULT);
    }

    /** All tasks. */
    public List<EvaluationTask> tasks() {
        return EvaluationTask.Group.all(group);
    }
}
