package dev.hone.text.jinja;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON as chat templates expect it: Python's separators, no escaping of HTML, letters outside ASCII as they are. */
final class JsonText {
    private final Budget budget;
    private final Buffer out;
    private final @Nullable String indent;
    private final String comma;
    private final String colon;
    private final boolean ascii;
    private final boolean sorted;
    private int level;

    private JsonText(
            Budget budget, @Nullable String indent, String comma, String colon, boolean ascii, boolean sorted) {
        this.budget = budget;
        this.out = budget.buffer();
        this.indent = indent;
        this.comma = comma;
        this.colon = colon;
        this.ascii = ascii;
        this.sorted = sorted;
    }

    /** The filter {@code tojson(ensure_ascii=false, indent=none, separators=none, sort_keys=false)}. */
    static Object filter(Run run, Object value, Arguments arguments) {
        Arguments.Bound options = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        Object indent = options.get(1, None.NONE);
        String step = null;
        if (Numbers.isWhole(indent)) {
            run.budget().fit(options.integer(1, 0));
            step = " ".repeat(Math.max(0, options.integer(1, 0)));
        } else if (indent != None.NONE) {
            step = options.text(1);
        }
        String comma = step == null ? ", " : ",";
        String colon = ": ";
        List<Object> separators = Values.list(options.get(2, None.NONE));
        if (separators != null && separators.size() == 2) {
            comma = Repr.text(separators.get(0), run.budget());
            colon = Repr.text(separators.get(1), run.budget());
        }
        boolean sorted = options.flag(3, false);
        JsonText json = new JsonText(run.budget(), step, comma, colon, options.flag(0, false), sorted);
        json.write(value);
        return json.out.toString();
    }

    private void write(Object value) {
        budget.enter();
        try {
            String text = Values.string(value);
            List<Object> list = Values.list(value);
            if (text != null) {
                quote(text);
            } else if (list != null) {
                list(list);
            } else if (value instanceof Dict dict) {
                dict(dict);
            } else {
                out.append(scalar(value));
            }
        } finally {
            budget.leave();
        }
    }

    private static String scalar(Object value) {
        if (value instanceof None) {
            return "null";
        } else if (value instanceof Boolean || value instanceof Long || value instanceof BigInteger) {
            return value.toString();
        } else if (value instanceof Double number) {
            return Double.isNaN(number)
                    ? "NaN"
                    : Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : Numbers.shown(number);
        } else if (value instanceof Undefined undefined) {
            throw new Fault("an undefined value cannot be written as JSON (" + undefined.reason() + ")");
        }
        throw new Fault("a %s cannot be written as JSON".formatted(Values.type(value)));
    }

    private void list(List<Object> items) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        level++;
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            newLine();
            write(item);
            separator = comma;
        }
        level--;
        newLine();
        out.append(']');
    }

    private void dict(Dict dict) {
        if (dict.size() == 0) {
            out.append("{}");
            return;
        }
        out.append('{');
        level++;
        String separator = "";
        for (Dict.Entry entry : sorted ? sorted(dict) : dict.entries()) {
            out.append(separator);
            newLine();
            String key = Values.string(entry.key());
            quote(key == null ? scalar(entry.key()) : key);
            out.append(colon);
            write(entry.value());
            separator = comma;
        }
        level--;
        newLine();
        out.append('}');
    }

    private Collection<Dict.Entry> sorted(Dict dict) {
        TreeMap<Object, Dict.Entry> entries = new TreeMap<>((a, b) -> Values.compare(a, b, budget));
        dict.entries().forEach(entry -> entries.put(entry.key(), entry));
        return entries.values();
    }

    private void newLine() {
        if (indent != null) {
            out.append('\n').repeat(indent, level);
        }
    }

    private void quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                default -> {
                    if (c < 0x20 || (ascii && c > 0x7e)) {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        out.append(quoted.append('"').toString());
    }
}
