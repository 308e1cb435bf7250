package dev.hone.text;

import dev.hone.text.jinja.Rendering;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
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
    /** Private-use characters that no training text has. */
    private static final String START_OF_CONTENT = "\uE001\uF8FF\uE000";

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
        String reply = null;
        if (!before.isEmpty()) {
            String asked = writer.write(before, false).text();
            reply = prompt.startsWith(asked) && text.startsWith(asked)
                    ? opened(prompt, text, asked.length(), said(writer, before, last, text), last)
                    : aligned(
                            prompt,
                            text,
                            prompt.startsWith(asked) && prompt.length() > asked.length()
                                    ? prompt.substring(asked.length()).strip()
                                    : before.get(before.size() - 1).content().strip());
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

    /** Where the content of the last message begins in a text, by a rendering with a mark before it; its end where that is not known. */
    private static int said(ConversationText.Writer writer, List<Message> before, Message last, String text) {
        List<Message> marked = new ArrayList<>(before);
        marked.add(last.withContent(START_OF_CONTENT + last.content()));
        String other = writer.write(marked, false).text();
        int start = other.lastIndexOf(START_OF_CONTENT);
        return start >= 0 && text.startsWith(other.substring(0, start)) ? start : text.length();
    }

    /**
     * What follows where the template opens a reply otherwise than it writes one that is there, mostly with reasoning that it opens, or opens
     * and ends. The model writes its reasoning if it was opened, the end of it, and then what the template has; a reply without
     * reasoning ends it at once.
     *
     * @param asked where the turns before end, in the prompt and in the text
     * @param said where the content of the reply begins in the text
     */
    private static String opened(String prompt, String text, int asked, int said, Message message) {
        int parted = asked;
        int end = Math.min(prompt.length(), said);
        while (parted < end && prompt.charAt(parted) == text.charAt(parted)) {
            parted++;
        }
        for (String mark : List.of("<>", "[]")) { // not inside of a mark that only begins alike
            int begun = prompt.lastIndexOf(mark.charAt(0), parted - 1);
            if (begun >= asked && begun > prompt.lastIndexOf(mark.charAt(1), parted - 1)) {
                parted = begun;
            }
        }
        String opening = prompt.substring(parted);
        String written = text.substring(parted);
        if (!opening.contains(THINK) || opening.contains(THOUGHT) || written.contains(THOUGHT)) {
            return written;
        }
        String content = message.content();
        int thought = content.indexOf(THOUGHT);
        String reasoning = message.reasoning();
        if (reasoning == null) {
            reasoning = thought < 0 ? "" : content.substring(0, thought).replaceFirst("^\\s*" + THINK, "");
        }
        return (prompt.endsWith("\n") ? "" : "\n") + reasoning.strip() + "\n" + THOUGHT + "\n\n"
                + written.replaceFirst("^\n+", "");
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
