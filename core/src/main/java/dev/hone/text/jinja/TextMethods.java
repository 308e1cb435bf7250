package dev.hone.text.jinja;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of a string. Positions are code points. */
final class TextMethods {
    private TextMethods() {}

    static @Nullable Callable find(String text, String name) {
        return switch (name) {
            case "upper" -> plain(name, Text.upper(text));
            case "lower", "casefold" -> plain(name, Text.lower(text));
            case "title" -> plain(name, Text.title(text));
            case "capitalize" -> plain(name, Text.capitalize(text));
            case "swapcase" -> (run, arguments) -> swapCase(text);
            case "strip", "lstrip", "rstrip" ->
                (run, arguments) ->
                        strip(text, name, arguments.bind(name, "chars").optional(0), run.budget());
            case "split", "rsplit" ->
                (run, arguments) ->
                        TextParts.split(run, text, name.equals("rsplit"), arguments.bind(name, "sep", "maxsplit"));
            case "splitlines" ->
                (run, arguments) -> TextParts.lines(
                        run, text, arguments.bind(name, "keepends").flag(0, false));
            case "partition", "rpartition" ->
                (run, arguments) -> TextParts.partition(
                        run,
                        text,
                        name.equals("rpartition"),
                        arguments.bind(name, "sep").text(0));
            case "startswith", "endswith" ->
                (run, arguments) -> affix(run, text, name, arguments.bind(name, "affix", "start", "end"));
            case "removeprefix" ->
                (run, arguments) -> {
                    String prefix = arguments.bind(name, "prefix").text(0);
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                (run, arguments) -> {
                    String suffix = arguments.bind(name, "suffix").text(0);
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "replace" ->
                (run, arguments) -> {
                    Arguments.Bound given = arguments.bind(name, "old", "new", "count");
                    return replace(run.budget(), text, given.text(0), given.text(1), given.integer(2, -1));
                };
            case "find", "rfind", "index", "rindex" ->
                (run, arguments) -> position(run, text, name, arguments.bind(name, "sub", "start", "end"));
            case "count" ->
                (run, arguments) -> count(run, text, arguments.bind(name, "sub").text(0));
            case "join" ->
                (run, arguments) ->
                        join(run, text, arguments.bind(name, "items").get(0));
            case "format" -> (run, arguments) -> Format.braces(text, arguments, run.budget());
            case "ljust", "rjust", "center" ->
                (run, arguments) -> pad(run, text, name, arguments.bind(name, "width", "fillchar"));
            case "zfill" ->
                (run, arguments) ->
                        zeros(run, text, arguments.bind(name, "width").integer(0, 0));
            case "isdigit", "isdecimal", "isnumeric" -> plain(name, all(text, Character::isDigit));
            case "isalpha" -> plain(name, all(text, Character::isLetter));
            case "isalnum" -> plain(name, all(text, Character::isLetterOrDigit));
            case "isspace" -> plain(name, all(text, Text::isSpace));
            case "isupper" -> plain(name, text.equals(Text.upper(text)) && !text.equals(Text.lower(text)));
            case "islower" -> plain(name, text.equals(Text.lower(text)) && !text.equals(Text.upper(text)));
            default -> null;
        };
    }

    private static Callable plain(String name, Object result) {
        return (run, arguments) -> {
            arguments.bind(name);
            return result;
        };
    }

    private static boolean all(String text, IntPredicate kind) {
        return !text.isEmpty() && text.codePoints().allMatch(kind);
    }

    private static String swapCase(String text) {
        StringBuilder swapped = new StringBuilder();
        text.codePoints()
                .forEach(c -> swapped.append(
                        Character.isUpperCase(c)
                                ? Text.lower(Character.toString(c))
                                : Text.upper(Character.toString(c))));
        return swapped.toString();
    }

    /** Removes whitespace, or any of the given characters, from the ends that the name of the method says. */
    static String strip(String text, String method, @Nullable String characters, Budget budget) {
        budget.spend(text.length() / 16);
        if (characters == null) {
            String left = method.equals("rstrip") ? text : Text.stripStart(text);
            return method.equals("lstrip") ? left : Text.stripEnd(left);
        }
        budget.search(text.length(), characters.length());
        int start = 0;
        int end = text.length();
        while (!method.equals("rstrip") && start < end && characters.indexOf(text.codePointAt(start)) >= 0) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (!method.equals("lstrip") && start < end && characters.indexOf(text.codePointBefore(end)) >= 0) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    /** The part of a text that optional start and end arguments leave. */
    private static String window(Run run, String text, Arguments.Bound given) {
        if (!given.has(1) && !given.has(2)) {
            return text;
        }
        Object part = Operators.slice(text, given.get(1, None.NONE), given.get(2, None.NONE), 1L, run.budget());
        return (String) part;
    }

    private static boolean affix(Run run, String text, String method, Arguments.Bound given) {
        String part = window(run, text, given);
        List<Object> several = given.get(0) instanceof Tuple tuple ? tuple.items() : List.of(given.text(0));
        for (Object one : several) {
            String affix = Values.string(one);
            if (affix == null) {
                throw new Fault("%s wants strings".formatted(method));
            }
            if (method.equals("startswith") ? part.startsWith(affix) : part.endsWith(affix)) {
                return true;
            }
        }
        return false;
    }

    private static Object position(Run run, String text, String method, Arguments.Bound given) {
        String wanted = given.text(0);
        run.budget().search(text.length(), wanted.length());
        String part = window(run, text, given);
        int at = method.startsWith("r") ? part.lastIndexOf(wanted) : part.indexOf(wanted);
        if (at < 0) {
            if (method.endsWith("index")) {
                throw new Fault("the text does not contain '%s'".formatted(wanted));
            }
            return -1L;
        }
        Object tail = Operators.slice(text, given.get(1, None.NONE), None.NONE, 1L, run.budget());
        return (long) Text.length(text) - Text.length((String) tail) + part.codePointCount(0, at);
    }

    private static Object count(Run run, String text, String wanted) {
        run.budget().search(text.length(), wanted.length());
        if (wanted.isEmpty()) {
            return Text.length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    /** Replaces up to a number of occurrences, all of them if it is negative; the empty text occurs around every character. */
    static String replace(Budget budget, String text, String old, String replacement, int most) {
        budget.search(text.length(), old.length());
        Buffer out = budget.buffer();
        int copied = 0;
        int left = most < 0 ? Integer.MAX_VALUE : most;
        if (old.isEmpty()) {
            while (left > 0 && copied <= text.length()) {
                out.append(replacement);
                left--;
                if (copied == text.length()) {
                    return out.toString();
                }
                int next = copied + Character.charCount(text.codePointAt(copied));
                out.append(text.substring(copied, next));
                copied = next;
            }
            return out.append(text.substring(copied)).toString();
        }
        for (int at = text.indexOf(old); at >= 0 && left > 0; at = text.indexOf(old, copied)) {
            out.append(text.substring(copied, at)).append(replacement);
            copied = at + old.length();
            left--;
        }
        return out.append(text.substring(copied)).toString();
    }

    private static String join(Run run, String separator, Object items) {
        Buffer out = run.budget().buffer();
        String between = "";
        for (Object item : Values.items(items, run.budget())) {
            String text = Values.string(item);
            if (text == null) {
                throw new Fault("join wants strings, not a %s".formatted(Values.type(item)));
            }
            out.append(between).append(text);
            between = separator;
        }
        return out.toString();
    }

    /** Fills a text up to a width in code points. */
    static String pad(Run run, String text, String method, Arguments.Bound given) {
        long missing = (long) given.integer(0, 80) - Text.length(text);
        String fill = given.text(1, " ");
        long left = method.equals("rjust") ? missing : method.equals("ljust") ? 0 : missing / 2;
        if (method.equals("center") && missing > 0 && missing % 2 == 1 && given.integer(0, 80) % 2 == 1) {
            left++;
        }
        return run.budget()
                .buffer()
                .repeat(fill, left)
                .append(text)
                .repeat(fill, missing - left)
                .toString();
    }

    private static String zeros(Run run, String text, int width) {
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return run.budget()
                .buffer()
                .append(text.substring(0, sign))
                .repeat("0", (long) width - Text.length(text))
                .append(text.substring(sign))
                .toString();
    }
}
