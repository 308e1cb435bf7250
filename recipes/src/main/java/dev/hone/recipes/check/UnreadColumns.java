package dev.hone.recipes.check;

import dev.hone.data.row.RowColumns;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a row says and nobody reads. Columns that describe a row, such as its number or its source, are passed over; so are keys of
 * messages that the template writes.
 *
 * @param template source of the template that conversations are written with
 */
record UnreadColumns(String template) {
    private static final Pattern DESCRIBES = Pattern.compile(
            "(?i)_?id|.*_id|uuid|idx|index|.*_index|key|hash|source|origin|dataset|data_?source|category|type|task|tags?|topic|"
                    + "lang|language|url|link|license|split|model|generator|version|metadata|meta|timestamp|.*_at|date|"
                    + "(.*_)?(score|rating|tokens|count|length)s?(_.*)?");

    /** What rows of {@code ./hone raft} have beside their messages, for evaluations and for people. */
    private static final Set<String> OF_RAFT = Set.of(
            "answer",
            "answers",
            "distractors",
            "documents",
            "oracle",
            "oracle-at",
            "oracle-source",
            "question",
            "quote",
            "retrieved",
            "sources");

    private static boolean isOfRaft(List<String> columns) {
        return columns.contains("oracle-source") && columns.contains("quote");
    }

    Optional<Issue> issue(RowColumns row) {
        RowColumns.Unread unread = row.unread();
        List<String> columns = unread.columns().stream()
                .filter(column -> !DESCRIBES.matcher(column).matches())
                .sorted()
                .toList();
        if (isOfRaft(columns)) {
            columns =
                    columns.stream().filter(column -> !OF_RAFT.contains(column)).toList();
        }
        List<String> keys = unread.messageKeys().stream()
                .filter(key -> !DESCRIBES.matcher(key).matches() && !isWritten(key))
                .sorted()
                .toList();
        if (columns.isEmpty() && keys.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder found = new StringBuilder();
        if (!columns.isEmpty()) {
            found.append("columns that are not read: ").append(String.join(", ", columns));
        }
        if (!keys.isEmpty()) {
            found.append(found.isEmpty() ? "" : "; ")
                    .append("keys of messages that are not read: ")
                    .append(String.join(", ", keys));
        }
        return Optional.of(Issue.warn(
                Rule.COLUMNS,
                row.place(),
                "has " + found + (columns.isEmpty() ? "" : "; data.columns names those that should be")));
    }

    private boolean isWritten(String key) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(key) + "(?!\\w)")
                .matcher(template)
                .find();
    }
}
