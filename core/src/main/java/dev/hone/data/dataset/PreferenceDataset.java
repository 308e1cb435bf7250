package dev.hone.data.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Pair;
import dev.hone.data.batch.TargetKind;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowFormat;
import dev.hone.data.row.RowReader;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Preference pairs from JSONL: {@code chosen} and {@code rejected} beside a {@code prompt}, both strings or both messages; or
 * whole conversations that begin alike; or beside an {@code instruction}. A {@code margin} may say by how much the chosen
 * answer is better. Held in memory; safe to share between threads.
 */
public final class PreferenceDataset implements Dataset {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What starts a reply in transcripts such as HH-RLHF's. */
    private static final String TURN = "\n\nAssistant:";

    private final TargetKind scored;
    private final DatasetFiles files;
    private final List<Entry> entries = new ArrayList<>();
    private int equal;
    private int overflowed;

    /** A pair and where it stands. */
    private record Entry(Pair pair, DatasetFiles.RowOrigin origin) {}

    private PreferenceDataset(TargetKind scored, DatasetFiles files) {
        this.scored = scored;
        this.files = files;
    }

    /**
     * Reads and checks every pair of some files, or of parts of them. Pairs whose sides are equal teach nothing; they are left out
     * and counted.
     *
     * @param scored what the model gives numbers for
     * @param maxTokens longest side, prompt included
     * @param overflow what is done with a longer one; {@code split} is not possible, and {@code truncate} is not where sides are
     *     scored as a whole, since a text without its end is another text
     * @param listener decides what becomes of rows that cannot be used
     * @throws DataException naming the first row that cannot be used, by file and line, unless the listener continues
     */
    public static PreferenceDataset read(
            List<JsonlFile> files,
            RowRenderer renderer,
            TargetKind scored,
            int maxTokens,
            Overflow overflow,
            ReadingListener listener) {
        if (scored == TargetKind.WHOLE && overflow == Overflow.TRUNCATE) {
            throw new DataException(
                    "data.on-overflow (truncate) would cut off the end of a text, where it is scored; set it"
                            + " to drop or refuse, or raise data.max-tokens");
        }
        DatasetFiles source = new DatasetFiles(files, renderer, maxTokens, overflow);
        PreferenceDataset all = new PreferenceDataset(scored, source);
        RowReader found = source.read(listener, all::add);
        if (all.entries.isEmpty() && found.refused() == 0) {
            throw source.nothingLeft(
                    "pair", "of " + found.read() + ", " + all.equal + " have equal sides and " + all.overflowed);
        }
        return all;
    }

    private void add(ObjectNode row, DatasetFiles.RowOrigin origin) {
        String place = origin.place();
        long number = 2L * entries.size();
        Example chosen = side(row, "chosen", number, place);
        Example rejected = side(row, "rejected", number + 1, place);
        if (Arrays.equals(chosen.tokens(), rejected.tokens())) {
            equal++;
            return;
        }
        int longest = Math.max(chosen.length(), rejected.length());
        if (files.isTooLong(longest)) {
            overflowed++;
            switch (files.overflow()) {
                case REFUSE -> throw files.tooLong(place, "its longer side has", longest, remedies());
                case SPLIT ->
                    throw DataException.at(
                            place,
                            "its longer side has " + longest + " tokens where max-tokens is "
                                    + files.maxTokens() + ", and a pair cannot be split; set data.on-overflow to "
                                    + remedies());
                case DROP -> {
                    return;
                }
                case TRUNCATE -> {
                    chosen = files.cut(chosen);
                    rejected = files.cut(rejected);
                    if (chosen.trained() == 0 || rejected.trained() == 0) {
                        return; // the prompt alone reaches max-tokens
                    }
                    if (Arrays.equals(chosen.tokens(), rejected.tokens())) {
                        equal++;
                        return;
                    }
                }
            }
        }
        float margin = margin(row, place);
        Pair pair = scored == TargetKind.WHOLE
                ? new Pair(chosen.asContext(), rejected.asContext(), margin)
                : new Pair(chosen, rejected, margin);
        entries.add(new Entry(pair, origin));
    }

    private static float margin(ObjectNode row, String place) {
        JsonNode margin = row.path("margin");
        if (!margin.isMissingNode() && !margin.isNumber()) {
            throw DataException.at(place, "margin (" + margin + ") must be a number");
        }
        return (float) margin.asDouble(0);
    }

    private String remedies() {
        return scored == TargetKind.WHOLE ? "drop" : "truncate or drop";
    }

    private Example side(ObjectNode row, String side, long number, String place) {
        Row answered = RowFormat.read(completed(row, side, place), place);
        if (answered.answersNothing()) {
            throw DataException.at(place, side + " is empty, so there is nothing to compare");
        }
        Example example = files.example(answered, number, place);
        if (example.trained() == 0) {
            throw DataException.at(place, side + " has no trained token, so there is nothing to compare");
        }
        return example;
    }

    /** One side as a row of its own. */
    private static ObjectNode completed(ObjectNode row, String side, String place) {
        JsonNode answer = row.path(side);
        if (answer.isMissingNode() || answer.isNull()) {
            throw DataException.at(
                    place,
                    "has no " + side
                            + "; a pair needs chosen and rejected, and a prompt unless both are whole conversations");
        }
        ObjectNode one = JSON.createObjectNode();
        if (row.has("tools")) {
            one.set("tools", row.get("tools"));
        }
        if (row.has("instruction")) {
            one.set("instruction", row.get("instruction"));
            one.set("input", row.path("input"));
            one.set("output", answer);
            if (row.has("system")) {
                one.set("system", row.get("system"));
            }
        } else if (row.has("prompt")) {
            boolean messages = row.get("prompt").isArray();
            one.set("prompt", row.get("prompt"));
            one.set(
                    "completion",
                    messages && answer.isObject() ? JSON.createArrayNode().add(answer) : answer);
        } else if (row.has("messages")) {
            one.set("prompt", row.get("messages"));
            one.set("completion", answer.isObject() ? JSON.createArrayNode().add(answer) : answer);
        } else if (answer.isArray()) {
            int shared = answer.size() - 1;
            one.set("prompt", part(answer, 0, shared));
            one.set("completion", part(answer, shared, answer.size()));
        } else {
            String text = answer.asText();
            int from = implicit(row, place);
            one.put("prompt", text.substring(0, from));
            one.put("completion", text.substring(from));
        }
        return one;
    }

    private static ArrayNode part(JsonNode messages, int from, int to) {
        ArrayNode part = JSON.createArrayNode();
        for (int i = from; i < to; i++) {
            part.add(messages.get(i));
        }
        return part;
    }

    /** Where two transcripts differ first, moved to the end of the word before. */
    private static int implicit(ObjectNode row, String place) {
        String chosen = row.path("chosen").asText();
        String rejected = row.path("rejected").asText();
        int turn = chosen.lastIndexOf(TURN);
        int other = rejected.lastIndexOf(TURN);
        if (turn >= 0 && turn == other && chosen.regionMatches(0, rejected, 0, turn)) {
            return turn + TURN.length();
        }
        int i = 0;
        while (i < Math.min(chosen.length(), rejected.length()) && chosen.charAt(i) == rejected.charAt(i)) {
            i++;
        }
        while (i > 0 && !Character.isWhitespace(chosen.charAt(i - 1))) {
            i--;
        }
        if (i == 0) {
            throw DataException.at(
                    place,
                    "chosen and rejected do not begin alike, so their prompt is not known;" + " give it as prompt");
        }
        return i;
    }

    @Override
    public int count() {
        return entries.size();
    }

    private Pair pair(int row) {
        return entries.get(row).pair();
    }

    @Override
    public int length(int row) {
        return pair(row).length();
    }

    @Override
    public int trainedTokens(int row) {
        return pair(row).chosen().trained() + pair(row).rejected().trained();
    }

    @Override
    public int source(int row) {
        return entries.get(row).origin().file();
    }

    @Override
    public Batch batch(List<Integer> rows) {
        return Pair.batch(rows.stream().map(this::pair).toList(), scored);
    }

    @Override
    public String place(int row) {
        return entries.get(row).origin().place();
    }

    /** Pairs that were left out because both sides are the same. */
    public int equal() {
        return equal;
    }

    /** Pairs that were cut or dropped because they are too long. */
    public int overflowed() {
        return overflowed;
    }
}
