package dev.hone.reward.shape;

/** A form in which a completion shows its reasoning, as DeepSeek-R1 introduced it. */
public enum ReasoningFormat {
    /**
     * {@code <think>} at the very beginning, never a second one, and {@code </think>} somewhere behind it; anything may follow.
     * TRL's {@code think_format_reward}.
     */
    LOOSE {
        @Override
        public boolean isKeptBy(String text) {
            return text.startsWith(OPEN) && text.indexOf(OPEN, OPEN.length()) < 0 && text.contains(CLOSE);
        }
    },
    /**
     * Nothing but {@code <think>}, {@code </think>}, {@code <answer>} and {@code </answer>}, each on a line of its own, and what
     * stands between. open-r1's {@code format_reward}, but its expression has line anchors, so that it accepts any text behind the
     * answer; here only white space may stand there.
     */
    STRICT {
        @Override
        public boolean isKeptBy(String text) {
            String whole = text.stripTrailing();
            String begin = OPEN + "\n";
            String between = "\n" + CLOSE + "\n<answer>\n";
            String end = "\n</answer>";
            int middle = whole.indexOf(between, begin.length());
            return whole.startsWith(begin)
                    && whole.endsWith(end)
                    && middle >= 0
                    && middle + between.length() <= whole.length() - end.length();
        }
    };

    static final String OPEN = "<think>";
    static final String CLOSE = "</think>";

    /** Whether a completion, with what its template has opened for it, has the form. */
    public abstract boolean isKeptBy(String text);
}
