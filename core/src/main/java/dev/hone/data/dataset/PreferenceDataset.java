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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

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
    private final List<Pair> pairs = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private final List<Integer> sources = new ArrayList<>();
    private int equal;
    private int overflowed;

    private PreferenceDataset(TargetKind scored) {
        this.scored = scored;
    }

    /** Pairs whose answers are scored token by token; see the other method. */
    public static PreferenceDataset read(
            List<Path> paths,
            RowRenderer renderer,
            int maxTokens,
            Overflow overflow,
            IntConsumer progress,
            BooleanSupplier stop) {
        return read(paths, renderer, TargetKind.ANSWERS, maxTokens, overflow, progress, stop);
    }

    /**
     * Reads and checks every pair. Pairs whose sides are equal teach nothing; they are left out and counted.
     *
     * @param scored what the model gives numbers for
     * @param maxTokens longest side, prompt included
     * @param overflow what is done with a longer one; {@code split} is not possible, and {@code truncate} is not where sides are
     *     scored as a whole, since a text without its end is another text
     * @throws DataException naming the first row that cannot be used, by file and line
     */
    public static PreferenceDataset read(
            List<Path> paths,
            RowRenderer renderer,
            TargetKind scored,
            int maxTokens,
            Overflow overflow,
            IntConsumer progress,
            BooleanSupplier stop) {
        return read(
                paths.stream().map(JsonlFile::open).toList(),
                renderer,
                scored,
                maxTokens,
                overflow,
                ReadingListener.of(progress, stop));
    }

    /** The same of opened files, which may be parts of files; what becomes of rows that cannot be used, the listener says. */
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
        PreferenceDataset all = new PreferenceDataset(scored);
        RowReader walk = RowReader.over(
                files,
                listener,
                (f, row) -> all.add(f, files.get(f).row(row), files.get(f).place(row), renderer, maxTokens, overflow));
        if (all.pairs.isEmpty() && walk.refused() == 0) {
            throw new DataException(JsonlFile.paths(files) + ": no pair is left to learn from; of " + walk.read() + ", "
                    + all.equal + " have equal sides and " + all.overflowed + " are longer than max-tokens ("
                    + maxTokens + ")");
        }
        return all;
    }

    private void add(int source, ObjectNode row, String place, RowRenderer renderer, int maxTokens, Overflow overflow) {
        long number = 2L * pairs.size();
        Example chosen = side(row, "chosen", number, place, renderer);
        Example rejected = side(row, "rejected", number + 1, place, renderer);
        if (Arrays.equals(chosen.tokens(), rejected.tokens())) {
            equal++;
            return;
        }
        int longest = Math.max(chosen.length(), rejected.length());
        if (longest > maxTokens) {
            overflowed++;
            switch (overflow) {
                case REFUSE ->
                    throw new DataException(place + ": its longer side has " + longest + " tokens where max-tokens is "
                            + maxTokens + "; raise data.max-tokens, or set data.on-overflow to " + remedies());
                case SPLIT ->
                    throw new DataException(place + ": its longer side has " + longest + " tokens where max-tokens is "
                            + maxTokens + ", and a pair cannot be split; set data.on-overflow to " + remedies());
                case DROP -> {
                    return;
                }
                case TRUNCATE -> {
                    chosen = cut(chosen, maxTokens);
                    rejected = cut(rejected, maxTokens);
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
        JsonNode margin = row.path("margin");
        if (!margin.isMissingNode() && !margin.isNumber()) {
            throw new DataException(place + ": margin (" + margin + ") must be a number");
        }
        float by = (float) margin.asDouble(0);
        pairs.add(
                scored == TargetKind.WHOLE
                        ? new Pair(chosen.asContext(), rejected.asContext(), by)
                        : new Pair(chosen, rejected, by));
        places.add(place);
        sources.add(source);
    }

    private String remedies() {
        return scored == TargetKind.WHOLE ? "drop" : "truncate or drop";
    }

    private static Example side(ObjectNode row, String side, long number, String place, RowRenderer renderer) {
        Row answered = RowFormat.read(completed(row, side, place), place);
        if (answered.answersNothing()) {
            throw new DataException(place + ": " + side + " is empty, so there is nothing to compare");
        }
        Example example = renderer.render(answered, number, place).example();
        if (example.trained() == 0) {
            throw new DataException(place + ": " + side + " has no token to learn, so there is nothing to compare");
        }
        return example;
    }

    /** One side as a row of its own. */
    private static ObjectNode completed(ObjectNode row, String side, String place) {
        JsonNode answer = row.path(side);
        if (answer.isMissingNode() || answer.isNull()) {
            throw new DataException(place + ": has no " + side
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

    /** Where two transcripts part, set back to the end of a word. */
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
            throw new DataException(place + ": chosen and rejected do not begin alike, so their prompt is not known;"
                    + " give it as prompt");
        }
        return i;
    }

    private static Example cut(Example example, int length) {
        int kept = Math.min(length, example.length());
        return new Example(
                example.row(), Arrays.copyOf(example.tokens(), kept), Arrays.copyOf(example.weights(), kept));
    }

    @Override
    public int count() {
        return pairs.size();
    }

    @Override
    public int length(int row) {
        return pairs.get(row).length();
    }

    @Override
    public int trainedTokens(int row) {
        return pairs.get(row).chosen().trained() + pairs.get(row).rejected().trained();
    }

    @Override
    public int source(int row) {
        return sources.get(row);
    }

    @Override
    public Batch batch(List<Integer> rows) {
        return Pair.batch(rows.stream().map(pairs::get).toList(), scored);
    }

    @Override
    public String place(int row) {
        return places.get(row);
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
