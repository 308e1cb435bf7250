package dev.hone.data.row;

import dev.hone.data.Example;
import dev.hone.error.DataException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Continuation;
import dev.hone.text.Encoding;
import dev.hone.text.Message;
import dev.hone.text.RenderedChat;
import dev.hone.text.RenderedReply;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a conversation into an example.
 *
 * <p>It is one sequence where the template keeps what it has written: for every trained reply, the tokens that it is generated after
 * begin those of the whole conversation, and what it generates follows them. Then a token is trained from the one that contains the
 * first character of a reply through the one that contains its last, end of turn included; a template that marks what the model
 * generates decides that itself.
 *
 * <p>Other templates rewrite a conversation as it continues: they drop earlier reasoning, move the system message to the last question,
 * or close the last reply in a way of its own. There each trained reply is a sequence: the turns before it as the template writes them
 * for its generation, and the reply.
 */
record ConversationRenderer(Tokenizer tokenizer, ChatTemplate template, TrainOn trainOn) {
    /** {@link DataException} or {@link TemplateException} if it cannot be. */
    RowRenderer.Rendered render(Row.Conversation row, long number, String place) {
        Message last = row.messages().get(row.messages().size() - 1);
        if (last.role() != Message.Role.ASSISTANT) {
            throw DataException.at(
                    place,
                    "conversation ends with a " + last.role().text()
                            + " turn, so there is no reply to train on; end it with an assistant turn");
        }
        List<Integer> trained = trained(row);
        for (int reply : trained) {
            if (row.messages().get(reply).isEmpty()) {
                throw DataException.at(
                        place,
                        "the reply in message " + (reply + 1) + " of "
                                + row.messages().size()
                                + " is empty, so there is nothing to train on in it; take the row out,"
                                + " or give the message weight 0");
            }
        }
        WrittenReplies written = new WrittenReplies(template, row, place);
        if (trainOn == TrainOn.ALL || trained.isEmpty()) {
            String text = template.text(row.messages(), row.tools(), ChatTemplate.Options.conversation());
            written.require(text);
            int[] ids = tokenizer.ids(text, Specials.NONE);
            float[] weights = new float[ids.length];
            Arrays.fill(weights, trainOn == TrainOn.ALL ? 1 : 0);
            return new RowRenderer.Rendered(text, new Example(number, ids, weights));
        }
        Map<Integer, RenderedReply> replies = new LinkedHashMap<>();
        for (int reply : trained) {
            rendered(row, reply).ifPresent(found -> replies.put(reply, found));
        }
        written.require(replies);
        return whole(row, trained, replies, number).orElseGet(() -> replyByReply(row, replies, number));
    }

    private List<Integer> trained(Row.Conversation row) {
        List<Integer> trained = new ArrayList<>();
        int last = row.messages().size() - 1;
        for (int i = trainOn == TrainOn.LAST_REPLY ? last : row.context(); i <= last; i++) {
            Message message = row.messages().get(i);
            if (message.role() == Message.Role.ASSISTANT && message.weight() > 0) {
                trained.add(i);
            }
        }
        return trained;
    }

    /** A reply as it is generated; empty where the template marks the reply but does not write what comes before it alone. */
    private Optional<RenderedReply> rendered(Row.Conversation row, int reply) {
        try {
            return Optional.of(template.reply(row.messages(), reply, row.tools()));
        } catch (TemplateException e) {
            if (template.marksReplies()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The conversation as one sequence; empty where the template does not keep what it has written. */
    private Optional<RowRenderer.Rendered> whole(
            Row.Conversation row, List<Integer> trained, Map<Integer, RenderedReply> replies, long number) {
        List<RenderedChat.Span> spans = new ArrayList<>();
        String text;
        if (template.marksReplies()) {
            RenderedChat chat =
                    template.render(weighted(row, trained), row.tools(), ChatTemplate.Options.conversation());
            text = chat.text();
            spans.addAll(chat.generated());
        } else {
            text = template.text(row.messages(), row.tools(), ChatTemplate.Options.conversation());
        }
        Encoding encoding = tokenizer.encode(text, Specials.NONE);
        int[] ids = encoding.ids();
        float[] weights = new float[ids.length];
        for (Map.Entry<Integer, RenderedReply> entry : replies.entrySet()) {
            RenderedReply reply = entry.getValue();
            if (entry.getKey() == 0 && template.marksReplies()) {
                continue; // nothing is generated after nothing
            }
            int[] prompt = beginning(reply.prompt(), text, encoding);
            int end = begins(ids, prompt) ? end(reply, prompt.length, text, encoding) : -1;
            if (end < 0) {
                return Optional.empty();
            }
            if (!template.marksReplies()) {
                Arrays.fill(weights, prompt.length, end, (float)
                        row.messages().get(entry.getKey()).weight());
            }
        }
        mark(encoding, spans, weights);
        return Optional.of(new RowRenderer.Rendered(text, new Example(number, ids, weights)));
    }

    /**
     * Behind which token of the conversation a reply ends: as far as its tokens are those of its generation, if only special tokens or
     * white space are missing behind a special token, which ends it; −1 where it is written otherwise.
     *
     * @param prompt tokens of its prompt, which begin the conversation
     */
    private int end(RenderedReply reply, int prompt, String text, Encoding encoding) {
        RenderedChat.Span marked = reply.marked();
        int[] whole = encoding.ids();
        int[] generated =
                beginning(marked == null ? reply.text() : reply.text().substring(0, marked.end()), text, encoding);
        int mismatch = Arrays.mismatch(generated, whole);
        int end = mismatch < 0 ? generated.length : mismatch;
        if (end == generated.length) {
            return end;
        }
        for (int i = end; i < generated.length; i++) {
            if (!tokenizer.isSpecial(generated[i]) && !isBlank(generated[i])) {
                return -1;
            }
        }
        int last = end - 1;
        while (last >= prompt && isBlank(generated[last])) {
            last--;
        }
        return last >= prompt && tokenizer.isSpecial(generated[last]) ? end : -1;
    }

    /**
     * The tokens of what may be the beginning of a text. A tokenizer cuts a text at its special tokens before it makes anything else of it;
     * so where it is that beginning, its tokens are the text's as far as the last special token within, and only what follows is encoded.
     */
    private int[] beginning(String part, String text, Encoding encoding) {
        int[] ids = encoding.ids();
        if (text.startsWith(part)) {
            int last = ids.length - 1;
            while (last >= 0 && (encoding.end(last) > part.length() || !tokenizer.isSpecial(ids[last]))) {
                last--;
            }
            if (last >= 0) {
                int[] rest = tokenizer.ids(part.substring(encoding.start(last)), Specials.NONE);
                if (rest.length > 0 && rest[0] == ids[last]) {
                    int[] all = Arrays.copyOf(ids, last + rest.length);
                    System.arraycopy(rest, 0, all, last, rest.length);
                    return all;
                }
            }
        }
        return tokenizer.ids(part, Specials.NONE);
    }

    private boolean isBlank(int id) {
        return !tokenizer.isSpecial(id) && tokenizer.decode(new int[] {id}).isBlank();
    }

    private static boolean begins(int[] whole, int[] part) {
        return part.length <= whole.length && Arrays.equals(whole, 0, part.length, part, 0, part.length);
    }

    /** The messages with weight 0 for replies that are not trained. */
    private static List<Message> weighted(Row.Conversation row, List<Integer> trained) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < row.messages().size(); i++) {
            Message message = row.messages().get(i);
            messages.add(trained.contains(i) ? message : message.withWeight(0));
        }
        return messages;
    }

    private RowRenderer.Rendered replyByReply(Row.Conversation row, Map<Integer, RenderedReply> replies, long number) {
        List<String> texts = new ArrayList<>();
        List<Example> sequences = new ArrayList<>();
        boolean apart = false;
        for (Map.Entry<Integer, RenderedReply> entry : replies.entrySet()) {
            RenderedReply reply = entry.getValue();
            Continuation tokens = Continuation.of(tokenizer, reply.prompt(), reply.reply(), Specials.NONE);
            double weight = row.messages().get(entry.getKey()).weight();
            float[] weights = new float[tokens.encoding().length()];
            RenderedChat.Span marked = reply.marked();
            if (marked == null) {
                Arrays.fill(weights, tokens.prompt(), weights.length, (float) weight);
            } else {
                mark(tokens.encoding(), List.of(new RenderedChat.Span(marked.start(), marked.end(), weight)), weights);
            }
            texts.add(reply.text());
            sequences.add(new Example(number, tokens.encoding().ids(), weights));
            apart |= tokens.apart();
        }
        return new RowRenderer.Rendered(texts, Example.of(number, sequences), apart);
    }

    private static void mark(Encoding encoding, List<RenderedChat.Span> spans, float[] weights) {
        int token = 0;
        for (RenderedChat.Span span : spans) {
            while (token < weights.length && encoding.end(token) <= span.start()) {
                token++;
            }
            while (token < weights.length && encoding.start(token) < span.end()) {
                weights[token++] = (float) span.weight();
            }
        }
    }
}
