package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Solved rows of a file that stand before a question: few-shot prompting.
 *
 * @param path rows of the same form as the task's, with their answers
 * @param count how many precede each question
 * @param pick which of them
 * @param seed of those that are drawn
 * @param same a column: only rows that have there what the question has, such as {@code subject}
 * @param write how generated answers are asked for; choices are always scored as text
 * @param delimiter stands between question and answer where they are written as text
 * @param separator stands behind each answer where they are written as text, and ends one that is generated
 */
public record Examples(
        Path path,
        @Default("5") int count,
        @Default("first") Pick pick,
        @Default("42") long seed,
        @Nullable String same,
        @Default("turns") Form write,
        @Default("\"\\n\"") String delimiter,
        @Default("\"\\n\\n\"") String separator) {
    /** Which rows of the file are shown. */
    public enum Pick {
        /** The first ones, before every question. */
        FIRST,
        /** Others before every question, by its number. */
        RANDOM
    }

    /** What examples look like. */
    public enum Form {
        /** Turns of a conversation, in the chat template. */
        TURNS,
        /** Plain text, as a model that was only pre-trained continues it. */
        TEXT
    }

    public Examples {
        require(count > 0, "count (%d) must be positive", count);
        requireAtMost("count", count, 10_000);
        require(!separator.isEmpty(), "separator must not be empty");
    }

    @FromScalar
    public static Examples of(Path path) {
        return new Examples(path, 5, Pick.FIRST, 42, null, Form.TURNS, "\n", "\n\n");
    }

    /**
     * The examples before a question, as numbers of rows.
     *
     * @param question its row, for {@code same}, and so that it is not shown its own answer
     * @throws DataException with its place if the file has too few
     */
    List<Integer> before(ObjectNode question, int number, JsonlFile file, String place) {
        int[] order =
                pick == Pick.FIRST ? null : Draw.of(seed, "examples").at(number).permutation(file.rows());
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < file.rows() && chosen.size() < count; i++) {
            int row = order == null ? i : order[i];
            ObjectNode example = file.row(row);
            boolean alike = same == null || example.path(same).equals(question.path(same));
            if (alike && !example.equals(question)) {
                chosen.add(row);
            }
        }
        if (chosen.size() < count) {
            String which = same == null
                    ? ""
                    : " whose " + same + " is " + question.path(same).asText();
            throw new DataException(place + ": needs " + count + " examples, but " + path + " has only " + chosen.size()
                    + " other rows" + which + "; lower examples.count");
        }
        return chosen;
    }
}
