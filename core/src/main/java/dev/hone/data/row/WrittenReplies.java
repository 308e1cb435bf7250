package dev.hone.data.row;

import dev.hone.error.DataException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.RenderedReply;
import dev.hone.text.ToolCall;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requires of a template that it writes what the replies of a conversation have beside their content: the tool calls of all of them, and
 * the reasoning of those that are trained. A template that does not know of these leaves them out, and an empty reply would be learned.
 * Reasoning of earlier turns may be left out on purpose.
 */
record WrittenReplies(ChatTemplate template, Row.Conversation row, String place) {
    private static final String THOUGHT = "</think>";

    /** Looks at trained replies as they are generated, and at the tool calls of all others in the whole conversation. */
    void require(Map<Integer, RenderedReply> replies) {
        for (int i = 0; i < row.messages().size(); i++) {
            Message message = row.messages().get(i);
            RenderedReply reply = replies.get(i);
            if (message.role() == Message.Role.ASSISTANT) {
                if (reply != null) {
                    requireReasoning(message, reply.reply());
                    requireContent(message, reply.reply());
                }
                requireCalls(i, reply == null ? null : reply.reply());
            }
        }
    }

    /** Looks at a conversation that is trained, or read, as one text. */
    void require(String text) {
        int last = row.messages().size() - 1;
        requireReasoning(row.messages().get(last), text);
        for (int i = 0; i <= last; i++) {
            requireCalls(i, null);
        }
    }

    private void requireReasoning(Message reply, String text) {
        String reasoning = reply.reasoning();
        int inside = reply.content().indexOf(THOUGHT);
        if (reasoning == null && inside >= 0) {
            reasoning = reply.content().substring(0, inside).replaceFirst("^\\s*<think>", "");
        }
        if (reasoning != null && !text.contains(reasoning.strip())) {
            throw DataException.at(
                    place,
                    "the reply's reasoning_content is not written by the template " + template.name() + "; "
                            + advice());
        }
    }

    private String advice() {
        for (String variable : List.of("enable_thinking", "thinking")) {
            if (template.source().matches("(?s).*\\b" + variable + "\\b.*")
                    && template.arguments().isEmpty()) {
                return "let it by data.template-arguments: {" + variable + ": true} (render --template-arguments "
                        + variable + "=true), or use one that writes it (chatml does)";
            }
        }
        return "use one that writes it (chatml does), or put it into the content between <think> and </think>";
    }

    /** A template that writes either a reply's calls or its content would lose the content. */
    private void requireContent(Message reply, String text) {
        String content = reply.content().strip();
        if (!reply.toolCalls().isEmpty() && !content.contains(THOUGHT) && !text.contains(content)) {
            throw DataException.at(
                    place,
                    "a reply has content and tool calls, and the template " + template.name()
                            + " leaves out the content; use one that writes both (qwen2.5 does), or leave the content out");
        }
    }

    /**
     * The calls of a message.
     *
     * @param reply where they have to be, if the message is trained
     */
    private void requireCalls(int message, @Nullable String reply) {
        List<ToolCall> calls = row.messages().get(message).toolCalls();
        for (int c = 0; c < calls.size(); c++) {
            ToolCall call = calls.get(c);
            if (reply != null && !reply.contains(call.name()) || !matters(message, c)) {
                throw DataException.at(
                        place,
                        "the call of " + call.name() + " in message " + (message + 1) + " of "
                                + row.messages().size() + " is not written by the template " + template.name()
                                + "; use one that writes tool calls (qwen2.5 does)");
            }
        }
    }

    /** Whether the conversation would be another text without a call. */
    private boolean matters(int message, int call) {
        List<Message> without = new ArrayList<>(row.messages());
        without.set(message, without.get(message).withoutCall(call));
        try {
            return !text(without).equals(text(row.messages()));
        } catch (TemplateException needsIt) {
            return true;
        }
    }

    private String text(List<Message> messages) {
        return template.text(messages, row.tools(), ChatTemplate.Options.conversation());
    }
}
