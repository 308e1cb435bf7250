package dev.hone.data.row;

import dev.hone.data.Example;
import dev.hone.error.DataException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Encoding;
import dev.hone.text.Message;
import dev.hone.text.RenderedChat;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerException;
import dev.hone.text.ToolCall;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into examples: writes them down as the model will see them, tokenises, and makes the loss mask.
 *
 * <p>Text and completions end with the tokenizer's end-of-text token; in a conversation the template decides. A
 * completion's tokens are those after the prompt's own tokens, as TRL counts them. In a conversation a token is trained from
 * the one that contains the first character of a reply through the one that contains its last, end of turn included. Safe to
 * share between threads.
 */
public final class RowRenderer {
    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;
    private final TrainOn trainOn;
    private final Inspector inspector;

    /**
     * @param template how conversations are written down; without one, rows that need it are refused
     */
    public RowRenderer(Tokenizer tokenizer, @Nullable ChatTemplate template, TrainOn trainOn) {
        this(tokenizer, template, trainOn, (row, rendered, place) -> {});
    }

    private RowRenderer(Tokenizer tokenizer, @Nullable ChatTemplate template, TrainOn trainOn, Inspector inspector) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.trainOn = trainOn;
        this.inspector = inspector;
    }

    /** The same renderer, whose rows are all shown to an inspector. */
    public RowRenderer inspectedBy(Inspector other) {
        return new RowRenderer(tokenizer, template, trainOn, other);
    }

    /** A row as text, the tokens it becomes, and their loss mask. */
    public record Rendered(String text, Example example) {}

    /** Looks at every row that is rendered, before anyone has it. As safe to share between threads as the renderer is to be. */
    @FunctionalInterface
    public interface Inspector {
        /**
         * Sees a row.
         *
         * @param row a text, a completion or a conversation; an instruction has become one of them
         * @throws DataException starting with its place if it must not be used
         */
        void inspect(Row row, Rendered rendered, String place);
    }

    /** Renders one row; {@link DataException} starting with its place if it cannot be. */
    public Rendered render(Row row, long number, String place) {
        Row written = row instanceof Row.AlpacaRow instruction ? written(instruction) : row;
        try {
            Rendered rendered = rendered(written, number, place);
            inspector.inspect(written, rendered, place);
            return rendered;
        } catch (TokenizerException e) {
            throw DataException.at(place, String.valueOf(e.getMessage()), e);
        }
    }

    private Rendered rendered(Row row, long number, String place) {
        if (row instanceof Row.PlainText text) {
            return text(text.text(), number, place);
        } else if (row instanceof Row.PromptCompletion completion) {
            return completion(completion, number, place);
        } else if (row instanceof Row.Conversation conversation) {
            return conversation(conversation, number, place);
        }
        throw new IllegalArgumentException("row of an unknown kind: " + row);
    }

    private Rendered text(String text, long number, String place) {
        int[] ids = withEnd(tokenizer.ids(text, Specials.ADD));
        if (text.isEmpty() || ids.length < 2) {
            throw DataException.at(place, "text is empty or a single token, so there is nothing to train on");
        }
        return new Rendered(text, Example.ofText(number, ids));
    }

    private Rendered completion(Row.PromptCompletion row, long number, String place) {
        if (row.completion().isEmpty()) {
            throw DataException.at(place, "completion is empty, so there is nothing to train on");
        }
        String text = row.prompt() + row.completion();
        int[] ids = withEnd(tokenizer.ids(text, Specials.ADD));
        float[] weights = new float[ids.length];
        int from = trainOn == TrainOn.ALL ? 0 : tokenizer.ids(row.prompt(), Specials.ADD).length;
        Arrays.fill(weights, Math.min(from, ids.length), ids.length, 1f);
        return new Rendered(text, new Example(number, ids, weights));
    }

    private Row written(Row.AlpacaRow row) {
        if (template != null && template.name().equals(AlpacaPrompt.NAME)) {
            return new Row.PromptCompletion(
                    AlpacaPrompt.of(row.system(), row.instruction(), row.input()), row.output());
        }
        List<Message> messages = new ArrayList<>();
        if (!row.system().isEmpty()) {
            messages.add(Message.of(Message.Role.SYSTEM, row.system()));
        }
        String user = row.input().isEmpty() ? row.instruction() : row.instruction() + "\n" + row.input();
        messages.add(Message.of(Message.Role.USER, user));
        messages.add(Message.of(Message.Role.ASSISTANT, row.output()));
        return new Row.Conversation(messages, 0, List.of());
    }

    private Rendered conversation(Row.Conversation row, long number, String place) {
        if (template == null) {
            throw DataException.at(
                    place,
                    "is a conversation, and the model has no chat template; set data.template to"
                            + " chatml, alpaca, llama3, qwen2.5 or the path of a Jinja file");
        }
        Message last = row.messages().get(row.messages().size() - 1);
        if (last.role() != Message.Role.ASSISTANT) {
            throw DataException.at(
                    place,
                    "conversation ends with a " + last.role().text()
                            + " turn, so there is no reply to train on; end it with an assistant turn");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < row.messages().size(); i++) {
            Message message = row.messages().get(i);
            messages.add(i < row.context() ? message.withWeight(0) : message);
        }
        RenderedChat chat;
        try {
            chat = template.render(
                    messages,
                    row.tools(),
                    ChatTemplate.Options.conversation()
                            .generating(
                                    trainOn == TrainOn.LAST_REPLY
                                            ? ChatTemplate.Replies.LAST
                                            : ChatTemplate.Replies.ALL));
        } catch (TemplateException e) {
            throw DataException.at(place, String.valueOf(e.getMessage()), e);
        }
        refuseUnwritten(last, chat.text(), template.name(), place);
        Encoding encoding = tokenizer.encode(chat.text(), Specials.NONE);
        float[] weights = new float[encoding.length()];
        if (trainOn == TrainOn.ALL) {
            Arrays.fill(weights, 1f);
        } else {
            mark(encoding, chat.generated(), weights);
        }
        return new Rendered(chat.text(), new Example(number, encoding.ids(), weights));
    }

    /** What a reply has beside its content must not be lost by a template that does not know of it. */
    private static void refuseUnwritten(Message reply, String text, String template, String place) {
        String reasoning = reply.reasoning();
        if (reasoning != null && !text.contains(reasoning.strip())) {
            throw DataException.at(
                    place,
                    "the reply's reasoning_content is not written by the template " + template
                            + "; use one that writes it (chatml does), or put it into the content between <think> and </think>");
        }
        for (ToolCall call : reply.toolCalls()) {
            if (!text.contains(call.name())) {
                throw DataException.at(
                        place,
                        "the reply's call of " + call.name() + " is not written by the template " + template
                                + "; use one that writes tool calls (qwen2.5 does)");
            }
        }
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

    private int[] withEnd(int[] ids) {
        if (tokenizer.specialTokens().eosId().isEmpty()) {
            return ids;
        }
        int end = tokenizer.specialTokens().eosId().getAsInt();
        if (ids.length > 0 && ids[ids.length - 1] == end) {
            return ids;
        }
        int[] longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = end;
        return longer;
    }
}
