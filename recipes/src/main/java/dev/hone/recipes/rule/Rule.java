package dev.hone.recipes.rule;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be wrong with a run's data, under the names that reports and {@code data.accept} use. */
public enum Rule {
    /** A row cannot be used at all: not JSON, of no known format, empty, or without a trained token. */
    ROW(false, About.ROWS),
    /** A row does not begin with exactly one beginning-of-text token, where the tokenizer has one. */
    BOS(true, About.ROWS),
    /** The trained tokens of a last reply hold none that generation would stop at. */
    STOP_TOKEN(true, About.ROWS),
    /** What should be a special token is several ordinary ones to the tokenizer. */
    UNKNOWN_TOKEN(true, About.ROWS),
    /** A token has no row in the model's embedding. */
    VOCABULARY(false, About.ROWS),
    /** Tokenizer and model name different tokens for the end of a text. */
    SPECIAL_IDS(true, About.RUN),
    /** The model's folder holds other weights than its configuration names. */
    WEIGHTS(true, About.RUN),
    /** A reply would stand after another text in training than it would be generated after. */
    PREFIX(true, About.ROWS),
    /** A reply's first characters would share a token with the prompt, which generation would never produce. */
    BOUNDARY(true, About.ROWS),
    /** A row's own text holds a special token; in a trained reply, one that generation stops at. */
    CONTROL_TOKEN(true, About.ROWS),
    /** The template does not write the tools that a row offers. */
    TOOLS(true, About.ROWS),
    /** A prompt is plain text although the model has a chat template. */
    PLAIN_PROMPT(true, About.ROWS),
    /** A row is longer than the model's context. */
    CONTEXT(true, About.ROWS),
    /** A row is longer than allowed. */
    OVERFLOW(false, About.ROWS),
    /** A row is there twice. */
    DUPLICATES(true, About.ROWS),
    /** Both sides of a pair are the same. */
    EQUAL_SIDES(true, About.ROWS),
    /** A row that is held out is trained on too. */
    OVERLAP(true, About.ROWS),
    /** A completion begins with its whole prompt, which is then read twice. */
    PROMPT_TWICE(true, About.ROWS),
    /** A row has columns, or its messages keys, that say something and are not read. */
    COLUMNS(true, About.ROWS),
    /** The rows as a whole cannot be trained on: none is left, or all labelled answers are of one kind. */
    DATA(false, About.RUN),
    /** The template cannot write a question and its answer. */
    TEMPLATE(false, About.RUN),
    /** A reward refuses right answers, or accepts wrong ones, too often to be learned from. */
    REWARD(true, About.RUN);

    /** What an issue is about. */
    public enum About {
        ROWS,
        RUN
    }

    private final boolean acceptable;
    private final About about;

    Rule(boolean acceptable, About about) {
        this.acceptable = acceptable;
        this.about = about;
    }

    /** Its name in a report and in a run's file: {@code stop-token}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a run can start in spite of it, if its file says so. */
    public boolean acceptable() {
        return acceptable;
    }

    public About about() {
        return about;
    }

    /** The names of all that can be accepted. */
    public static String acceptableLabels() {
        return Arrays.stream(values()).filter(Rule::acceptable).map(Rule::label).collect(Collectors.joining(", "));
    }
}
