package dev.hone.reward;

import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import dev.hone.files.MissingPath;
import dev.hone.generate.Completion;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Right is a completion that is JSON, with nothing around it, and that a schema accepts: one of the task's own, or one for all
 * tasks. See {@link JsonSchema} for what a schema may be. Formats count as of draft 7 and before; later drafts take them for
 * remarks.
 */
public final class JsonSchemaReward implements Reward {
    private final @Nullable String column;
    private String text = "";
    private @Nullable JsonSchema schema;

    private JsonSchemaReward(@Nullable String column) {
        this.column = column;
    }

    /** Scores each task by the schema in a column of it, as text or as the value itself. */
    public static JsonSchemaReward inColumn(String column) {
        return new JsonSchemaReward(column);
    }

    /** Scores all tasks by the schema in a file; {@link DataException} if it cannot be read or is none. */
    public static JsonSchemaReward in(Path file) {
        JsonSchemaReward reward = new JsonSchemaReward(null);
        try {
            reward.schema = JsonSchema.of(InputFile.text(file));
            return reward;
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": " + MissingPath.file(file), e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public double score(Task task, Completion completion) {
        return schemaOf(task).accepts(completion.text()) ? 1 : 0;
    }

    /** The file's schema, or the task's; that of the last task is kept for its other completions. */
    private JsonSchema schemaOf(Task task) {
        String own = column == null ? text : task.text(column);
        JsonSchema known = schema;
        if (known == null || !own.equals(text)) {
            known = JsonSchema.of(own);
            schema = known;
            text = own;
        }
        return known;
    }
}
