package dev.hone.text.jinja;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that give a text. A value that is no text is printed first. */
final class TextFilters {
    private TextFilters() {}

    static void addTo(Map<String, Filters.Filter> filters) {
        filters.put("string", text("string", text -> text));
        filters.put("upper", text("upper", Text::upper));
        filters.put("lower", text("lower", Text::lower));
        filters.put("title", text("title", TextFilters::title));
        filters.put("capitalize", text("capitalize", Text::capitalize));
        filters.put("striptags", text("striptags", TextFilters::stripTags));
        filters.put(
                "urlencode",
                text(
                        "urlencode",
                        text -> URLEncoder.encode(text, StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("%2F", "/")
                                .replace("*", "%2A")
                                .replace("%7E", "~")));
        filters.put("safe", (run, value, given) -> new Markup(Repr.text(value, run.budget())));
        filters.put("e", TextFilters::escape);
        filters.put("escape", TextFilters::escape);
        filters.put("forceescape", (run, value, given) -> escape(run, Repr.text(value, run.budget()), given));
        filters.put(
                "trim",
                (run, value, given) -> TextMethods.strip(
                        Repr.text(value, run.budget()),
                        "strip",
                        given.bind("trim", "chars").optional(0),
                        run.budget()));
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("truncate", TextFilters::truncate);
        filters.put(
                "center",
                (run, value, given) -> TextMethods.pad(
                        run, Repr.text(value, run.budget()), "center", given.bind("center", "width", "fillchar")));
        filters.put("wordcount", (run, value, given) -> (long) words(Repr.text(value, run.budget())));
        filters.put("format", TextFilters::format);
        filters.put("pprint", (run, value, given) -> Repr.repr(value, run.budget()));
    }

    private static Filters.Filter text(String name, UnaryOperator<String> change) {
        return (run, value, given) -> {
            given.bind(name);
            String text = Repr.text(value, run.budget());
            run.budget().text(text.length());
            return change.apply(text);
        };
    }

    /** Words separated by spaces, hyphens and opening brackets, unlike the method of the same name. */
    private static String title(String text) {
        StringBuilder title = new StringBuilder(text.length());
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            title.append(inside ? Text.lower(Character.toString(c)) : Text.upper(Character.toString(c)));
            inside = !Text.isSpace(c) && "-({[<".indexOf(c) < 0;
            i += Character.charCount(c);
        }
        return title.toString();
    }

    private static String stripTags(String text) {
        StringBuilder kept = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('<', at);
            int close = open < 0 ? -1 : text.indexOf('>', open);
            kept.append(text, at, close < 0 ? text.length() : open);
            at = close < 0 ? text.length() : close + 1;
        }
        return Text.strip(kept.toString()).replaceAll("\\s++", " ");
    }

    private static int words(String text) {
        int words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean letter = Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_';
            words += letter && !inside ? 1 : 0;
            inside = letter;
        }
        return words;
    }

    private static Object escape(Run run, Object value, Arguments arguments) {
        if (value instanceof Markup) {
            return value;
        }
        String text = Repr.text(value, run.budget());
        run.budget().text(text.length() * 5L);
        return new Markup(Text.escapeHtml(text));
    }

    private static Object replace(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("replace", "old", "new", "count");
        Budget budget = run.budget();
        int count = given.get(2, None.NONE) == None.NONE ? -1 : given.integer(2, -1);
        return TextMethods.replace(
                budget,
                Repr.text(value, budget),
                Repr.text(given.get(0), budget),
                Repr.text(given.get(1), budget),
                count);
    }

    private static Object indent(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("indent", "width", "first", "blank");
        Buffer step = run.budget().buffer();
        String unit = Values.string(given.get(0, 4L));
        if (unit == null) {
            step.repeat(" ", given.integer(0, 4));
        } else {
            step.append(unit);
        }
        String indent = step.toString();
        String text = Repr.text(value, run.budget());
        Buffer out = run.budget().buffer();
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        for (int i = 0; i < lines.size(); i++) {
            boolean indented = i == 0
                    ? given.flag(1, false)
                    : given.flag(2, false) || !lines.get(i).isEmpty();
            out.append(i == 0 ? "" : "\n").append(indented ? indent : "").append(lines.get(i));
        }
        return out.toString();
    }

    private static Object truncate(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("truncate", "length", "killwords", "end", "leeway");
        String text = Repr.text(value, run.budget());
        String end = given.text(2, "...");
        int length = given.integer(0, 255);
        if (length < Text.length(end) || given.integer(3, 5) < 0) {
            throw new Fault("truncate to %d characters leaves no room for '%s'".formatted(length, end));
        }
        if (Text.length(text) <= (long) length + given.integer(3, 5)) {
            return text;
        }
        String kept = text.substring(0, Text.offset(text, length - Text.length(end)));
        int space = kept.lastIndexOf(' ');
        return (given.flag(1, false) || space < 0 ? kept : kept.substring(0, space)) + end;
    }

    private static Object format(Run run, Object value, Arguments arguments) {
        Object values;
        if (arguments.named().isEmpty()) {
            values = new Tuple(arguments.positional());
        } else {
            Dict named = new Dict();
            arguments.named().forEach(named::put);
            values = named;
        }
        return Format.percent(Repr.text(value, run.budget()), values, run.budget());
    }
}
