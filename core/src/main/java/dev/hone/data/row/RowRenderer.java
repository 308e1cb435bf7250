package dev.hone.data.row;

import dev.hone.data.Example;
import dev.hone.error.DataException;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Continuation;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerException;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into examples: writes them down as the model will see them, tokenises, and makes the loss mask.
 *
 * <p>Text and completions end with the tokenizer's end-of-text token; in a conversation the template decides. A reply is trained
 * whole, after the tokens that stand before it when it is generated: see {@link Continuation} for prompts and completions and {@link
 * ConversationRenderer} for conversations. Safe to share between threads.
 */
public final class RowRenderer {
    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;
    private final TrainOn trainOn;
    private final Prompts prompts;
    private final Inspector inspector;

    /**
     * @param template how conversations are written down; without one, rows that need it are refused
     */
    public RowRenderer(Tokenizer tokenizer, @Nullable ChatTemplate template, TrainOn trainOn) {
        this(tokenizer, template, trainOn, Prompts.TEXT, (row, rendered, place) -> {});
    }

    private RowRenderer(
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            TrainOn trainOn,
            Prompts prompts,
            Inspector inspector) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.trainOn = trainOn;
        this.prompts = prompts;
        this.inspector = inspector;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The chat template; {@link DataException} starting with the place of what needs one, where there is none. */
    public ChatTemplate templateFor(String place) {
        if (template == null) {
            throw DataException.at(
                    place,
                    "is a conversation, and the model has no chat template; set data.template to"
                            + " chatml, alpaca, llama3, qwen2.5 or the path of a Jinja file");
        }
        return template;
    }

    /** The same renderer writing prompts that are strings in another way. */
    public RowRenderer with(Prompts other) {
        return new RowRenderer(tokenizer, template, trainOn, other, inspector);
    }

    /** The same renderer, whose rows are all shown to an inspector. */
    public RowRenderer inspectedBy(Inspector other) {
        return new RowRenderer(tokenizer, template, trainOn, prompts, other);
    }

    /**
     * A row as text, the tokens it becomes, and their loss mask.
     *
     * @param texts of each sequence of the example
     * @param apart whether a token would reach over the border of a prompt and its reply in one text, so that they were encoded apart
     */
    public record Rendered(List<String> texts, Example example, boolean apart) {
        public Rendered {
            texts = List.copyOf(texts);
        }

        /** A row of one sequence. */
        public Rendered(String text, Example example) {
            this(List.of(text), example, false);
        }

        /** Each sequence as a row of one. */
        public List<Rendered> sequences() {
            if (texts.size() == 1) {
                return List.of(this);
            }
            List<Example> examples = example.sequences();
            return IntStream.range(0, texts.size())
                    .mapToObj(i -> new Rendered(List.of(texts.get(i)), examples.get(i), apart))
                    .toList();
        }

        /** The texts of all sequences, one after the other. */
        public String text() {
            return String.join("", texts);
        }
    }

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
        Row written = written(row);
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
        if (row.answersNothing()) {
            throw DataException.at(place, "completion is empty, so there is nothing to train on");
        }
        Continuation tokens = Continuation.of(tokenizer, row.prompt(), row.completion(), Specials.ADD);
        int[] ids = withEnd(tokens.encoding().ids());
        if (ids.length < 2 || tokens.encoding().length() == tokens.prompt()) {
            throw DataException.at(place, "completion is no token, so there is nothing to train on");
        }
        if (tokens.prompt() == 0 && tokens.encoding().length() == 1) {
            throw DataException.at(
                    place,
                    "the prompt is empty and the completion a single token, which nothing stands before, so it cannot be"
                            + " trained; give the prompt that is asked");
        }
        float[] weights = new float[ids.length];
        Arrays.fill(weights, trainOn == TrainOn.ALL ? 0 : tokens.prompt(), ids.length, 1f);
        return new Rendered(
                List.of(row.prompt() + row.completion()), new Example(number, ids, weights), tokens.apart());
    }

    private Row written(Row row) {
        if (row instanceof Row.PromptCompletion said && prompts == Prompts.CHAT) {
            return new Row.Conversation(
                    List.of(Message.user(said.prompt()), Message.assistant(said.completion())), 1, List.of());
        }
        return row instanceof Row.AlpacaRow instruction ? written(instruction) : row;
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
        ChatTemplate known = templateFor(place);
        try {
            return new ConversationRenderer(tokenizer, known, trainOn).render(row, number, place);
        } catch (TemplateException e) {
            throw DataException.at(place, String.valueOf(e.getMessage()), e);
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
