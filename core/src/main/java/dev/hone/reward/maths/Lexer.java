package dev.hone.reward.maths;

import dev.hone.reward.maths.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Cuts an answer in LaTeX, plain text or Unicode into tokens, each of which has one name however it was written: {@code \dfrac} and
 * {@code \frac}, {@code ×}, {@code *} and {@code \cdot}. Spacing, sizes and fonts are dropped.
 *
 * <p>Commas between digits are read in one of two ways: as commas of thousands outside of brackets and as separators within, or the
 * other way round. {@link #isAmbiguous} says whether that makes a difference.
 */
final class Lexer {
    /** More than any answer has; keeps trees small whatever a model writes. */
    static final int MAX_LENGTH = 2_000;

    private static final Set<String> SKIPPED = Set.of(
            "left",
            "right",
            "middle",
            "displaystyle",
            "textstyle",
            "limits",
            "big",
            "Big",
            "bigg",
            "Bigg",
            "bigl",
            "bigr",
            "Bigl",
            "Bigr",
            "biggl",
            "biggr",
            "Biggl",
            "Biggr",
            "quad",
            "qquad",
            "boxed",
            "fbox",
            "hline",
            "rm",
            "bf",
            "it",
            "tiny",
            "small",
            "large",
            "Large",
            "ensuremath",
            "hfill",
            "thinspace",
            "noindent",
            "phantom",
            "mathord",
            "mathop",
            "nonumber",
            "bigm",
            "nolimits",
            "mathstrut",
            "strut",
            "unicode");
    private static final Set<String> TEXTS = Set.of(
            "text",
            "mbox",
            "hbox",
            "textbf",
            "textit",
            "textrm",
            "textsf",
            "texttt",
            "textnormal",
            "mathrm",
            "mathbf",
            "mathit",
            "mathsf",
            "mathtt",
            "mathcal",
            "boldsymbol",
            "bm",
            "operatorname",
            "emph",
            "textsc",
            "underline",
            "mathbb",
            "mathfrak",
            "vec",
            "hat",
            "widehat",
            "bar",
            "tilde",
            "overline",
            "overrightarrow");
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("cdot", "*"),
            Map.entry("times", "*"),
            Map.entry("ast", "*"),
            Map.entry("div", "/"),
            Map.entry("pm", "±"),
            Map.entry("mp", "∓"),
            Map.entry("le", "≤"),
            Map.entry("leq", "≤"),
            Map.entry("leqslant", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("geq", "≥"),
            Map.entry("geqslant", "≥"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("ne", "≠"),
            Map.entry("neq", "≠"),
            Map.entry("approx", "≈"),
            Map.entry("sim", "≈"),
            Map.entry("simeq", "≈"),
            Map.entry("cong", "≈"),
            Map.entry("equiv", "="),
            Map.entry("cup", "∪"),
            Map.entry("bigcup", "∪"),
            Map.entry("in", "∈"),
            Map.entry("setminus", "∖"),
            Map.entry("backslash", "∖"),
            Map.entry("emptyset", "∅"),
            Map.entry("varnothing", "∅"),
            Map.entry("lbrace", "⦃"),
            Map.entry("rbrace", "⦄"),
            Map.entry("langle", "⟨"),
            Map.entry("rangle", "⟩"),
            Map.entry("vert", "|"),
            Map.entry("lvert", "|"),
            Map.entry("rvert", "|"),
            Map.entry("mid", "|"),
            Map.entry("lfloor", "⌊"),
            Map.entry("rfloor", "⌋"),
            Map.entry("lceil", "⌈"),
            Map.entry("rceil", "⌉"),
            Map.entry("lbrack", "["),
            Map.entry("rbrack", "]"),
            Map.entry("lparen", "("),
            Map.entry("rparen", ")"),
            Map.entry("circ", "°"),
            Map.entry("degree", "°"),
            Map.entry("colon", ":"),
            Map.entry("to", ":"),
            Map.entry("Rightarrow", "="),
            Map.entry("implies", "="));
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("pi", "π"),
            Map.entry("infty", "∞"),
            Map.entry("infinity", "∞"),
            Map.entry("alpha", "α"),
            Map.entry("beta", "β"),
            Map.entry("gamma", "γ"),
            Map.entry("delta", "δ"),
            Map.entry("epsilon", "ε"),
            Map.entry("varepsilon", "ε"),
            Map.entry("theta", "θ"),
            Map.entry("vartheta", "θ"),
            Map.entry("lambda", "λ"),
            Map.entry("mu", "μ"),
            Map.entry("rho", "ρ"),
            Map.entry("sigma", "σ"),
            Map.entry("tau", "τ"),
            Map.entry("phi", "φ"),
            Map.entry("varphi", "φ"),
            Map.entry("omega", "ω"),
            Map.entry("Delta", "Δ"),
            Map.entry("Omega", "Ω"),
            Map.entry("Gamma", "Γ"),
            Map.entry("Phi", "Φ"),
            Map.entry("psi", "ψ"),
            Map.entry("eta", "η"),
            Map.entry("zeta", "ζ"),
            Map.entry("xi", "ξ"),
            Map.entry("kappa", "κ"),
            Map.entry("nu", "ν"),
            Map.entry("ell", "ℓ"),
            Map.entry("chi", "χ"),
            Map.entry("imath", "i"),
            Map.entry("oo", "∞"),
            Map.entry("inf", "∞"));
    private static final Set<String> FUNCTIONS = Set.of(
            "frac", "sqrt", "cbrt", "binom", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan",
            "arccot", "sinh", "cosh", "tanh", "log", "ln", "lg", "exp", "abs", "floor", "ceil", "asin", "acos", "atan");
    private static final Map<Character, String> CHARACTERS = Map.ofEntries(
            Map.entry('−', "-"),
            Map.entry('–', "-"),
            Map.entry('×', "*"),
            Map.entry('·', "*"),
            Map.entry('⋅', "*"),
            Map.entry('∗', "*"),
            Map.entry('÷', "/"),
            Map.entry('∕', "/"),
            Map.entry('⁄', "/"),
            Map.entry('（', "("),
            Map.entry('）', ")"),
            Map.entry('，', ","),
            Map.entry('；', ";"),
            Map.entry('º', "°"),
            Map.entry('˚', "°"),
            Map.entry('：', ":"),
            Map.entry('∶', ":"),
            Map.entry('≃', "≈"),
            Map.entry('⩽', "≤"),
            Map.entry('⩾', "≥"),
            Map.entry('＝', "="));
    private static final String PLAIN = "+-*/^_=<>()[]{},;:!|±∓≤≥≠≈∪∈∖∅⟨⟩°%⌊⌋⌈⌉";
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    private static final Pattern MEASURED =
            Pattern.compile("[-+$]{0,2}[0-9][0-9,]*(?:\\.[0-9]+)?(?:/[0-9]+)?\\s+[A-Za-z][A-Za-z ]*\\.?");

    private final String text;
    private final boolean groupedInside;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int brackets;
    private boolean spaced;
    private boolean ambiguous;

    private Lexer(String text, boolean groupedInside) {
        this.text = text;
        this.groupedInside = groupedInside;
    }

    /** The tokens of an answer, and whether the other reading of its commas is another one. */
    record Reading(List<Token> tokens, boolean isAmbiguous) {}

    static Reading read(String text, boolean groupedInside) throws UnreadableException {
        if (text.length() > MAX_LENGTH) {
            throw new UnreadableException("it has more than " + MAX_LENGTH + " characters");
        }
        Lexer lexer = new Lexer(text, groupedInside);
        lexer.all();
        return new Reading(lexer.tokens, lexer.ambiguous);
    }

    private void all() throws UnreadableException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == '~' || c == '\u00a0' || c == '\u202f' || c == '\u2009') {
                at++;
                spaced = true;
            } else if (digit(at) || c == '.' && (digit(at + 1) || text.startsWith("\\overline{", at + 1))) {
                number();
            } else if (c == '\\') {
                command();
            } else if (c == '^') {
                caret();
            } else if (Character.isLetter(c) && c != 'º') {
                letters();
            } else {
                symbol(c);
            }
        }
    }

    private void add(Kind kind, String name) {
        tokens.add(new Token(kind, name, spaced));
        spaced = false;
        Token last = tokens.get(tokens.size() - 1);
        if (last.kind() == Kind.SYMBOL && "([⦃⟨".contains(name) || last.kind() == Kind.BEGIN) {
            brackets++;
        } else if (last.kind() == Kind.SYMBOL && ")]⦄⟩".contains(name) || last.kind() == Kind.END) {
            brackets--;
        }
    }

    private boolean digit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private void number() {
        StringBuilder digits = new StringBuilder();
        while (digit(at)) {
            digits.append(text.charAt(at++));
        }
        if (digits.length() >= 1 && digits.length() <= 3 && digits.charAt(0) != '0') {
            for (int next = group(digits.length()); next > 0; next = group(digits.length())) {
                digits.append(text, next - 3, next);
                at = next;
            }
        }
        if (digits.isEmpty()) {
            digits.append('0');
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            int point = digits.length();
            while (digit(at)) {
                digits.append(text.charAt(at++));
            }
            if (digits.length() > point) {
                digits.insert(point, '.');
            }
        }
        if (!exponent(digits.toString())) {
            add(Kind.NUMBER, digits.toString());
        }
        for (String repeated : new String[] {"\\overline{", "\\bar{", "\\dot{"}) {
            if (text.startsWith(repeated, at) && (digits.indexOf(".") >= 0 || text.charAt(at - 1) == '.')) {
                repeating(repeated.length());
            }
        }
    }

    /** {@code 1.5e3} is written out as {@code {1.5*10^{3}}}. */
    private boolean exponent(String mantissa) {
        if (at >= text.length() || text.charAt(at) != 'e' && text.charAt(at) != 'E') {
            return false;
        }
        boolean signed = at + 1 < text.length() && (text.charAt(at + 1) == '-' || text.charAt(at + 1) == '+');
        int start = signed ? at + 2 : at + 1;
        int end = start;
        while (digit(end)) {
            end++;
        }
        if (end == start || end - start > 5) {
            return false;
        }
        add(Kind.SYMBOL, "{");
        add(Kind.NUMBER, mantissa);
        add(Kind.SYMBOL, "*");
        add(Kind.NUMBER, "10");
        add(Kind.SYMBOL, "^");
        add(Kind.SYMBOL, "{");
        if (signed) {
            add(Kind.SYMBOL, text.substring(at + 1, at + 2));
        }
        add(Kind.NUMBER, text.substring(start, end));
        add(Kind.SYMBOL, "}");
        add(Kind.SYMBOL, "}");
        at = end;
        return true;
    }

    private void repeating(int skipped) {
        int end = at + skipped;
        while (digit(end)) {
            end++;
        }
        if (end > at + skipped && end < text.length() && text.charAt(end) == '}') {
            add(Kind.REPEATING, text.substring(at + skipped, end));
            at = end + 1;
        }
    }

    /** Where a further group of three digits ends, or 0 if none follows. */
    private int group(int before) {
        int next = at;
        boolean sure = false;
        boolean plain = false;
        if (text.startsWith("{,}", next)) {
            next += 3;
            sure = true;
        } else if (next < text.length() && (text.charAt(next) == ',' || text.charAt(next) == '，')) {
            next++;
            plain = true;
            int mark = next;
            while (mark < text.length() && text.charAt(mark) == ' ') {
                mark++;
            }
            if (text.startsWith("\\!", mark)) {
                next = mark + 2;
                sure = true;
            }
        } else if (text.startsWith("\\,", next)) {
            next += 2;
            sure = true;
        }
        while (sure && next < text.length() && text.charAt(next) == ' ') {
            next++;
        }
        if (!sure && !plain || !digit(next) || !digit(next + 1) || !digit(next + 2) || digit(next + 3)) {
            return 0;
        }
        if (sure || text.charAt(next) == '0' && text.charAt(at - 1) != '0' || text.startsWith("000", next)) {
            return next + 3;
        }
        ambiguous = true;
        return before > 0 && brackets > 0 == groupedInside ? next + 3 : 0;
    }

    private void command() throws UnreadableException {
        at++;
        if (at >= text.length()) {
            throw new UnreadableException("it ends in a backslash");
        }
        char c = text.charAt(at);
        if (!isLatin(c)) {
            at++;
            switch (c) {
                case '{' -> add(Kind.SYMBOL, "⦃");
                case '}' -> add(Kind.SYMBOL, "⦄");
                case '\\' -> add(Kind.SYMBOL, "\\");
                case '%' -> add(Kind.SYMBOL, "%");
                case '$' -> add(Kind.CURRENCY, "dollar");
                case '|' -> add(Kind.SYMBOL, "|");
                case '&', '#', '_' -> throw new UnreadableException("it has \\" + c);
                default -> spaced = true; // \, \; \: \! \( \) \[ \] and a space
            }
            return;
        }
        int start = at;
        while (at < text.length() && isLatin(text.charAt(at))) {
            at++;
        }
        named(text.substring(start, at));
    }

    private void named(String command) throws UnreadableException {
        String name = switch (command) {
            case "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac" -> "frac";
            case "dbinom", "tbinom", "choose" -> "binom";
            default -> command;
        };
        String symbol = SYMBOLS.get(name);
        String constant = NAMES.get(name);
        if (SKIPPED.contains(name)) {
            if ((name.equals("left") || name.equals("right")) && at < text.length() && text.charAt(at) == '.') {
                at++;
            }
        } else if (name.equals("overline") && !tokens.isEmpty() && braced(at).matches("[0-9]+")) {
            repeating(1);
        } else if (TEXTS.contains(name)) {
            text(name);
        } else if (name.equals("begin") || name.equals("end")) {
            environment(name.equals("begin"));
        } else if (symbol != null) {
            add(Kind.SYMBOL, symbol);
        } else if (constant != null) {
            add(Kind.NAME, constant);
        } else if (FUNCTIONS.contains(name)) {
            add(Kind.FUNCTION, name);
        } else if (name.equals("R") || name.equals("reals")) {
            add(Kind.SYMBOL, "ℝ");
        } else if (name.equals("angle") || name.equals("triangle") || name.equals("measuredangle")) {
            add(Kind.WORDS, name);
        } else if (name.equals("pounds")) {
            add(Kind.CURRENCY, "pound");
        } else {
            throw new UnreadableException("it has \\" + name + ", which is not read");
        }
    }

    /** What stands in the braces that open at an index, or nothing. */
    private String braced(int open) {
        if (open >= text.length() || text.charAt(open) != '{') {
            return "";
        }
        int close = FinalAnswer.closing(text, open);
        return close < 0 ? "" : text.substring(open + 1, close);
    }

    private void text(String command) throws UnreadableException {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at >= text.length() || text.charAt(at) != '{') {
            return; // \mathbf v, \bar x: the next token is what it is without
        }
        int close = FinalAnswer.closing(text, at);
        if (close < 0) {
            throw new UnreadableException("its braces are not balanced");
        }
        String content = text.substring(at + 1, close).strip();
        boolean font = command.startsWith("math") && !command.equals("mathrm")
                || command.matches("bold.*|bm|vec|hat|bar|tilde|wide.*|over.*");
        if (content.equals("\\$") || content.equals("\\%")) {
            at = close + 1;
            add(content.equals("\\$") ? Kind.CURRENCY : Kind.SYMBOL, content.equals("\\$") ? "dollar" : "%");
        } else if (MEASURED.matcher(content).matches()) {
            at = close + 1;
            tokens.addAll(read(content, groupedInside).tokens());
        } else if (command.equals("mathbb") && content.equals("R")) {
            at = close + 1;
            add(Kind.SYMBOL, "ℝ");
        } else if (font || content.matches("[-+*/=0-9.,()%$\\s]*[0-9][-+*/=0-9.,()%$\\s]*") || content.contains("\\")) {
            at++; // read as if it stood there alone; its braces group
            add(Kind.SYMBOL, "{");
        } else if (content.equals("i") || content.equals("e")) {
            at = close + 1;
            add(command.equals("mathrm") || command.equals("operatorname") ? Kind.NAME : Kind.WORDS, content);
        } else if (FUNCTIONS.contains(content)) {
            at = close + 1;
            add(Kind.FUNCTION, content);
        } else {
            at = close + 1;
            words(content);
        }
    }

    /** Adds text; {@code and}, {@code or} and commas by themselves separate. */
    private void words(String content) {
        String bare = content.toLowerCase(Locale.ROOT).replaceAll("[,;.]", " ").strip();
        if (bare.equals("and") || bare.equals("or") || bare.isEmpty() && content.contains(",")) {
            if (tokens.isEmpty() || !tokens.get(tokens.size() - 1).is(",")) {
                add(Kind.SYMBOL, ",");
            }
        } else if (!content.isEmpty()) {
            Integer value = NumberWords.value(content);
            int last = tokens.size() - 1;
            boolean base = last > 0
                    && (tokens.get(last).is("_")
                            || tokens.get(last).is("{") && tokens.get(last - 1).is("_"));
            add(base && value != null ? Kind.NUMBER : Kind.WORDS, base && value != null ? value.toString() : content);
        } else {
            spaced = true;
        }
    }

    private void environment(boolean begins) throws UnreadableException {
        String name = braced(at);
        if (name.isEmpty()) {
            throw new UnreadableException("an environment has no name");
        }
        at += name.length() + 2;
        if (begins && name.equals("array")) {
            String columns = braced(at);
            at += columns.isEmpty() ? 0 : columns.length() + 2;
        }
        add(begins ? Kind.BEGIN : Kind.END, name.replace("*", ""));
    }

    /** {@code ^\circ} and its kin are a sign of their own, not a power. */
    private void caret() {
        int next = at + 1;
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '{')) {
            next++;
        }
        for (String sign : List.of("\\circ", "\\degree", "\\prime", "°", "∘")) {
            if (text.startsWith(sign, next) && !sign.equals("\\prime")) {
                int end = next + sign.length();
                boolean group = text.substring(at, next).contains("{");
                while (end < text.length() && text.charAt(end) == ' ') {
                    end++;
                }
                if (group && end < text.length() && text.charAt(end) == '}') {
                    end++;
                }
                at = end;
                add(Kind.SYMBOL, "°");
                return;
            }
        }
        at++;
        add(Kind.SYMBOL, "^");
        if (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
    }

    private static boolean isLatin(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private void letters() {
        int start = at;
        char first = text.charAt(at);
        if (!isLatin(first)) {
            if (Character.UnicodeBlock.of(first) == Character.UnicodeBlock.GREEK) {
                at++;
                add(Kind.NAME, String.valueOf(first));
                return;
            }
            if (first == 'ℝ') {
                at++;
                add(Kind.SYMBOL, "ℝ");
                return;
            }
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            add(Kind.WORDS, text.substring(start, at));
            return;
        }
        while (at < text.length() && isLatin(text.charAt(at))) {
            at++;
        }
        String run = text.substring(start, at);
        String lower = run.toLowerCase(Locale.ROOT);
        String name = NAMES.get(lower);
        if (run.length() > 1 && FUNCTIONS.contains(lower)) {
            add(Kind.FUNCTION, lower);
        } else if (run.length() > 1 && name != null) {
            add(Kind.NAME, name);
        } else if (lower.equals("and") || lower.equals("or")) {
            words(lower);
        } else if (isWord(run, lower)) {
            add(Kind.WORDS, run);
        } else {
            for (int i = 0; i < run.length(); i++) {
                add(Kind.NAME, run.substring(i, i + 1));
            }
        }
    }

    /** A word, and not a product of variables: long ones that stand apart, and units behind a number. */
    private boolean isWord(String run, String lower) {
        Token before = tokens.isEmpty() ? null : tokens.get(tokens.size() - 1);
        if (run.length() < 2) {
            return false;
        }
        if (before == null || before.kind() == Kind.WORDS || NumberWords.value(lower) != null) {
            return run.length() >= 4 || before != null || NumberWords.value(lower) != null;
        }
        return spaced && run.length() >= 4
                || Unit.isKnown(lower)
                        && (before.kind() == Kind.NUMBER || before.closes() && (spaced || run.length() >= 4));
    }

    private void symbol(char c) throws UnreadableException {
        at++;
        String mapped = CHARACTERS.getOrDefault(c, String.valueOf(c));
        int superscript = SUPERSCRIPTS.indexOf(c);
        if (superscript >= 0) {
            StringBuilder power = new StringBuilder().append(superscript);
            while (at < text.length() && SUPERSCRIPTS.indexOf(text.charAt(at)) >= 0) {
                power.append(SUPERSCRIPTS.indexOf(text.charAt(at++)));
            }
            add(Kind.SYMBOL, "^");
            add(Kind.NUMBER, power.toString());
        } else if (c == '*' && at < text.length() && text.charAt(at) == '*') {
            at++;
            add(Kind.SYMBOL, "^");
        } else if ((c == '<' || c == '>' || c == '!') && at < text.length() && text.charAt(at) == '=') {
            at++;
            add(Kind.SYMBOL, c == '<' ? "≤" : c == '>' ? "≥" : "≠");
        } else if (c == '√' || c == '∛') {
            add(Kind.FUNCTION, c == '√' ? "sqrt" : "cbrt");
        } else if (c == '∞') {
            add(Kind.NAME, "∞");
        } else if (c == '&' || c == '\\') {
            add(Kind.SYMBOL, String.valueOf(c));
        } else if ("€£¥₩".indexOf(c) >= 0) {
            add(
                    Kind.CURRENCY,
                    switch (c) {
                        case '€' -> "euro";
                        case '£' -> "pound";
                        case '¥' -> "yen";
                        default -> "won";
                    });
        } else if ("½⅓¼¾⅔⅕⅛".indexOf(c) >= 0) {
            int which = "½⅓¼¾⅔⅕⅛".indexOf(c);
            add(Kind.FUNCTION, "frac");
            add(Kind.NUMBER, String.valueOf("1113211".charAt(which)));
            add(Kind.SYMBOL, "{");
            add(Kind.NUMBER, String.valueOf("2344358".charAt(which)));
            add(Kind.SYMBOL, "}");
        } else if (c == '$') {
            if (digit(at) && text.indexOf('$', at) < 0) {
                add(Kind.CURRENCY, "dollar");
            } else {
                spaced = true; // a formula's delimiter
            }
        } else if (c == '"' || c == '\'' || c == '`' || c == '?' || c == '.' || c == '’' || c == '“' || c == '”') {
            spaced = true;
        } else if (PLAIN.contains(mapped)) {
            add(Kind.SYMBOL, mapped);
        } else {
            throw new UnreadableException(
                    Character.isISOControl(c) ? "it has control characters" : "it has " + c + ", which is not read");
        }
    }
}
