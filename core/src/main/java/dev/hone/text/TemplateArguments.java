package dev.hone.text;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values for variables of a chat template, by name: what transformers calls {@code chat_template_kwargs}.
 *
 * <p>They become the first line of the template's text, as defaults that whoever renders it may still replace. So a template that is saved
 * beside trained weights has them, and every reader of it writes prompts as they were trained.
 *
 * @param values as text; {@code true}, {@code false} and whole numbers are given to the template as such
 */
public record TemplateArguments(Map<String, String> values) {
    static final TemplateArguments NONE = new TemplateArguments(Map.of());
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    public TemplateArguments {
        values = Map.copyOf(values);
        for (String name : values.keySet()) {
            if (!NAME.matcher(name).matches() || name.equals("messages") || name.equals("add_generation_prompt")) {
                throw new IllegalArgumentException("templateArguments (" + name
                        + ") names no variable that can be set; allowed are those that the template reads, such as"
                        + " enable_thinking");
            }
        }
    }

    public static TemplateArguments of(Map<String, String> values) {
        return new TemplateArguments(values);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** A template's text behind these values. */
    public String before(String template) {
        return isEmpty()
                ? template
                : new TreeMap<>(values)
                                .entrySet().stream()
                                        .map(entry -> "{%%- set %1$s = %1$s if %1$s is defined else %2$s %%}"
                                                .formatted(entry.getKey(), literal(entry.getValue())))
                                        .collect(Collectors.joining())
                        + "\n"
                        + template;
    }

    private static String literal(String value) {
        return value.matches("true|false|-?\\d{1,9}")
                ? value
                : "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }
}
