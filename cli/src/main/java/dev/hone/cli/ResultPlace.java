package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a verb writes: the file or folder of {@code --output}, which must not be anything that the verb reads, also through links, and
 * in which it replaces nothing that it has not made. Checked before anything is read or written.
 */
final class ResultPlace {
    private final Path output;
    private final Map<String, Path> inputs = new LinkedHashMap<>();

    private ResultPlace(Path output) {
        this.output = output;
    }

    static ResultPlace of(Path output) {
        return new ResultPlace(output);
    }

    /** Names something that is read; null: nothing. */
    ResultPlace reading(String option, @Nullable Path input) {
        if (input != null) {
            inputs.put(option, input);
        }
        return this;
    }

    /** Requires that the output is none of the inputs, and replaces nothing in a folder that is one. */
    void require() throws IOException {
        for (Map.Entry<String, Path> input : inputs.entrySet()) {
            if (OutputFile.same(output, input.getValue())) {
                throw refused(output, input);
            }
            if (Files.exists(output)
                    && Files.isDirectory(input.getValue())
                    && OutputFile.inside(output, input.getValue())) {
                throw new ConfigurationException("--output (" + output + ") is there already, in the folder of "
                        + input.getKey() + " (" + input.getValue() + "), which is only read; give another --output");
            }
        }
    }

    /** The same for a folder in which files of these names are written. */
    void requireFor(String... names) throws IOException {
        require();
        if (Files.exists(output) && !Files.isDirectory(output)) {
            throw new ConfigurationException(
                    "--output (" + output + ") is a file, not a folder; give another --output");
        }
        for (String name : names) {
            for (Map.Entry<String, Path> input : inputs.entrySet()) {
                if (OutputFile.same(output.resolve(name), input.getValue())) {
                    throw refused(output.resolve(name), input);
                }
            }
        }
    }

    /** Requires that none of these is in the folder yet. */
    void requireFree(String... names) {
        List<String> there = Arrays.stream(names)
                .filter(name -> Files.exists(output.resolve(name)))
                .toList();
        if (!there.isEmpty()) {
            throw new ConfigurationException("--output (" + output + ") already holds " + String.join(", ", there)
                    + ", which would be replaced; move that, or give another --output");
        }
    }

    private static ConfigurationException refused(Path file, Map.Entry<String, Path> input) {
        return new ConfigurationException("--output (" + file + ") is the same file or folder as " + input.getKey()
                + " (" + input.getValue() + "), which would be overwritten; give another --output");
    }
}
