package dev.hone.reward.shape;

import java.util.Optional;

/** The part of a completion that gives its answer, for models that write their reasoning first. */
public enum AnswerPart {
    /** What follows the last {@code </think>}. */
    AFTER_THINK {
        @Override
        public Optional<String> of(String text) {
            int end = text.lastIndexOf(ReasoningFormat.CLOSE);
            return end < 0 ? Optional.empty() : Optional.of(text.substring(end + ReasoningFormat.CLOSE.length()));
        }
    },
    /** What stands in the last {@code <answer>…</answer>}. */
    ANSWER_TAG {
        @Override
        public Optional<String> of(String text) {
            int end = text.lastIndexOf("</answer>");
            int begin = end < 0 ? -1 : text.lastIndexOf("<answer>", end);
            return begin < 0 ? Optional.empty() : Optional.of(text.substring(begin + "<answer>".length(), end));
        }
    };

    /** The part in a text; empty where it never comes, as in a completion that was cut while it thought. */
    public abstract Optional<String> of(String text);
}
