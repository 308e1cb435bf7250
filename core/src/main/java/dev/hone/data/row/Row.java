package dev.hone.data.row;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.text.Message;
import java.util.List;

/** One row of training data, understood but not yet tokenised. */
public sealed interface Row {
    /** Whether what it ends with says nothing, so that there is nothing to prefer or to judge. */
    boolean answersNothing();

    /**
     * The same row, of which nothing before its last answer is trained. Where it is known which part of a conversation is the answer, all
     * of that part is.
     */
    default Row lastAnswer() {
        return this;
    }

    /** Plain text, all of it trained. */
    record PlainText(String text) implements Row {
        @Override
        public boolean answersNothing() {
            return Message.saysNothing(text);
        }
    }

    /** A text and its continuation; only the continuation is trained. */
    record PromptCompletion(String prompt, String completion) implements Row {
        /**
         * Whether the completion begins with the whole prompt and goes on, so that the prompt would be read twice. A prompt that is only
         * the beginning of the completion's first word is not repeated.
         */
        public boolean repeatsPrompt() {
            return !prompt.isBlank()
                    && completion.length() > prompt.length()
                    && completion.startsWith(prompt)
                    && !(Character.isLetterOrDigit(prompt.codePointBefore(prompt.length()))
                            && Character.isLetterOrDigit(completion.codePointAt(prompt.length())));
        }

        @Override
        public boolean answersNothing() {
            return Message.saysNothing(completion);
        }
    }

    /**
     * A conversation; the assistant's turns are trained.
     *
     * @param context how many leading messages are context and never trained
     * @param tools schemas of functions the assistant may call
     */
    record Conversation(List<Message> messages, int context, List<JsonNode> tools) implements Row {
        public Conversation {
            messages = List.copyOf(messages);
            tools = List.copyOf(tools);
        }

        @Override
        public boolean answersNothing() {
            Message last = messages.get(messages.size() - 1);
            return Message.saysNothing(last.content()) && last.toolCalls().isEmpty();
        }

        @Override
        public Row lastAnswer() {
            return context > 0 ? this : new Conversation(messages, messages.size() - 1, tools);
        }
    }

    /**
     * An instruction, an optional input to it, and its answer: written down as Alpaca's own text or as a conversation,
     * whichever the template is.
     */
    record AlpacaRow(String instruction, String input, String output, String system) implements Row {
        @Override
        public boolean answersNothing() {
            return Message.saysNothing(output);
        }
    }
}
