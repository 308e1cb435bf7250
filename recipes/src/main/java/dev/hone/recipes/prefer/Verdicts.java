package dev.hone.recipes.prefer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has been chosen, on disk as soon as it is chosen, in two files that grow together:
 *
 * <pre>
 * pairs.jsonl          {"prompt": […], "chosen": […], "rejected": […]}      one row a choice, for preference training
 * pairs.judged.jsonl   {"comparison": "4f0c9a1be2d37758", "verdict": "left"}   one row a verdict: left, right or tie
 * </pre>
 *
 * <p>The verdict is written before its pair. Where a process ended between the two, the verdict is taken back when the files are
 * opened again, and the comparison is judged again. For one thread; other processes are kept out.
 */
public final class Verdicts implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LineLog pairs;
    private final LineLog judged;
    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final Deque<String> order = new ArrayDeque<>();

    private Verdicts(LineLog pairs, LineLog judged) {
        this.pairs = pairs;
        this.judged = judged;
    }

    /** The file that {@code ./hone prefer} keeps beside its output for a purpose: {@code pairs.judged.jsonl}. */
    public static Path beside(Path output, String purpose) {
        String name = String.valueOf(output.getFileName()).replaceFirst("\\.jsonl?$", "");
        return output.resolveSibling(name + "." + purpose + ".jsonl");
    }

    /**
     * Opens an output, to resume after what was judged before, or creates it.
     *
     * @throws DataException if the files there were not written by this class, or are in use
     */
    public static Verdicts open(Path output) throws IOException {
        Path record = beside(output, "judged");
        if (Files.isDirectory(output)) {
            throw new DataException(output + ": is a folder, not a file");
        }
        if (Files.exists(output) && Files.size(output) > 0 && !Files.exists(record)) {
            throw new DataException(output + ": was not written by ./hone prefer (" + record.getFileName()
                    + " beside it is missing); give another --output");
        }
        LineLog judged = LineLog.open(record);
        try {
            Verdicts verdicts = new Verdicts(LineLog.open(output), judged);
            try {
                verdicts.read(output, record);
                return verdicts;
            } catch (IOException | RuntimeException e) {
                verdicts.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            judged.close();
            throw e;
        }
    }

    private void read(Path output, Path record) throws IOException {
        List<String> lines = judged.lines();
        for (int i = 0; i < lines.size(); i++) {
            keep(lines.get(i), record + ":" + (i + 1));
        }
        int choices = tally().pairs();
        boolean lastIsMissing = choices == pairs.count() + 1 && verdicts.get(order.getLast()) != Verdict.TIE;
        if (choices != pairs.count() && !lastIsMissing) {
            throw new DataException(output + ": has " + pairs.count() + " pairs where " + record + " records " + choices
                    + " choices, so they do not belong together; give another --output, or remove both to start over");
        }
        pairs.trim();
        judged.trim();
        if (lastIsMissing) {
            forgetLast();
        }
    }

    private void keep(String line, String place) {
        JsonNode row;
        try {
            row = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new DataException(place + ": is not valid JSON", e);
        }
        String key = row.path("comparison").asText();
        Verdict verdict = Verdict.of(row.path("verdict").asText())
                .filter(of -> !key.isEmpty())
                .orElseThrow(() -> new DataException(place + ": (" + line
                        + ") is not of the form {\"comparison\": …, \"verdict\": left, right or tie}"));
        if (verdicts.put(key, verdict) != null) {
            throw new DataException(place + ": judges comparison " + key + " a second time");
        }
        order.addLast(key);
    }

    /** The verdict on a comparison, if it was judged. */
    Optional<Verdict> of(String key) {
        return Optional.ofNullable(verdicts.get(key));
    }

    /** Writes a verdict, and the pair if one side is better. */
    public void add(AnswerPair comparison, Verdict verdict) throws IOException {
        String key = comparison.key();
        judged.append(JsonNodeFactory.instance
                .objectNode()
                .put("comparison", key)
                .put("verdict", verdict.text())
                .toString());
        if (verdict != Verdict.TIE) {
            pairs.append(comparison.pair(verdict).toString());
        }
        verdicts.put(key, verdict);
        order.addLast(key);
    }

    /** Takes back the last verdict if it was on a comparison of this deck; returns whether there was one. */
    public boolean undo(Deck deck) throws IOException {
        if (order.isEmpty() || !deck.contains(order.getLast())) {
            return false;
        }
        if (verdicts.get(order.getLast()) != Verdict.TIE) {
            pairs.removeLast();
        }
        forgetLast();
        return true;
    }

    private void forgetLast() throws IOException {
        judged.removeLast();
        verdicts.remove(order.removeLast());
    }

    /** All verdicts in the files, also those on comparisons of other decks. */
    public Tally tally() {
        return Tally.of(verdicts.values());
    }

    @Override
    public void close() throws IOException {
        try (judged) {
            pairs.close();
        }
    }
}
