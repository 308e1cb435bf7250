package dev.hone.gguf.ollama;

import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import java.util.List;

/**
 * What a chat template writes around the contents of a conversation, found by rendering conversations whose contents are easy to find again.
 *
 * @param beforeFirst before a first message of the user, where there is no system message
 * @param beforeSystem before a system message
 * @param systemToUser between a system message and the user's
 * @param userToAssistant between a message and its reply
 * @param assistantToUser between a reply and the next message
 * @param beforeReply behind the last message, where the model goes on
 */
record Turns(
        String beforeFirst,
        String beforeSystem,
        String systemToUser,
        String userToAssistant,
        String assistantToUser,
        String beforeReply) {
    private static final String SYSTEM = "Qszx1";
    private static final String USER = "Qszx2";
    private static final String ASSISTANT = "Qszx3";
    private static final String AGAIN = "Qszx4";

    /** Finds them; {@link IllegalArgumentException} where contents do not stand in the text once and in order. */
    static Turns of(ChatTemplate template) {
        String[] plain = around(
                prompt(template, Message.user(USER), Message.assistant(ASSISTANT), Message.user(AGAIN)),
                USER,
                ASSISTANT,
                AGAIN);
        String[] system = around(prompt(template, Message.system(SYSTEM), Message.user(USER)), SYSTEM, USER);
        return new Turns(plain[0], system[0], system[1], plain[1], plain[2], plain[3]);
    }

    static String prompt(ChatTemplate template, Message... messages) {
        return template.text(List.of(messages), List.of(), ChatTemplate.Options.prompt());
    }

    /** What stands before, between and behind the contents. */
    private static String[] around(String text, String... contents) {
        String[] around = new String[contents.length + 1];
        int at = 0;
        for (int i = 0; i < contents.length; i++) {
            int place = text.indexOf(contents[i], at);
            if (place < 0 || text.indexOf(contents[i], place + 1) >= 0) {
                throw new IllegalArgumentException("it does not write every message once and in order");
            }
            around[i] = text.substring(at, place);
            at = place + contents[i].length();
        }
        around[contents.length] = text.substring(at);
        return around;
    }
}
