package dev.hone.recipes.check;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.RowRule;
import dev.hone.recipes.rule.Rule;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Sees each row as a run would read it, and notes what a report contains: what is wrong with each, which are there twice, how
 * long they are. Not safe to share between threads.
 */
public final class CheckSurvey {
    private static final int SAMPLES = 3;

    private final Issues complaints = new Issues();
    private final Repeats repeats = new Repeats();
    private final List<SampledRow> samples = new ArrayList<>();
    private int[] lengths = new int[1024];
    private int rendered;
    private int sequences;
    private long tokens;
    private long trainedTokens;

    private RowUse part = RowUse.TRAINED;
    private String place = "";
    private String prompt = "";
    private final List<String> texts = new ArrayList<>();
    private final Set<Rule> noted = EnumSet.noneOf(Rule.class);

    /** What rows are used for. */
    public enum RowUse {
        /** To be trained on by the run's method. */
        TRAINED,
        /** To be trained on, and a share of them to be held out instead. */
        TRAINED_OR_HELD_OUT,
        /** To be trained on beside them. */
        REPLAYED,
        /** To be measured on. */
        MEASURED
    }

    /** A row, or a side of one, as the model sees it. */
    record SampledRow(String place, RowRenderer.Rendered rendered) {}

    /** Inspects the rows of a part. */
    public RowRenderer.Inspector of(RowUse next, List<RowRule> rules) {
        finishRow();
        return (row, seen, where) -> {
            if (!where.equals(place)) {
                finishRow();
                part = next;
                place = where;
                prompt = prompt(row);
            }
            count(seen, where);
            texts.add(seen.text());
            for (RowRule rule : rules) {
                rule.complaint(row, seen, where)
                        .filter(complaint -> noted.add(complaint.flaw())) // once a row, also of a pair
                        .ifPresent(complaints::add);
            }
        };
    }

    /** Notes anything else that is wrong. */
    public void note(Issue complaint) {
        complaints.add(complaint);
    }

    /** Notes that a row cannot be used; not again where it is known to be too long. */
    public void refused(DataException problem) {
        if (noted.contains(Rule.OVERFLOW) && problem.place().equals(place)) {
            return;
        }
        complaints.add(Issue.refuse(Rule.ROW, problem.place(), problem.reason()));
    }

    private void count(RowRenderer.Rendered seen, String where) {
        if (rendered == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * rendered);
        }
        lengths[rendered++] = seen.example().longest();
        sequences += seen.texts().size();
        tokens += seen.example().computed();
        trainedTokens += seen.example().trained();
        if (samples.stream()
                        .map(SampledRow::place)
                        .filter(known -> !known.equals(where))
                        .distinct()
                        .count()
                < SAMPLES) {
            samples.add(new SampledRow(where, seen));
        }
    }

    private void finishRow() {
        if (!texts.isEmpty()) {
            if (texts.size() == 2 && texts.get(0).equals(texts.get(1))) {
                complaints.add(Issue.warn(
                        Rule.EQUAL_SIDES, place, "both sides are the same, which gives no gradient: it is left out"));
            }
            repeats.complaint(part, place, prompt, texts).ifPresent(complaints::add);
            texts.clear();
        }
        noted.clear();
        place = "";
    }

    /** What comes before the last answer; empty for a text. */
    private static String prompt(Row row) {
        if (row instanceof Row.PromptCompletion completion) {
            return completion.prompt();
        }
        StringBuilder prompt = new StringBuilder();
        if (row instanceof Row.Conversation talk) {
            for (Message message : talk.messages().subList(0, talk.messages().size() - 1)) {
                prompt.append(message.role().text())
                        .append('\0')
                        .append(message.content())
                        .append('\0');
            }
        }
        return prompt.toString();
    }

    /** Ends the last row. */
    void finish() {
        finishRow();
        lengths = Arrays.copyOf(lengths, rendered);
        Arrays.sort(lengths);
    }

    Issues complaints() {
        return complaints;
    }

    List<SampledRow> samples() {
        return samples;
    }

    /** Sequences of all rows; as many as rows, unless some are trained reply by reply. */
    int sequences() {
        return sequences;
    }

    /** Rows, of pairs both sides. */
    int rendered() {
        return rendered;
    }

    long tokens() {
        return tokens;
    }

    long trainedTokens() {
        return trainedTokens;
    }

    /** A percentile of the rows' lengths, by nearest rank; 0 where there is none. After the end. */
    int length(int percent) {
        return rendered == 0 ? 0 : lengths[Math.max(0, (int) Math.ceil(percent / 100.0 * rendered) - 1)];
    }
}
