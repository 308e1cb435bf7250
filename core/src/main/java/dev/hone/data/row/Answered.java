package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation with the place where the answer to its prompt begins.
 *
 * @param prompt how many leading messages are the prompt
 */
record Answered(List<Message> messages, int prompt) {
    Answered {
        messages = List.copyOf(messages);
    }

    /**
     * An answer after its prompt. Some data repeats the prompt, or its last turns, at the beginning of an answer; these are written once.
     */
    static Answered join(List<Message> prompt, List<Message> answer) {
        for (int same = Math.min(prompt.size(), answer.size() - 1); same > 0; same--) {
            if (same(prompt.subList(prompt.size() - same, prompt.size()), answer.subList(0, same))) {
                return of(prompt, answer.subList(same, answer.size()));
            }
        }
        int system = 0; // an answer may also have a system text before the prompt it repeats
        while (system < answer.size() && answer.get(system).role() == Message.Role.SYSTEM) {
            system++;
        }
        int end = system + prompt.size();
        if (system > 0 && end < answer.size() && same(prompt, answer.subList(system, end))) {
            return new Answered(answer, end);
        }
        return of(prompt, answer);
    }

    private static Answered of(List<Message> prompt, List<Message> answer) {
        List<Message> all = new ArrayList<>(prompt);
        all.addAll(answer);
        return new Answered(all, prompt.size());
    }

    private static boolean same(List<Message> some, List<Message> others) {
        return common(some, others) == Math.max(some.size(), others.size());
    }

    /** How many messages two conversations begin with in common; how much a turn counts makes no difference. */
    static int common(List<Message> some, List<Message> others) {
        int i = 0;
        while (i < Math.min(some.size(), others.size())
                && some.get(i).withWeight(1).equals(others.get(i).withWeight(1))) {
            i++;
        }
        return i;
    }

    /** The answer, to be trained on in all its turns. */
    Row.Conversation row(List<JsonNode> tools) {
        return new Row.Conversation(messages, prompt, tools);
    }
}
