package dev.hone.recipes.scorecard;

import dev.hone.recipes.evaluate.CaseLog;
import dev.hone.recipes.evaluate.CaseResult;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.provenance.InputHashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder {@code cases} of a model that was evaluated: a file for each task, a line for each of its rows.
 *
 * @param folder that of the model, in which {@code cases} stands
 */
public record CaseFiles(Path folder) {
    private static final String NAME = "cases";
    private static final String ENDING = ".jsonl";

    /** The file of a task; one whose title is no name for files everywhere gets a similar one of its own. */
    public Path of(EvaluationTask task) {
        String title = task.title();
        String safe = title.replaceAll("[^\\p{L}\\p{N}._-]+", "_").replaceFirst("^\\.", "_");
        String name = safe.equals(title)
                ? title
                : safe + "-" + InputHashes.text(title).substring(0, 6);
        return folder.resolve(NAME).resolve(name + ENDING);
    }

    /** What a task is called whose file has that name: the title, or what is left of one that is no name for files. */
    static String title(String name) {
        return name.matches(".+-[0-9a-f]{6}")
                ? name.substring(0, name.length() - 7).replace('_', ' ')
                : name;
    }

    /** The results of a task's rows; none where there is no file. */
    List<CaseResult> results(EvaluationTask task) {
        return Files.isRegularFile(of(task)) && !isEmpty(of(task)) ? CaseLog.read(of(task)) : List.of();
    }

    /** The files that are there, by their names without ending. */
    Map<String, Path> all() {
        Map<String, Path> files = new TreeMap<>();
        Path place = folder.resolve(NAME);
        if (Files.isDirectory(place)) {
            try (Stream<Path> entries = Files.list(place)) {
                entries.filter(file -> file.toString().endsWith(ENDING) && !isEmpty(file))
                        .forEach(file -> {
                            String name = file.getFileName().toString();
                            files.put(name.substring(0, name.length() - ENDING.length()), file);
                        });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
