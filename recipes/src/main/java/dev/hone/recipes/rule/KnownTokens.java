package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is spelled like a special token is one to the tokenizer. {@code [INST]} and tags such as {@code <tool_call>} are
 * ordinary text to many models and not looked for.
 *
 * <p>Marks that a template of the user's choice writes and the tokenizer does not know are refused. Those of the model's own
 * template, and those in a row's own text, are as they were meant to be for all we know; they are only reported.
 */
public final class KnownTokens implements RowRule {
    private static final Pattern MARK =
            Pattern.compile("<[|｜][^|｜<>\\s]{1,40}[|｜]>|<(?:bos|eos|start_of_turn|end_of_turn|end_of_utterance)>|</s>");
    /** More spellings than any format has; beyond, they are data. */
    private static final int REMEMBERED = 10_000;

    private final Tokenizer tokenizer;
    private final boolean ownTemplate;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    public KnownTokens(Tokenizer tokenizer, boolean ownTemplate) {
        this.tokenizer = tokenizer;
        this.ownTemplate = ownTemplate;
    }

    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        Matcher marks = MARK.matcher(rendered.text());
        Issue first = null;
        while (marks.find()) {
            String mark = marks.group();
            if (known(mark)) {
                continue;
            }
            boolean written = row instanceof Row.Conversation talk && !says(talk, mark);
            if (written && !ownTemplate) {
                return Optional.of(Issue.refuse(
                        Rule.UNKNOWN_TOKEN,
                        place,
                        "the template writes " + mark + ", which is several ordinary tokens to the tokenizer; name a"
                                + " template of tokens it has as data.template (alpaca needs none), or add it to"
                                + " tokenizer.json and resize the embedding"));
            }
            if (first == null && !mark.equals("</s>")) { // which HTML has too
                first = Issue.warn(
                        Rule.UNKNOWN_TOKEN,
                        place,
                        (written ? "the model's own template writes " : "its text has ") + mark
                                + ", which looks like a special token and is several ordinary ones to the tokenizer");
            }
        }
        return Optional.ofNullable(first);
    }

    private boolean known(String mark) {
        if (known.size() > REMEMBERED) {
            known.clear();
        }
        return known.computeIfAbsent(mark, text -> tokenizer.ids(text, Specials.NONE).length == 1);
    }

    private static boolean says(Row.Conversation talk, String mark) {
        for (Message message : talk.messages()) {
            String reasoning = message.reasoning();
            if (message.content().contains(mark) || reasoning != null && reasoning.contains(mark)) {
                return true;
            }
        }
        return false;
    }
}
