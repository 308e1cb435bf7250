package dev.hone.recipes.prefer;

import static dev.hone.error.Require.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The comparisons to be judged, in the order of their prompts. Which completions of a prompt meet, and which of them is on the
 * left, is drawn from the seed and the prompt's position, so neither shows where a completion came from. Immutable.
 */
public final class Deck {
    private final Map<String, AnswerPair> comparisons = new LinkedHashMap<>();
    private int repeated;
    private int alike;
    private int cutOff;

    private Deck() {}

    /**
     * Reads completions: rows with a prompt or messages, as tasks have them, and a {@code completion}. Rows of one prompt belong
     * together wherever they stand. Completions that say the same, white space around them aside, count once; those that were cut off
     * at a length are left out.
     *
     * @param each comparisons of a prompt at most; no completion is in two of them
     * @throws DataException naming the first row that is not of this form, or if no prompt has two different completions
     */
    public static Deck read(Path samples, int each, long seed) {
        require(each > 0, "comparisons of a prompt (%d) must be positive", each);
        JsonlFile file = JsonlFile.open(samples);
        Deck deck = new Deck();
        Map<List<Message>, Set<String>> completions = new LinkedHashMap<>();
        for (int row = 0; row < file.rows(); row++) {
            Set<String> ofPrompt =
                    completions.computeIfAbsent(Task.read(file, row).messages(), prompt -> new LinkedHashSet<>());
            String completion = completion(file.row(row), file.place(row));
            if (isCutOff(file.row(row))) {
                deck.cutOff++;
            } else {
                deck.repeated += ofPrompt.add(completion) ? 0 : 1;
            }
        }
        Draw draw = Draw.of(seed, "comparisons");
        int position = 0;
        for (Map.Entry<List<Message>, Set<String>> prompt : completions.entrySet()) {
            deck.add(prompt.getKey(), List.copyOf(prompt.getValue()), draw.at(position++), each);
        }
        if (deck.comparisons.isEmpty()) {
            throw new DataException(samples + ": none of its " + completions.size()
                    + " prompts has two different completions"
                    + (deck.cutOff > 0 ? " that were not cut off by --max-tokens (" + deck.cutOff + " were)" : "")
                    + "; draw more with ./hone sample --completions, or at a higher"
                    + " --temperature" + (deck.cutOff > 0 ? ", or let them be longer" : ""));
        }
        return deck;
    }

    /** Whether a completion was ended by its length: preferred, it would teach to end where nothing ends. */
    private static boolean isCutOff(ObjectNode row) {
        return Set.of("length", "context").contains(row.path("reason").asText());
    }

    private static String completion(ObjectNode row, String place) {
        if (!row.path("completion").isTextual()) {
            throw new DataException(
                    place + ": has no completion; what is compared are rows as ./hone sample writes them to"
                            + " samples.jsonl, with a prompt or messages and a completion");
        }
        return row.get("completion").asText().strip();
    }

    private void add(List<Message> prompt, List<String> texts, Draw draw, int each) {
        if (texts.size() < 2) {
            alike++;
        }
        int[] order = draw.permutation(texts.size());
        for (int i = 0; i < Math.min(each, texts.size() / 2); i++) {
            AnswerPair comparison = new AnswerPair(prompt, texts.get(order[2 * i]), texts.get(order[2 * i + 1]));
            comparisons.put(comparison.key(), comparison);
        }
    }

    /** The first comparison without a verdict, if there is one. */
    public Optional<AnswerPair> next(Verdicts verdicts) {
        return comparisons.entrySet().stream()
                .filter(entry -> verdicts.of(entry.getKey()).isEmpty())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The verdicts on comparisons of this deck. */
    public Tally tally(Verdicts verdicts) {
        return Tally.of(comparisons.keySet().stream()
                .flatMap(key -> verdicts.of(key).stream())
                .toList());
    }

    boolean contains(String key) {
        return comparisons.containsKey(key);
    }

    /** All comparisons, judged or not. */
    public List<AnswerPair> comparisons() {
        return List.copyOf(comparisons.values());
    }

    /** Completions that were left out because they repeat another of their prompt. */
    public int repeated() {
        return repeated;
    }

    /** Completions that were left out because they were cut off at a length. */
    public int cutOff() {
        return cutOff;
    }

    /** Prompts that were left out because their completions all say the same. */
    public int alike() {
        return alike;
    }
}
