package dev.hone.text.jinja;

import dev.hone.error.HoneException;

/** A template that cannot be read or rendered; the message starts with the template's name and, where one is known, the line. */
public final class TemplateException extends HoneException {
    private final String template;
    private final int line;
    private final String problem;

    /** A problem at a line of a template, counted from 1; line 0 stands for the template as a whole. */
    public TemplateException(String template, int line, String problem) {
        super(line > 0 ? template + ":" + line + ": " + problem : template + ": " + problem, null);
        this.template = template;
        this.line = line;
        this.problem = problem;
    }

    /** The problem without its place. */
    public String problem() {
        return problem;
    }

    /** Name of the template the problem lies in. */
    public String template() {
        return template;
    }

    /** Line of the problem, from 1, or 0 where it concerns the whole template. */
    public int line() {
        return line;
    }
}
