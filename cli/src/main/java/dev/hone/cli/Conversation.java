package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What has been said in a chat, turn by turn, and the part of it that the model still sees: the oldest turns leave that part where the
 * whole outgrows the model's context. The system message stays.
 *
 * <p>A turn is a question and its reply. Belongs to one thread.
 */
final class Conversation {
    private final List<Message> opening;
    private final List<Turn> turns = new ArrayList<>();
    private int seenFrom;

    private record Turn(Message question, Message reply) {}

    private Conversation(List<Message> opening) {
        this.opening = opening;
    }

    /**
     * A conversation in which nothing has been said.
     *
     * @param system the system message before it; null: none
     */
    static Conversation opening(@Nullable String system) {
        return new Conversation(system == null ? List.of() : List.of(Message.system(system)));
    }

    /** A conversation that begins as this one did. */
    Conversation anew() {
        return new Conversation(opening);
    }

    /**
     * Makes room for a question.
     *
     * @param most tokens that the prompt may have
     * @param length tokens of a prompt
     * @return how many of the oldest turns left the part that is seen; below zero if the question is too long even alone
     */
    int makeRoom(String question, int most, ToIntFunction<List<Message>> length) {
        int before = seenFrom;
        int from = seenFrom;
        while (length.applyAsInt(prompt(question, from)) > most) {
            if (from == turns.size()) {
                return -1; // nothing left, so that a shorter question finds the conversation as it was
            }
            from++;
        }
        seenFrom = from;
        return from - before;
    }

    /** What the model sees where it replies to a question. */
    List<Message> prompt(String question) {
        return prompt(question, seenFrom);
    }

    private List<Message> prompt(String question, int from) {
        List<Message> messages = new ArrayList<>(opening);
        for (Turn turn : turns.subList(from, turns.size())) {
            messages.add(turn.question());
            messages.add(turn.reply());
        }
        messages.add(Message.user(question));
        return messages;
    }

    /** Ends a turn. */
    void add(String question, String reply) {
        turns.add(new Turn(Message.user(question), Message.assistant(reply)));
    }

    /** How many turns there were, also those that are no longer seen. */
    int turns() {
        return turns.size();
    }

    /** How many messages there were, with the system's. */
    int messages() {
        return opening.size() + 2 * turns.size();
    }

    /** All turns as a row to train on; white space around replies is left out. */
    ObjectNode row() {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = row.putArray("messages");
        opening.forEach(message -> add(messages, message, message.content()));
        for (Turn turn : turns) {
            add(messages, turn.question(), turn.question().content());
            add(messages, turn.reply(), turn.reply().content().strip());
        }
        return row;
    }

    private static void add(ArrayNode messages, Message message, String content) {
        messages.addObject().put("role", message.role().text()).put("content", content);
    }
}
