package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One row of preference data: two rows that begin with the same prompt and end with the better and the worse answer to it.
 *
 * <p>The prompt stands beside them: a text or messages in {@code prompt}, messages in {@code messages} or {@code conversations}, or an
 * {@code instruction}. Without one, it is what both sides begin with in common, as TRL's {@code extract_prompt} has it; all that
 * follows on a side is its answer. Sides that repeat the prompt have it once.
 *
 * @param margin by how much the better answer is better; 0 where the row does not say
 */
public record PairRow(Row chosen, Row rejected, float margin) {
    private static final String CHOSEN = "chosen";
    private static final String REJECTED = "rejected";
    /** What starts a turn in transcripts such as HH-RLHF's. */
    private static final String ANSWERS = "\n\nAssistant:";

    private static final String ASKS = "\n\nHuman:";

    /** Whether a row looks like one. */
    public static boolean is(RowColumns row) {
        return row.has(CHOSEN) && row.has(REJECTED);
    }

    /** Understands one row; {@link DataException} with its place if it cannot be used. */
    public static PairRow read(RowColumns row) {
        for (String side : List.of(CHOSEN, REJECTED)) {
            if (!row.has(side)) {
                throw row.refused("has no " + side
                        + "; a pair needs chosen and rejected, and a prompt unless both are whole conversations"
                        + ColumnMapping.hint(row));
            }
        }
        JsonNode margin = row.number("margin");
        if (!margin.isMissingNode() && !margin.isNumber()) {
            throw row.refused("margin (" + margin + ") must be a number");
        }
        return new Reader(row).pair((float) margin.asDouble(0));
    }

    /** One reading of a row. */
    private record Reader(RowColumns row) {
        PairRow pair(float margin) {
            boolean texts = row.get(CHOSEN).isTextual() && row.get(REJECTED).isTextual();
            Optional<String> conversation = RowFormat.conversation(row);
            if (row.has("instruction")) {
                return texts
                        ? new PairRow(
                                RowFormat.alpaca(row, row.string(CHOSEN)).lastAnswer(),
                                RowFormat.alpaca(row, row.string(REJECTED)).lastAnswer(),
                                margin)
                        : beside(RowFormat.asked(row), margin);
            }
            if (row.has("prompt")) {
                if (!row.get("prompt").isTextual()) {
                    return beside(row.after(row.before(), row.messages("prompt")), margin);
                }
                return texts && row.before().isEmpty() ? plain(margin) : besideText(margin);
            }
            if (conversation.isPresent()) {
                return beside(row.after(row.before(), row.messages(conversation.get())), margin);
            }
            return texts ? transcripts(margin) : whole(row.before(), margin);
        }

        private List<Message> side(String name) {
            return row.turns(name, Message.Role.ASSISTANT);
        }

        /** Whether both sides are conversations with a prompt of their own. */
        private boolean sidesAsk() {
            return side(CHOSEN).get(0).role() != Message.Role.ASSISTANT
                    && side(REJECTED).get(0).role() != Message.Role.ASSISTANT;
        }

        /** Sides after a prompt of messages, or whole conversations beside which one of the two, or its beginning, stands again. */
        private PairRow beside(List<Message> prompt, float margin) {
            List<Message> better = side(CHOSEN);
            List<Message> worse = side(REJECTED);
            Answered chosen = Answered.join(prompt, better);
            Answered rejected = Answered.join(prompt, worse);
            boolean follow = chosen.messages().size() == prompt.size() + better.size()
                    || rejected.messages().size() == prompt.size() + worse.size();
            boolean again = Answered.common(prompt, better) > 0 && Answered.common(prompt, worse) > 0;
            if (sidesAsk() && (follow && again || !answersDiffer(chosen.messages(), rejected.messages()))) {
                RowFormat.CONVERSATION.forEach(row::leave);
                row.leave("prompt");
                return whole(List.of(), margin);
            }
            requireAnswers(chosen.messages(), rejected.messages());
            return new PairRow(chosen.row(row.tools()), rejected.row(row.tools()), margin);
        }

        /** Refuses sides that go on after what they begin with in common with somebody else's turn than the assistant's. */
        private void requireAnswers(List<Message> chosen, List<Message> rejected) {
            int first = differ(chosen, rejected);
            for (List<Message> side : List.of(chosen, rejected)) {
                if (side.get(first).role() != Message.Role.ASSISTANT) {
                    throw row.refused("chosen and rejected differ first in a "
                            + side.get(first).role().text() + " turn (message " + (first + 1)
                            + "), so they do not answer the same prompt;"
                            + " a pair is two answers of the assistant to one conversation");
                }
            }
        }

        private static boolean answersDiffer(List<Message> chosen, List<Message> rejected) {
            int first = differ(chosen, rejected);
            return Stream.of(chosen, rejected).allMatch(side -> side.get(first).role() == Message.Role.ASSISTANT);
        }

        /** The first message that is not common to two conversations; the shorter one's last where it is how the other begins. */
        private static int differ(List<Message> chosen, List<Message> rejected) {
            return Math.min(Answered.common(chosen, rejected), Math.min(chosen.size(), rejected.size()) - 1);
        }

        /** A prompt that is text, and sides that are conversations or follow one. */
        private PairRow besideText(float margin) {
            String prompt = row.string("prompt");
            List<Message> before = row.before();
            if (!sidesAsk()) {
                List<Message> all = new ArrayList<>(before);
                all.add(Message.user(prompt));
                return beside(all, margin);
            }
            boolean said = side(CHOSEN).stream()
                    .anyMatch(message -> message.content().strip().equals(prompt.strip()));
            if (!said) {
                row.leave("prompt");
            }
            return whole(before, margin);
        }

        /** Two conversations: the prompt is what they begin with in common. */
        private PairRow whole(List<Message> before, float margin) {
            List<Message> chosen = row.after(before, side(CHOSEN));
            List<Message> rejected = row.after(before, side(REJECTED));
            int prompt = differ(chosen, rejected);
            if (prompt == 0) {
                throw unlike();
            }
            requireAnswers(chosen, rejected);
            List<JsonNode> tools = row.tools();
            return new PairRow(
                    new Answered(chosen, prompt).row(tools), new Answered(rejected, prompt).row(tools), margin);
        }

        /** All three are text. */
        private PairRow plain(float margin) {
            String prompt = row.string("prompt");
            Row.PromptCompletion chosen = new Row.PromptCompletion(prompt, row.string(CHOSEN));
            Row.PromptCompletion rejected = new Row.PromptCompletion(prompt, row.string(REJECTED));
            return chosen.repeatsPrompt() && rejected.repeatsPrompt()
                    ? new PairRow(once(chosen), once(rejected), margin)
                    : new PairRow(chosen, rejected, margin);
        }

        private static Row once(Row.PromptCompletion row) {
            return new Row.PromptCompletion(
                    row.prompt(), row.completion().substring(row.prompt().length()));
        }

        private PairRow transcripts(float margin) {
            String chosen = row.string(CHOSEN);
            String rejected = row.string(REJECTED);
            int from = implicit(chosen, rejected);
            return new PairRow(
                    new Row.PromptCompletion(chosen.substring(0, from), chosen.substring(from)),
                    new Row.PromptCompletion(rejected.substring(0, from), rejected.substring(from)),
                    margin);
        }

        /** Where two transcripts differ first, moved to the end of the word before. */
        private int implicit(String chosen, String rejected) {
            int turn = chosen.lastIndexOf(ANSWERS);
            int other = rejected.lastIndexOf(ANSWERS);
            if (turn >= 0 && turn == other && chosen.regionMatches(0, rejected, 0, turn)) {
                return turn + ANSWERS.length();
            }
            int i = 0;
            while (i < Math.min(chosen.length(), rejected.length()) && chosen.charAt(i) == rejected.charAt(i)) {
                i++;
            }
            boolean turns = turn >= 0 && other >= 0;
            if (turns && lastBefore(chosen, ANSWERS, i) <= lastBefore(chosen, ASKS, i)) {
                throw row.refused("chosen and rejected differ before the assistant's first answer that differs,"
                        + " so they do not answer the same prompt; a pair is two answers to one");
            }
            while (i > 0 && !Character.isWhitespace(chosen.charAt(i - 1))) {
                i--;
            }
            if (i == 0) {
                throw unlike();
            }
            return i;
        }

        /** Where a mark that ends before this place begins last; -1 where it is not. */
        private static int lastBefore(String text, String mark, int end) {
            return text.lastIndexOf(mark, end - mark.length());
        }

        private DataException unlike() {
            return row.refused("chosen and rejected do not begin alike, so their prompt is not known;"
                    + " give it as prompt" + ColumnMapping.hint(row));
        }
    }
}
