package dev.hone.reward.maths;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a text that is its final answer. Only what stands behind the last {@code </think>} counts, and nothing where thinking has
 * not ended. The first of these that there is:
 *
 * <ol>
 *   <li>the last {@code \boxed{…}} or {@code \fbox{…}}, behind or in {@code <answer>} if there is one
 *   <li>the last {@code <answer>…</answer>}; the closing tag may be missing, as where generation stops at it
 *   <li>the first {@code #### …} (GSM8K)
 *   <li>what follows the last "answer is" or "answer:"
 *   <li>the last line, if it is nothing but an answer
 *   <li>the last formula or number, whichever stands later
 *   <li>the last line, if it is short
 * </ol>
 *
 * <p>Every search is linear. Marks are looked for in the last 100,000 characters, everything else in the last 4,000.
 */
final class FinalAnswer {
    private static final int LONG = 100_000;
    private static final int TAIL = 4_000;
    private static final int SHORT = 80;
    private static final Pattern GSM8K = Pattern.compile("####[ \\t]*([^\\n]*)");
    private static final Pattern PHRASE =
            Pattern.compile("(?i)\\b(?:answer|result)(?:\\*\\*)?(?:[ ]is)?(?:[ ]?:|(?<=is))(?:\\*\\*)?[ ]*([^\\n]*)");
    private static final Pattern NUMBER = Pattern.compile(
            "(?:(?<![\\w)\\]}])[-−])?\\$?(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++|(?=\\.\\d))(?:\\.\\d++)?(?:[eE][-+]?\\d{1,4})?(?:/\\d++)?");
    private static final Pattern KOREAN = Pattern.compile("(?:정답|답)(?:은|는)?[ ]*:?[ ]*([^\\n]*)");
    private static final Pattern ENDING = Pattern.compile("(?:입니다|이다|이에요|예요|임)[.]?$");
    private static final Pattern TEXT = Pattern.compile("\\(?\\\\(?:text(?:bf|rm|it)?|mbox)\\{[^{}]*\\}\\)?");
    private static final Pattern BEHIND = Pattern.compile("[,;.]? (?:[A-Za-z]{2,}|I)\\b");
    private static final Pattern WORD = Pattern.compile("[A-Za-z]{2,}[,.]?");
    /** A choice between answers is none. */
    private static final Pattern HEDGE =
            Pattern.compile("(?i)\\beither\\b|\\bone of\\b|[\\d}$)]\\.? (?:or|또는|혹은) [-\\d$\\\\(]|(?:이거나|중 하나)");

    private static final Pattern DOLLARS = Pattern.compile("\\$\\$?(?=\\S)([^$]{1,500}?)(?<=\\S)\\$\\$?(?!\\d)");
    private static final Pattern BRACKETED = Pattern.compile("\\\\[(\\[](.{1,500}?)\\\\[)\\]]", Pattern.DOTALL);
    private static final Pattern CLEAN = Pattern.compile("[0-9\\\\=+^∞π√]");

    private FinalAnswer() {}

    /** Of a completion; null where it has none. */
    static @Nullable String of(String completion) {
        int thought = completion.lastIndexOf("</think>");
        if (completion.indexOf("<think>", Math.max(thought, 0)) >= 0) {
            return null;
        }
        int from = thought < 0 ? 0 : thought + "</think>".length();
        String text = completion.substring(Math.max(from, completion.length() - LONG));
        String marked = marked(text);
        return marked != null
                ? marked.isEmpty() ? null : marked
                : plain(tail(text).strip());
    }

    /** Of a column that holds the right answer, or a solution that ends in it. */
    static String ofReference(String column) {
        String marked = marked(column.length() <= LONG ? column : column.substring(column.length() - LONG));
        return marked == null ? trimmed(column) : marked;
    }

    /** A marked answer, empty if its mark is damaged; null where none is marked. */
    private static @Nullable String marked(String text) {
        int close = text.lastIndexOf("</answer>");
        int open = close < 0 ? text.lastIndexOf("<answer>") : text.lastIndexOf("<answer>", close);
        if (open >= 0) {
            String behind = close < 0 ? null : boxed(text.substring(close));
            if (behind != null) {
                return behind;
            }
            String inner = text.substring(open + "<answer>".length(), close < 0 ? text.length() : close);
            String boxed = boxed(inner);
            if (boxed != null) {
                return boxed;
            }
            String lines = inner.strip();
            String hashed = hashed(lines);
            return hashed != null ? hashed : trimmed(lines.length() > TAIL ? tail(lines) : lines);
        }
        String boxed = boxed(text);
        return boxed == null ? hashed(text) : boxed;
    }

    private static @Nullable String hashed(String text) {
        Matcher gsm8k = GSM8K.matcher(text);
        return gsm8k.find() ? trimmed(gsm8k.group(1)) : null;
    }

    /** What is in the last box that is not empty; empty if its braces do not close, null if there is none. */
    private static @Nullable String boxed(String text) {
        int from = text.length();
        for (int i = 0; i < 8; i++) {
            int at = Math.max(text.lastIndexOf("\\boxed", from), text.lastIndexOf("\\fbox", from));
            if (at < 0) {
                return null;
            }
            int open = text.indexOf(text.startsWith("\\boxed", at) ? "d" : "x", at) + 1;
            while (open < text.length() && text.charAt(open) == ' ') {
                open++;
            }
            String content;
            if (open < text.length() && text.charAt(open) == '{') {
                int close = closing(text, open);
                if (close < 0) {
                    return "";
                }
                content = text.substring(open + 1, close);
            } else {
                int end = text.indexOf('$', open);
                int line = text.indexOf('\n', open);
                end = Math.min(end < 0 ? text.length() : end, line < 0 ? text.length() : line);
                content = text.substring(Math.min(open, end), end);
            }
            if (!content.isBlank()) {
                return trimmed(content);
            }
            from = at - 1;
        }
        return null;
    }

    /** The index of the brace that closes the one at an index, or −1. Escaped braces are none. */
    static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable String plain(String text) {
        if (text.isEmpty()) {
            return null;
        }
        Matcher phrase = PHRASE.matcher(text);
        String said = null;
        while (phrase.find()) {
            said = phrase.group(1);
        }
        for (Matcher korean = KOREAN.matcher(said == null ? text : ""); korean.find(); ) {
            said = ENDING.matcher(korean.group(1).strip()).replaceFirst("");
        }
        if (said != null && !said.isBlank()) {
            String found = said(said.strip());
            if (found != null) {
                return found;
            }
        }
        String line = trimmed(text.substring(text.lastIndexOf('\n') + 1));
        if (isClean(line) || HEDGE.matcher(line).find()) {
            return line;
        }
        int end = 0;
        String found = null;
        for (Pattern formula : new Pattern[] {DOLLARS, BRACKETED}) {
            for (Matcher match = formula.matcher(text); match.find(); ) {
                if (match.end() > end) {
                    end = match.end();
                    found = match.group(1);
                }
            }
        }
        for (Matcher match = NUMBER.matcher(text); match.find(); ) {
            if (match.end() > end) {
                end = match.end();
                found = match.group();
            }
        }
        if (line.contains("\\") && !line.contains("$") && !line.contains("\\(") && end <= text.length()) {
            String bare = bare(line);
            return bare == null ? found == null ? null : trimmed(found) : bare;
        }
        return found != null ? trimmed(found) : line.length() <= SHORT ? line : null;
    }

    /** The longest formula without delimiters in a line of words; null where there is none. */
    private static @Nullable String bare(String line) {
        String end = line.length() > 400 ? line.substring(line.length() - 400) : line;
        int starts = 0;
        for (int from = 0;
                from >= 0 && from < end.length() && starts < 40;
                from = end.indexOf(' ', from) < 0 ? -1 : end.indexOf(' ', from) + 1) {
            String rest = end.substring(from);
            int space = rest.indexOf(' ');
            if (WORD.matcher(space < 0 ? rest : rest.substring(0, space)).matches()) {
                continue;
            }
            starts++;
            Matcher words = BEHIND.matcher(rest);
            String part = trimmed(words.find() ? rest.substring(0, words.start()) : rest);
            if (part.contains("\\") && isClean(part)) {
                return part;
            }
        }
        return null;
    }

    /** What is said to be the answer: all of it, or the formula or number that it begins with. */
    private static @Nullable String said(String said) {
        String all = trimmed(said);
        if (isClean(all)) {
            return all;
        }
        int stop = sentence(said);
        String sentence = trimmed(said.substring(0, stop));
        if (isClean(sentence)) {
            return sentence;
        }
        if (HEDGE.matcher(sentence).find()) {
            return sentence;
        }
        for (Pattern formula : new Pattern[] {DOLLARS, BRACKETED, TEXT, NUMBER}) {
            Matcher match = formula.matcher(said);
            if (match.lookingAt()) {
                return trimmed(match.groupCount() == 0 ? match.group() : match.group(1));
            }
        }
        return NUMBER.matcher(sentence).find() || DOLLARS.matcher(sentence).find() || sentence.length() > SHORT
                ? null
                : sentence;
    }

    private static int sentence(String text) {
        int stop = text.indexOf(". ");
        return stop < 0 ? text.length() : stop;
    }

    /** Whether a line is an answer and no prose. */
    private static boolean isClean(String line) {
        if (TEXT.matcher(line).matches()) {
            return true;
        }
        int dollar = line.indexOf('$');
        boolean prose =
                line.contains("\\(") || line.contains("\\[") || dollar >= 0 && line.indexOf('$', dollar + 1) > 0;
        return !prose
                && line.length() <= 200
                && (line.length() <= 2 || CLEAN.matcher(line).find())
                && MathsAnswer.read(line).isMathematics();
    }

    private static String tail(String text) {
        return text.length() <= TAIL ? text : text.substring(text.length() - TAIL);
    }

    /** Without white space, emphasis, a formula's delimiters and a full stop around it. */
    static String trimmed(String text) {
        // more than an answer has, whatever stands around it: it is not looked at further
        String inner = text.length() > 2 * Lexer.MAX_LENGTH ? text.substring(0, 2 * Lexer.MAX_LENGTH) : text.strip();
        for (int i = 0; i < 6; i++) {
            String before = inner;
            boolean stop =
                    inner.endsWith(".") && !inner.toLowerCase(Locale.ROOT).endsWith(".m.");
            boolean comma = (inner.endsWith(",") || inner.endsWith(";")) && !inner.startsWith("\\", inner.length() - 2);
            if (stop || comma) {
                inner = inner.substring(0, inner.length() - 1).strip();
            }
            inner = without(without(without(without(inner, "**", "**"), "$$", "$$"), "\\(", "\\)"), "\\[", "\\]");
            inner = inner.indexOf('$', 1) == inner.length() - 1 ? without(inner, "$", "$") : inner;
            if (inner.equals(before)) {
                break;
            }
        }
        return inner;
    }

    private static String without(String text, String before, String after) {
        return text.length() >= before.length() + after.length()
                        && text.startsWith(before)
                        && text.endsWith(after)
                        && (!after.startsWith("$") || !text.endsWith("\\" + after))
                ? text.substring(before.length(), text.length() - after.length())
                        .strip()
                : text;
    }
}
