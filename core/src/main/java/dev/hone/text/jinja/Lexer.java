package dev.hone.text.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens and applies all whitespace rules.
 *
 * <p>The rules, in the order in which they apply:
 *
 * <ul>
 *   <li>Every line ending becomes a line feed; one at the very end of the template is dropped.
 *   <li>A minus inside a delimiter removes all whitespace on its side, line feeds included; a plus keeps everything on its side.
 *   <li>Without a sign, spaces between the start of a line and a block or comment are dropped, and so is one line feed right after it. Print
 *       tags keep both.
 * </ul>
 */
final class Lexer {
    private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%\\}|%\\})");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(-%\\}|\\+%\\}|%\\})");
    private static final Pattern NUMBER = Pattern.compile(
            "0[bB][01_]++|0[oO][0-7_]++|0[xX][0-9a-fA-F_]++"
                    + "|(?<float>[0-9][0-9_]*+(\\.[0-9][0-9_]*+)?[eE][-+]?[0-9]++|[0-9][0-9_]*+\\.[0-9][0-9_]*+)|[0-9][0-9_]*+");
    private static final List<String> OPERATORS = List.of(
            "==", "!=", ">=", "<=", "//", "**", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String template;
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private boolean atLineStart = true;

    private Lexer(String template, String source) {
        this.template = template;
        String unified = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = unified.endsWith("\n") ? unified.substring(0, unified.length() - 1) : unified;
    }

    static List<Token> tokens(String template, String source) {
        Lexer lexer = new Lexer(template, source);
        while (lexer.position < lexer.source.length()) {
            lexer.next();
        }
        lexer.emit(Token.Kind.END, "");
        return lexer.tokens;
    }

    private void next() {
        int tag = nextTag();
        if (tag < 0) {
            text(source.substring(position), '+', false);
            position = source.length();
            return;
        }
        char kind = source.charAt(tag + 1);
        char sign = at(tag + 2) == '-' || at(tag + 2) == '+' ? at(tag + 2) : ' ';
        text(source.substring(position, tag), sign, kind != '{');
        position = tag;
        Matcher raw = RAW_BEGIN.matcher(source).region(tag, source.length());
        if (kind == '%' && raw.lookingAt()) {
            raw(raw);
        } else if (kind == '#') {
            comment(tag + (sign == ' ' ? 2 : 3));
        } else {
            emit(kind == '{' ? Token.Kind.PRINT_BEGIN : Token.Kind.BLOCK_BEGIN, "");
            advance(tag + (sign == ' ' ? 2 : 3));
            inside(kind == '{');
        }
    }

    private int nextTag() {
        for (int brace = source.indexOf('{', position); brace >= 0; brace = source.indexOf('{', brace + 1)) {
            char next = at(brace + 1);
            if (next == '{' || next == '%' || next == '#') {
                return brace;
            }
        }
        return -1;
    }

    private void text(String text, char sign, boolean dropsIndent) {
        String kept = text;
        if (sign == '-') {
            kept = Text.stripEnd(text);
        } else if (sign == ' ' && dropsIndent) {
            int start = text.lastIndexOf('\n') + 1;
            if ((start > 0 || atLineStart) && Text.isSpace(text.substring(start))) {
                kept = text.substring(0, start);
            }
        }
        if (!kept.isEmpty()) {
            emit(Token.Kind.TEXT, kept);
        }
        countLines(text);
    }

    private void comment(int body) {
        int close = source.indexOf("#}", body);
        if (close < 0) {
            throw problem("the comment opened here is never closed with '#}'");
        }
        closeTag(close, close > body ? source.charAt(close - 1) : ' ');
    }

    private void raw(Matcher begin) {
        int opened = line;
        advance(begin.end());
        if (begin.group(1).startsWith("-")) {
            advance(pastSpace(position));
        }
        Matcher end = RAW_END.matcher(source);
        if (!end.find(position)) {
            throw new TemplateException(template, opened, "the raw block opened here is never closed with endraw");
        }
        String sign = end.group(1);
        atLineStart = false;
        text(source.substring(position, end.start()), sign.isEmpty() ? ' ' : sign.charAt(0), true);
        position = end.start();
        closeTag(end.end() - 2, end.group(2).charAt(0));
    }

    /** Moves past a two-character closing delimiter and the whitespace it removes. */
    private void closeTag(int delimiter, char sign) {
        int end = delimiter + 2;
        if (sign == '-') {
            end = pastSpace(end);
        } else if (sign != '+' && at(end) == '\n') {
            end++;
        }
        advance(end);
    }

    private void inside(boolean print) {
        int opened = line;
        Deque<Character> open = new ArrayDeque<>();
        String close = print ? "}}" : "%}";
        while (position < source.length()) {
            char c = source.charAt(position);
            boolean signed = c == '-' || (c == '+' && !print);
            if (open.isEmpty() && source.startsWith(close, signed ? position + 1 : position)) {
                emit(print ? Token.Kind.PRINT_END : Token.Kind.BLOCK_END, "");
                if (!print) {
                    closeTag(signed ? position + 1 : position, signed ? c : ' ');
                } else {
                    advance(signed ? pastSpace(position + 3) : position + 2);
                }
                return;
            }
            if (Text.isSpace(c)) {
                advance(position + 1);
            } else if (c == '\'' || c == '"') {
                string(c);
            } else if (c >= '0' && c <= '9') {
                number();
            } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
                name();
            } else {
                operator(open);
            }
        }
        throw new TemplateException(template, opened, "the tag opened here is never closed with '" + close + "'");
    }

    private void string(char quote) {
        int end = position + 1;
        while (at(end) != quote) {
            if (end >= source.length()) {
                throw problem("the string opened here has no closing quote");
            }
            end += at(end) == '\\' ? 2 : 1;
        }
        try {
            emit(Token.Kind.STRING, Text.unescape(source.substring(position + 1, end)));
        } catch (Fault fault) {
            throw problem(fault.problem());
        }
        advance(end + 1);
    }

    private void number() {
        Matcher number = NUMBER.matcher(source).region(position, source.length());
        if (!number.lookingAt()) {
            throw problem("not a number");
        }
        boolean afterDot = position > 0 && source.charAt(position - 1) == '.';
        String text = number.group();
        boolean decimal = number.group("float") != null;
        if (decimal && afterDot) {
            text = text.substring(0, digits(text));
            decimal = false;
        }
        emit(decimal ? Token.Kind.FLOAT : Token.Kind.INTEGER, text.replace("_", ""));
        advance(position + text.length());
    }

    private static int digits(String text) {
        int end = 0;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private void name() {
        int end = position + 1;
        while (end < source.length() && Character.isUnicodeIdentifierPart(source.charAt(end))) {
            end++;
        }
        emit(Token.Kind.NAME, source.substring(position, end));
        advance(end);
    }

    private void operator(Deque<Character> open) {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                switch (operator) {
                    case "(" -> open.push(')');
                    case "[" -> open.push(']');
                    case "{" -> open.push('}');
                    case ")", "]", "}" -> {
                        if (open.isEmpty() || open.pop() != operator.charAt(0)) {
                            throw problem("'" + operator + "' closes nothing");
                        }
                    }
                    default -> {}
                }
                emit(Token.Kind.OPERATOR, operator);
                advance(position + operator.length());
                return;
            }
        }
        throw problem("unexpected character (" + Character.toString(source.codePointAt(position)) + ")");
    }

    private int pastSpace(int from) {
        int end = from;
        while (end < source.length() && Text.isSpace(source.charAt(end))) {
            end++;
        }
        return end;
    }

    private void advance(int to) {
        for (int i = position; i < to; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        atLineStart = to > position ? source.charAt(to - 1) == '\n' : atLineStart;
        position = to;
    }

    private void countLines(String text) {
        line += (int) text.chars().filter(c -> c == '\n').count();
    }

    private char at(int index) {
        return index < source.length() ? source.charAt(index) : 0;
    }

    private void emit(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }

    private TemplateException problem(String problem) {
        return new TemplateException(template, line, problem);
    }
}
