package dev.hone.recipes.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.checkpoint.SaveType;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.settings.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What was resolved when a run began, because it depends on the machine and the moment: kept in its folder, so that a
 * run that is resumed resolves nothing again.
 */
public record StartValues(Path file) {
    /** The largest number of tokens in a micro-batch. */
    public static final String TOKENS_PER_BATCH = "tokens-per-batch";

    /** Steps that end near a time. */
    public static final String STEPS = "steps";

    /** Set where a run began before there was a choice, when the result was saved in the type of its base. */
    public static final String SAVE_AS_BASE = "save-as-base";

    public OptionalLong get(String what) {
        JsonNode value = Files.exists(file) ? JsonFiles.read(file).path(what) : JsonNodeFactory.instance.missingNode();
        return value.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(number(what, value));
    }

    /** Nothing that was decided is below 1; a changed file must not decide anything. */
    private long number(String what, JsonNode value) {
        long most = what.equals(STEPS) ? TrainingSettings.MOST_STEPS : TrainingSettings.MOST_TOKENS;
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1 || value.asLong() > most) {
            throw new CheckpointException(
                    file + ": " + what + " (" + value + ") must be a whole number from 1 to " + most
                            + "; it was decided when the run began, so put back what it was, or delete the run's folder to begin"
                            + " again");
        }
        return value.asLong();
    }

    /** All that was decided, by name. */
    public Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        if (Files.exists(file)) {
            JsonFiles.read(file)
                    .fields()
                    .forEachRemaining(one -> all.put(one.getKey(), number(one.getKey(), one.getValue())));
        }
        return all;
    }

    /** The run with what was decided of its micro-batches. */
    public RunFile of(RunFile given) {
        OptionalLong tokens = get(TOKENS_PER_BATCH);
        return tokens.isPresent() ? given.withTokensPerBatch((int) tokens.getAsLong()) : given;
    }

    /** The run with the type that its result was saved in when it began. */
    public RunFile savingAsBegun(RunFile given) {
        return given.adapter() == null && get(SAVE_AS_BASE).isPresent() ? given.withSaveType(SaveType.BASE) : given;
    }

    /** Forgets a value, so that it is decided anew. */
    public void forget(String what) {
        if (!Files.exists(file)) {
            return;
        }
        ObjectNode all = JsonFiles.read(file);
        all.remove(what);
        try {
            JsonFiles.write(file, all);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    public void put(String what, long value) {
        ObjectNode all = Files.exists(file) ? JsonFiles.read(file) : JsonNodeFactory.instance.objectNode();
        try {
            JsonFiles.write(file, all.put(what, value));
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }
}
