package dev.hone.text;

import dev.hone.text.jinja.Rendering;
import dev.hone.text.jinja.TemplateException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reply of a conversation as it is generated: what a model is given, and what it then writes.
 *
 * @param prompt the turns before it and the opening of the assistant's turn
 * @param reply all that follows in the template's text of the conversation up to this reply, with what ends it
 * @param marked the part of both together that the template marks as generated; null where it marks nothing
 */
public record RenderedReply(String prompt, String reply, RenderedChat.@Nullable Span marked) {
    private static final String THINK = "<think>";
    private static final String THOUGHT = "</think>";

    /** The prompt followed by the reply. */
    public String text() {
        return prompt + reply;
    }

    /** The last of some messages, as it is generated. */
    static RenderedReply of(String template, ConversationText.Writer writer, List<Message> messages) {
        Message last = messages.get(messages.size() - 1);
        List<Message> before = messages.subList(0, messages.size() - 1);
        String prompt = writer.write(before, true).text();
        Rendering closed = writer.write(messages, false);
        String text = closed.text();
        if (text.startsWith(prompt)) {
            int marks = closed.located() ? closed.generated().size() : 0;
            return new RenderedReply(
                    prompt,
                    text.substring(prompt.length()),
                    marks == 0
                            ? null
                            : new RenderedChat.Span(
                                    closed.generated().get(marks - 1).start(),
                                    closed.generated().get(marks - 1).end()));
        }
        String reply = thoughtful(prompt, text, last);
        if (reply == null && !before.isEmpty()) {
            String asked = writer.write(before, false).text();
            String opening = prompt.startsWith(asked) ? prompt.substring(asked.length()).strip() : "";
            reply = aligned(
                    prompt,
                    text,
                    opening.isEmpty() ? before.get(before.size() - 1).content().strip() : opening);
        }
        if (reply == null || reply.isBlank()) {
            throw new TemplateException(
                    template,
                    0,
                    ("the reply in message %d cannot be told from what comes before it: the template writes that otherwise"
                                    + " once the reply is there, and no opening of the reply is found in it")
                            .formatted(messages.size()));
        }
        return new RenderedReply(prompt, reply, null);
    }

    /**
     * A prompt that opens the model's reasoning, where the template writes no reasoning in replies that are there: the model writes its
     * reasoning, the end of it, and then what the template has. A reply without reasoning ends it at once.
     */
    private static @Nullable String thoughtful(String prompt, String text, Message message) {
        int opening = prompt.lastIndexOf(THINK);
        if (opening < 0
                || !prompt.substring(opening + THINK.length()).isBlank()
                || !text.startsWith(prompt.substring(0, opening))) {
            return null;
        }
        String content = message.content();
        int end = content.indexOf(THOUGHT);
        String reasoning = message.reasoning();
        if (reasoning == null) {
            reasoning = end < 0 ? "" : content.substring(0, end).replaceFirst("^\\s*" + THINK, "");
        }
        String thought = reasoning.strip();
        return (prompt.endsWith("\n") ? "" : "\n") + thought + "\n" + THOUGHT + "\n\n"
                + text.substring(opening).replaceFirst("^\n+", "");
    }

    /**
     * What follows in a text where it has come to the end of the prompt, although it came there by another way: by what stands before
     * it in the text, the place that has most in common with the end of the prompt.
     *
     * @param least what both have to end with there: the opening of the reply, or the question
     */
    private static @Nullable String aligned(String prompt, String text, String least) {
        int parted = 0;
        while (parted < Math.min(prompt.length(), text.length()) && prompt.charAt(parted) == text.charAt(parted)) {
            parted++;
        }
        int best = -1;
        int most = 0;
        for (int end = parted; end <= text.length(); end++) {
            int common = 0;
            while (common < Math.min(prompt.length(), end)
                    && prompt.charAt(prompt.length() - 1 - common) == text.charAt(end - 1 - common)) {
                common++;
            }
            if (common > most) {
                most = common;
                best = end;
            }
        }
        String common = prompt.substring(prompt.length() - most);
        return best < 0 || least.isEmpty() || !common.contains(least) ? null : text.substring(best);
    }
}
