package dev.hone.finetune;

import dev.hone.text.Message;
import java.util.List;

/**
 * Two replies to a conversation, of which one is better.
 *
 * @param prompt ends with a user's turn
 */
public record Preference(List<Message> prompt, String chosen, String rejected) {
    public Preference {
        prompt = List.copyOf(prompt);
    }

    /** Two replies to one message of a user. */
    public static Preference of(String user, String chosen, String rejected) {
        return new Preference(List.of(Message.user(user)), chosen, rejected);
    }
}
