package dev.hone.text.jinja;

import java.util.List;

/** How values print: {@code str} for what a print tag writes, {@code repr} inside a printed list. */
final class Repr {
    private final Buffer out;
    private final Budget budget;

    private Repr(Budget budget) {
        this.out = budget.buffer();
        this.budget = budget;
    }

    static String text(Object value, Budget budget) {
        String text = Values.string(value);
        if (text != null) {
            return text;
        }
        return value instanceof Undefined ? "" : repr(value, budget);
    }

    static String repr(Object value, Budget budget) {
        Repr repr = new Repr(budget);
        repr.write(value);
        return repr.out.toString();
    }

    private void write(Object value) {
        budget.enter();
        try {
            if (value instanceof None) {
                out.append("None");
            } else if (value instanceof Boolean flag) {
                out.append(flag ? "True" : "False");
            } else if (value instanceof Double number) {
                out.append(Numbers.shown(number));
            } else if (value instanceof String text) {
                quote(text);
            } else if (value instanceof Markup markup) {
                out.append("Markup(");
                quote(markup.text());
                out.append(')');
            } else if (value instanceof Tuple tuple) {
                out.append('(');
                join(tuple.items());
                out.append(tuple.items().size() == 1 ? ",)" : ")");
            } else if (value instanceof List<?> list) {
                out.append('[');
                join(list);
                out.append(']');
            } else if (value instanceof Dict dict) {
                dict(dict);
            } else if (value instanceof Namespace namespace) {
                out.append("<Namespace ");
                Dict attributes = new Dict();
                namespace.attributes().forEach(attributes::put);
                dict(attributes);
                out.append('>');
            } else if (value instanceof Undefined) {
                out.append("Undefined");
            } else if (Numbers.isWhole(value)) {
                out.append(value.toString());
            } else {
                out.append("<" + Values.type(value) + ">");
            }
        } finally {
            budget.leave();
        }
    }

    private void join(List<?> items) {
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            write(item);
            separator = ", ";
        }
    }

    private void dict(Dict dict) {
        out.append('{');
        String separator = "";
        for (Dict.Entry entry : dict.entries()) {
            out.append(separator);
            write(entry.key());
            out.append(": ");
            write(entry.value());
            separator = ", ";
        }
        out.append('}');
    }

    private void quote(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder(text.length() + 2).append(quote);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == quote || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c == '\r') {
                quoted.append("\\r");
            } else if (c == '\t') {
                quoted.append("\\t");
            } else if (isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(
                        c < 0x100
                                ? "\\x%02x".formatted(c)
                                : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
            }
        }
        out.append(quoted.append(quote).toString());
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
