package dev.hone.recipes.raft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import dev.hone.retrieve.DocumentSet;
import dev.hone.retrieve.TokenCount;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What became of the documents and questions: counts, what was dropped and why, and what the rows were found to be when they were read once
 * more. Immutable.
 *
 * @param falseDistractors candidates that mentioned a right answer and were not taken
 */
public record RaftReport(
        RaftFile file,
        DocumentSet documents,
        DocumentSplit split,
        Drops drops,
        int falseDistractors,
        RowCounts train,
        RowCounts heldOut) {
    /**
     * Counts over rows.
     *
     * @param present rows that show their oracle
     * @param places of those, how many show it first, second, …
     * @param quoted rows whose quotations all stand in their oracle
     * @param recalled of rows with retrieved documents, how many find their oracle among the first 1, 2, …
     * @param longest tokens of the longest prompt and its reply
     */
    @SuppressWarnings("ArrayRecordComponent") // counts that are written at once
    record RowCounts(int rows, int present, int[] places, int quoted, int[] recalled, int longest) {
        static RowCounts of(List<ObjectNode> rows, TokenCount count) {
            int present = 0;
            int quoted = 0;
            int longest = 0;
            int[] places = new int
                    [rows.stream()
                            .mapToInt(row -> row.path("documents").size())
                            .max()
                            .orElse(0)];
            int[] recalled = new int[RaftRows.MOST];
            for (ObjectNode row : rows) {
                String oracle = row.path("oracle").asText();
                if (row.path("oracle-at").isInt()) {
                    present++;
                    places[row.path("oracle-at").asInt()]++;
                }
                String prompt = row.at("/messages/0/content").asText();
                String reply = row.at("/messages/1/content").asText();
                quoted +=
                        RaftReply.of(reply).quotes().stream().allMatch(quote -> Wording.quotes(quote, oracle)) ? 1 : 0;
                longest = Math.max(longest, count.of(prompt) + count.of(reply));
                int found = place(row.path("retrieved"), oracle);
                for (int k = found; k < recalled.length; k++) {
                    recalled[k]++;
                }
            }
            return new RowCounts(rows.size(), present, places, quoted, recalled, longest);
        }

        private static int place(JsonNode texts, String oracle) {
            for (int i = 0; i < texts.size(); i++) {
                if (texts.get(i).asText().equals(oracle)) {
                    return i;
                }
            }
            return Integer.MAX_VALUE;
        }

        ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("rows", rows)
                    .put("oracle-present", present)
                    .put("quotes-verified", quoted)
                    .put("longest-tokens", longest);
            ArrayNode where = json.putArray("oracle-places");
            Arrays.stream(places).forEach(where::add);
            return json;
        }
    }

    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("documents", documents.documents().size())
                .put("chunks-trained", split.train().size())
                .put("chunks-held-out", split.heldOut().size())
                .put("false-distractors-refused", falseDistractors);
        json.set("train", train.json());
        ObjectNode held = heldOut.json();
        ArrayNode recall = held.putArray("retrieval-recall");
        for (int k = 0; k < heldOut.recalled().length && heldOut.rows() > 0; k++) {
            Interval interval = Intervals.wilson(heldOut.recalled()[k], heldOut.rows());
            recall.addObject()
                    .put("k", k + 1)
                    .put("recall", (double) heldOut.recalled()[k] / heldOut.rows())
                    .put("low", interval.low())
                    .put("high", interval.high());
        }
        json.set("held-out", held);
        json.set("dropped", drops.json());
        ArrayNode skipped = json.putArray("skipped");
        documents
                .skipped()
                .forEach(one -> skipped.addObject().put("place", one.place()).put("reason", one.reason()));
        return json;
    }

    /** For a person, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d documents, %,d chunks to train on, %,d held out",
                documents.documents().size(),
                split.train().size(),
                split.heldOut().size()));
        if (!documents.skipped().isEmpty()) {
            DocumentSet.Skipped first = documents.skipped().get(0);
            lines.add(String.format(
                    Locale.ROOT,
                    "%,d files or rows were no documents: %s %s%s",
                    documents.skipped().size(),
                    first.place(),
                    first.reason(),
                    documents.skipped().size() > 1 ? ", …" : ""));
        }
        lines.add(String.format(Locale.ROOT, "%,d rows to train on, %,d held out", train.rows(), heldOut.rows()));
        if (heldOut.rows() > 0 && heldOut.places().length < train.places().length) {
            lines.add(String.format(
                    Locale.ROOT,
                    "held-out rows show at most %d documents, as only %,d chunks are held out; raise held-out for more",
                    heldOut.places().length,
                    split.heldOut().size()));
        }
        lines.add(share("the oracle is among the documents", train.present(), train.rows())
                + String.format(Locale.ROOT, "; asked for: %.0f %%", 100 * file.oracleShare()));
        lines.add("its place: "
                + Arrays.stream(train.places()).mapToObj(Integer::toString).collect(Collectors.joining(", ")));
        lines.add(String.format(
                Locale.ROOT,
                "quotations: those of %,d of %,d rows stand in their oracle",
                train.quoted() + heldOut.quoted(),
                train.rows() + heldOut.rows()));
        lines.add(String.format(
                Locale.ROOT, "%,d candidates mentioned the answer and were refused as distractors", falseDistractors));
        if (heldOut.rows() > 0) {
            lines.add(share("BM25 finds the oracle first", heldOut.recalled()[0], heldOut.rows()));
            lines.add(share("BM25 finds it among five", heldOut.recalled()[4], heldOut.rows()));
        }
        lines.add(String.format(
                Locale.ROOT,
                "longest row: %,d tokens%s",
                Math.max(train.longest(), heldOut.longest()),
                file.model() == null ? " (estimated; model: DIR counts them)" : ""));
        drops.lines().forEach(line -> lines.add("dropped " + line));
        return lines;
    }

    private static String share(String what, int count, int of) {
        return String.format(
                Locale.ROOT,
                "%s in %.1f %% of rows (95 %%: %s)",
                what,
                100.0 * count / Math.max(1, of),
                Intervals.wilson(count, of).percent());
    }
}
