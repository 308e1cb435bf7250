package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.text.Message;
import dev.hone.text.Tokenizer;
import dev.hone.text.ToolCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a row says holds no token that marks structure: the tokenizer reads one wherever its spelling stands. Inside a trained reply one
 * that generation stops at teaches to stop in the middle, or twice; that is refused. All others are reported. What is written as one
 * text, a prompt or a document, may hold such tokens on purpose, and so may the end of a completion.
 */
public final class ControlTokens implements RowRule {
    private final TrainOn trainOn;
    /** Spellings by their first character, each with whether it stops generation. */
    private final Map<Character, List<Mark>> marks = new HashMap<>();

    private record Mark(String text, boolean stops) {}

    public ControlTokens(Tokenizer tokenizer, Set<Integer> stops, TrainOn trainOn) {
        this.trainOn = trainOn;
        for (int id = 0; id < tokenizer.size(); id++) {
            if (tokenizer.isSpecial(id)) {
                String text = tokenizer.tokenOf(id);
                if (text.length() > 1) {
                    marks.computeIfAbsent(text.charAt(0), first -> new ArrayList<>())
                            .add(new Mark(text, stops.contains(id)));
                }
            }
        }
    }

    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        if (row instanceof Row.PromptCompletion completion) {
            String said = completion.completion();
            Mark end = ending(said);
            Mark inside = first(
                    end == null
                            ? said
                            : said.substring(0, said.length() - end.text().length()),
                    true);
            return inside == null ? Optional.empty() : Optional.of(issue(inside, "its completion", true, place));
        }
        if (!(row instanceof Row.Conversation talk)) {
            return Optional.empty();
        }
        Issue told = null;
        int last = talk.messages().size() - 1;
        for (int i = 0; i <= last; i++) {
            Message message = talk.messages().get(i);
            boolean trained = message.role() == Message.Role.ASSISTANT
                    && message.weight() > 0
                    && (trainOn == TrainOn.LAST_REPLY ? i == last : i >= talk.context());
            Mark mark = first(said(message), trained);
            if (mark != null) {
                Issue issue = issue(mark, "message " + (i + 1) + " of " + (last + 1), trained, place);
                if (issue.severity() == Issue.Severity.REFUSE) {
                    return Optional.of(issue);
                }
                told = told == null ? issue : told;
            }
        }
        return Optional.ofNullable(told);
    }

    /** All that a message says: its reasoning, its content, and the calls it makes. */
    private static String said(Message message) {
        StringBuilder said = new StringBuilder();
        if (message.reasoning() != null) {
            said.append(message.reasoning()).append('\n');
        }
        said.append(message.content());
        for (ToolCall call : message.toolCalls()) {
            said.append('\n').append(call.name()).append(' ').append(call.arguments());
        }
        return said.toString();
    }

    private static Issue issue(Mark mark, String where, boolean trained, String place) {
        return trained && mark.stops()
                ? Issue.refuse(
                        Rule.CONTROL_TOKEN,
                        place,
                        where + " has " + mark.text()
                                + " in a trained reply, where generation stops; take it out, as what"
                                + " ends a reply is added, or spell it otherwise")
                : Issue.warn(
                        Rule.CONTROL_TOKEN,
                        place,
                        where + " has " + mark.text() + ", which is a special token to the tokenizer and no text");
    }

    /** The first mark in a text; one that stops generation before all others where asked for. */
    private @Nullable Mark first(String text, boolean stopsFirst) {
        Mark first = null;
        for (int i = 0; i < text.length(); i++) {
            for (Mark mark : marks.getOrDefault(text.charAt(i), List.of())) {
                if (text.startsWith(mark.text(), i)) {
                    if (mark.stops() || !stopsFirst) {
                        return mark;
                    }
                    first = first == null ? mark : first;
                }
            }
        }
        return first;
    }

    private @Nullable Mark ending(String text) {
        return marks.values().stream()
                .flatMap(List::stream)
                .filter(mark -> mark.stops() && text.endsWith(mark.text()))
                .findFirst()
                .orElse(null);
    }
}
