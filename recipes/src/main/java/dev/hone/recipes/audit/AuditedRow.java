package dev.hone.recipes.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.reward.Task;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A task whose right answer is known, beside those of others.
 *
 * @param place where it stands, for messages
 * @param gold the right answer as its column has it
 * @param answer the answer alone: what stands behind the last {@code ####} of it, in its last {@code \boxed{}}, or all of it
 * @param other the next row's answer that differs; null where all are the same
 * @param answers those of other rows
 */
record AuditedRow(
        Task task,
        String place,
        String gold,
        String answer,
        @Nullable String other,
        List<String> answers) {
    private static final Pattern NUMBER = Pattern.compile("-?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?");
    private static final int MOST_ANSWERS = 50;

    /**
     * Rows spread evenly over a file; {@link DataException} with its line where one has no right answer.
     *
     * @param programs whether answers are programs, which are taken as they are
     */
    static List<AuditedRow> of(JsonlFile file, int most, String column, boolean programs) {
        int count = Math.min(most, file.rows());
        List<Task> tasks = new ArrayList<>();
        List<String> golds = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int row = Math.toIntExact((long) i * file.rows() / count);
            Task task = task(file, row);
            String gold = gold(task, column, file.place(row));
            tasks.add(task);
            places.add(file.place(row));
            golds.add(gold);
            answers.add(programs ? gold : alone(gold)); // of a program white space is a part
        }
        List<AuditedRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new AuditedRow(
                    tasks.get(i), places.get(i), golds.get(i), answers.get(i), other(answers, i), around(answers, i)));
        }
        return rows;
    }

    private static Task task(JsonlFile file, int row) {
        ObjectNode columns = file.row(row);
        if (Stream.of("prompt", "messages", "conversations").noneMatch(columns::hasNonNull)) {
            throw DataException.at(
                    file.place(row),
                    "has no prompt; it has the columns " + String.join(", ", names(columns))
                            + "; name the column that asks with --prompt");
        }
        return Task.read(file, row);
    }

    private static List<String> names(ObjectNode columns) {
        List<String> names = new ArrayList<>();
        columns.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String gold(Task task, String column, String place) {
        JsonNode value = task.columns().path(column);
        JsonNode list = value.path("text").isArray() ? value.path("text") : value;
        JsonNode first = list.isArray() ? list.path(0) : list;
        String gold =
                first.isTextual() ? first.asText() : first.isMissingNode() || first.isNull() ? "" : first.toString();
        if (gold.isBlank()) {
            throw DataException.at(
                    place,
                    "column " + column + " has no right answer, which an audit replays; name the column that has with"
                            + " --gold");
        }
        return gold;
    }

    private static String alone(String gold) {
        int mark = gold.lastIndexOf("####");
        if (mark >= 0 && !gold.substring(mark + 4).isBlank()) {
            return gold.substring(mark + 4).strip();
        }
        int box = gold.lastIndexOf("\\boxed{");
        int from = box + "\\boxed{".length();
        int depth = 1;
        for (int i = from; box >= 0 && i < gold.length(); i++) {
            depth += gold.charAt(i) == '{' ? 1 : gold.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return gold.substring(from, i).strip();
            }
        }
        return gold.strip();
    }

    private static @Nullable String other(List<String> answers, int row) {
        for (int i = 1; i < answers.size(); i++) {
            String other = answers.get((row + i) % answers.size());
            if (!same(other, answers.get(row))) {
                return other;
            }
        }
        return null;
    }

    /** Some answers of other rows and this one's among them, not the last. */
    private static List<String> around(List<String> answers, int row) {
        List<String> others = new ArrayList<>();
        for (int i = 1; i < answers.size() && others.size() < MOST_ANSWERS; i++) {
            String other = answers.get((row + i) % answers.size());
            if (!same(other, answers.get(row))) {
                others.add(other);
            }
        }
        if (others.isEmpty()) {
            return List.of();
        }
        others.add(others.size() / 2, answers.get(row));
        return others.stream().distinct().collect(Collectors.toList());
    }

    private static boolean same(String one, String other) {
        Optional<BigDecimal> number = number(one);
        return number.isPresent() && number(other).isPresent()
                ? number.get().compareTo(number(other).orElseThrow()) == 0
                : plain(one).contains(plain(other)) || plain(other).contains(plain(one));
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
    }

    private static Optional<BigDecimal> number(String text) {
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text.replace(",", ""))) : Optional.empty();
    }

    /** The answer where it is a number and nothing else. */
    Optional<BigDecimal> number() {
        return number(answer);
    }

    /** Whether the answer fits into a sentence. */
    boolean isShort() {
        return answer.length() <= 200 && !answer.contains("\n");
    }

    /** What the last turn asks. */
    String prompt() {
        return task.messages().get(task.messages().size() - 1).content();
    }
}
