package dev.hone.text.jinja;

import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Jinja template, parsed and ready to be rendered. Immutable; threads may share it.
 *
 * <p>Supported are if, for with its loop variable (recursive too), set, macro, call, filter, with, raw, break, continue and {@code generation}, the
 * block around what a model generates. There is no access to files, other templates or Java, and no value can be changed except
 * attributes of a {@code namespace}.
 */
public final class Template {
    private final String name;
    private final StatementParser.Parsed parsed;
    private final Limits limits;

    private Template(String name, StatementParser.Parsed parsed, Limits limits) {
        this.name = name;
        this.parsed = parsed;
        this.limits = limits;
    }

    /**
     * Reads a template under standard limits.
     *
     * @param name what error messages call it, usually its file
     * @throws TemplateException if the text is no valid template
     */
    public static Template parse(String name, String source) {
        return new Template(name, StatementParser.parse(name, source), Limits.standard());
    }

    /** The same template under other limits. */
    public Template within(Limits other) {
        return new Template(name, parsed, other);
    }

    /** What error messages call the template. */
    public String name() {
        return name;
    }

    /** Whether the template has a generation block anywhere. */
    public boolean generates() {
        return parsed.generates();
    }

    /**
     * Renders the template.
     *
     * @param variables values by name: null, strings, numbers, booleans, lists and maps of these, however nested
     * @param clock what {@code strftime_now} reads
     * @throws TemplateException if the template refuses, misuses a value, or exceeds its limits
     */
    public Rendering render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
        VariableScope scope = Globals.scope();
        variables.forEach((key, value) -> scope.set(key, Values.of(value)));
        try {
            return new Run(name, limits, clock, scope).render(parsed.body());
        } catch (StackOverflowError deep) {
            throw new TemplateException(name, 0, "nested too deeply for the stack of this thread");
        }
    }
}
