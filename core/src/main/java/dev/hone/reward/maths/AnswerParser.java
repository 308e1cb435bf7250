package dev.hone.reward.maths;

import dev.hone.reward.maths.Answer.Matrix;
import dev.hone.reward.maths.Answer.Quantity;
import dev.hone.reward.maths.Answer.Region;
import dev.hone.reward.maths.Answer.Relation;
import dev.hone.reward.maths.Answer.Several;
import dev.hone.reward.maths.Answer.Shape;
import dev.hone.reward.maths.Answer.Sign;
import dev.hone.reward.maths.Answer.Span;
import dev.hone.reward.maths.Answer.Words;
import dev.hone.reward.maths.Expression.Symbol;
import dev.hone.reward.maths.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokens as an answer, from what binds least to what binds most: a list, a union of intervals, an equation or inequality, a ratio,
 * something in brackets, a matrix, a number with its unit.
 */
final class AnswerParser {
    private static final int MAX_DEPTH = 12;
    private static final int MAX_GROUPS = 60;
    private static final int MAX_ITEMS = 200;
    private static final Set<String> FRACTIONS = Set.of(
            "half",
            "halves",
            "third",
            "quarter",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "over",
            "times",
            "minus",
            "plus",
            "point",
            "dozen",
            "squared",
            "cubed",
            "not",
            "root",
            "negative");
    private static final Set<String> HEDGES = Set.of(
            "about",
            "approximately",
            "exactly",
            "answer",
            "roughly",
            "only",
            "total",
            "of",
            "a",
            "is",
            "the",
            "to",
            "by");

    private AnswerParser() {}

    static Answer parse(List<Token> tokens) throws UnreadableException {
        return parse(tokens, 0);
    }

    private static Answer parse(List<Token> all, int depth) throws UnreadableException {
        List<Token> tokens = ungrouped(all);
        if (tokens.isEmpty()) {
            throw new UnreadableException("it is empty");
        }
        if (depth > MAX_DEPTH) {
            throw new UnreadableException("it is nested more than " + MAX_DEPTH + " deep");
        }
        List<List<Token>> items = split(tokens, ",;");
        if (items.size() > 1) {
            List<Answer> answers = new ArrayList<>();
            for (List<Token> item : items) {
                if (!item.isEmpty()) {
                    add(answers, parse(item, depth + 1));
                }
            }
            return answers.size() == 1 ? answers.get(0) : together(answers);
        }
        if (split(tokens, "∪").size() > 1) {
            List<Span> spans = new ArrayList<>();
            for (List<Token> part : split(tokens, "∪")) {
                spans.addAll(region(parse(part, depth + 1)).spans());
            }
            return new Region(spans);
        }
        int element = first(tokens, "∈");
        if (element > 0) {
            return parse(tokens.subList(element + 1, tokens.size()), depth + 1);
        }
        if (first(tokens, "=<>≤≥≠≈") >= 0) {
            return relation(tokens, depth);
        }
        List<List<Token>> removed = split(tokens, "∖");
        if (removed.size() == 2) {
            return without(region(parse(removed.get(0), depth + 1)), parse(removed.get(1), depth + 1));
        }
        List<List<Token>> terms = split(tokens, ":");
        if (terms.size() > 1) {
            return new Several(Shape.RATIO, each(terms, depth), "");
        }
        Answer bracketed = bracketed(tokens, depth);
        return bracketed == null ? quantity(tokens) : bracketed;
    }

    /** A list; of inequalities what they allow together: both of two that overlap, or either. */
    private static Answer together(List<Answer> answers) {
        List<Span> spans = new ArrayList<>();
        for (Answer answer : answers) {
            if (!(answer instanceof Region region)) {
                return Several.list(answers);
            }
            spans.addAll(region.spans());
        }
        if (spans.size() == 2) {
            Span a = spans.get(0);
            Span b = spans.get(1);
            Span rising = Agreement.size(a.to()) == Double.POSITIVE_INFINITY ? a : b;
            Span falling = rising == a ? b : a;
            if (Agreement.size(rising.to()) == Double.POSITIVE_INFINITY
                    && Agreement.size(falling.from()) == Double.NEGATIVE_INFINITY
                    && Agreement.size(rising.from()) < Agreement.size(falling.to())) {
                return new Region(List.of(new Span(rising.from(), falling.to(), rising.hasFrom(), falling.hasTo())));
            }
        }
        return new Region(spans);
    }

    /** Adds an item to a list; what {@code ±} made of it is two. */
    private static void add(List<Answer> items, Answer item) {
        if (item instanceof Several several && several.shape() == Shape.LIST) {
            items.addAll(several.items());
        } else {
            items.add(item);
        }
    }

    private static List<Answer> each(List<List<Token>> parts, int depth) throws UnreadableException {
        List<Answer> answers = new ArrayList<>();
        for (List<Token> part : parts) {
            add(answers, parse(part, depth + 1));
        }
        return answers;
    }

    private static List<Token> ungrouped(List<Token> tokens) throws UnreadableException {
        int groups = 0;
        while (groups < tokens.size() - 1 - groups
                && tokens.get(groups).is("{")
                && closing(tokens, groups) == tokens.size() - 1 - groups) {
            if (++groups > MAX_GROUPS) {
                throw new UnreadableException("it is nested more than " + MAX_GROUPS + " deep");
            }
        }
        int end = tokens.size() - groups;
        while (end > groups
                && tokens.get(end - 1).kind() == Kind.SYMBOL
                && ",;:".contains(tokens.get(end - 1).text())) {
            end--;
        }
        return tokens.subList(groups, end);
    }

    /** Where the bracket closes that opens at an index: intervals close with other brackets than they open with. */
    private static int closing(List<Token> tokens, int open) throws UnreadableException {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).opens() ? 1 : tokens.get(i).closes() ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new UnreadableException("its brackets are not balanced");
    }

    /** The parts between any of some symbols, outside of brackets. */
    private static List<List<Token>> split(List<Token> tokens, String symbols) throws UnreadableException {
        List<List<Token>> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += token.opens() ? 1 : token.closes() ? -1 : 0;
            if (depth < 0) {
                throw new UnreadableException("its brackets are not balanced");
            }
            if (depth == 0 && token.kind() == Kind.SYMBOL && symbols.contains(token.text())) {
                if (parts.size() == MAX_ITEMS) {
                    throw new UnreadableException("it has more than " + MAX_ITEMS + " parts");
                }
                parts.add(tokens.subList(start, i));
                start = i + 1;
            }
        }
        if (depth > 0) {
            throw new UnreadableException("its brackets are not balanced");
        }
        parts.add(tokens.subList(start, tokens.size()));
        return parts;
    }

    private static int first(List<Token> tokens, String symbols) throws UnreadableException {
        int first = split(tokens, symbols).get(0).size();
        return first < tokens.size() ? first : -1;
    }

    private static Answer relation(List<Token> tokens, int depth) throws UnreadableException {
        List<List<Token>> around = split(tokens, "≈");
        if (around.size() > 1) { // the exact side; a name or nothing is none
            List<Token> exact = around.get(0);
            boolean isValue = exact.stream()
                    .anyMatch(
                            token -> token.kind() == Kind.NUMBER || token.text().equals("π"));
            return parse(isValue ? exact : around.get(around.size() - 1), depth + 1);
        }
        List<List<Token>> sides = split(tokens, "=<>≤≥≠");
        List<String> signs = new ArrayList<>();
        int at = -1;
        for (List<Token> side : sides.subList(0, sides.size() - 1)) {
            at += side.size() + 1;
            signs.add(tokens.get(at).text());
        }
        List<Token> last = sides.get(sides.size() - 1);
        List<Token> head = sides.get(0);
        if (signs.stream().allMatch(sign -> sign.equals("="))) {
            if (head.isEmpty()) {
                return parse(last, depth + 1);
            }
            boolean name = isName(head) || sides.size() > 2;
            return new Relation(
                    "=", name, isBare(head), name ? null : term(head), parse(last, depth + 1), nameOf(head));
        }
        if (signs.size() == 2) {
            return between(sides, signs);
        }
        if (signs.size() > 1) {
            throw new UnreadableException("it has more than two signs of comparison");
        }
        String sign = signs.get(0);
        Expression left = ExpressionParser.parse(head);
        Expression right = ExpressionParser.parse(last);
        if (sign.equals("≠")) {
            return left instanceof Symbol
                    ? without(everything(), Quantity.of(right))
                    : new Relation(sign, false, false, left, Quantity.of(right), "");
        }
        boolean less = "<≤".contains(sign);
        boolean including = "≤≥".contains(sign);
        if (isVariable(left) && right.isConstant()) {
            return new Region(List.of(
                    less
                            ? new Span(infinity(-1), right, false, including)
                            : new Span(right, infinity(1), including, false)));
        }
        if (isVariable(right) && left.isConstant()) {
            return new Region(List.of(
                    less
                            ? new Span(left, infinity(1), including, false)
                            : new Span(infinity(-1), left, false, including)));
        }
        return less
                ? new Relation(including ? "≤" : "<", false, false, left, Quantity.of(right), "")
                : new Relation(including ? "≤" : "<", false, false, right, Quantity.of(left), "");
    }

    private static @Nullable Expression term(List<Token> tokens) {
        try {
            return ExpressionParser.parse(tokens);
        } catch (UnreadableException e) {
            return null;
        }
    }

    private static Answer between(List<List<Token>> sides, List<String> signs) throws UnreadableException {
        Expression a = ExpressionParser.parse(sides.get(0));
        Expression x = ExpressionParser.parse(sides.get(1));
        Expression b = ExpressionParser.parse(sides.get(2));
        boolean rising = "<≤".contains(signs.get(0)) && "<≤".contains(signs.get(1));
        boolean falling = ">≥".contains(signs.get(0)) && ">≥".contains(signs.get(1));
        if (!isVariable(x) || !rising && !falling) {
            throw new UnreadableException("its inequalities say nothing of one variable");
        }
        boolean hasA = "≤≥".contains(signs.get(0));
        boolean hasB = "≤≥".contains(signs.get(1));
        return new Region(List.of(rising ? new Span(a, b, hasA, hasB) : new Span(b, a, hasB, hasA)));
    }

    private static boolean isVariable(Expression expression) {
        return expression instanceof Symbol symbol && !symbol.isConstant();
    }

    /** {@code x}, {@code x_1}, {@code f(x)}, {@code AB}, {@code (x,y)} or text, but no term such as {@code 2x} or {@code x + y}. */
    private static boolean isName(List<Token> tokens) {
        boolean words = tokens.stream().anyMatch(token -> token.kind() == Kind.WORDS);
        boolean plain = tokens.stream()
                .allMatch(token -> token.kind() == Kind.NAME && !token.text().equals("π")
                        || token.kind() == Kind.SYMBOL && "(),{}_°".contains(token.text()));
        boolean capitals = tokens.stream()
                .filter(token -> token.kind() == Kind.NAME)
                .allMatch(token -> Character.isUpperCase(token.text().charAt(0)));
        boolean called = tokens.stream().anyMatch(token -> token.is("("));
        long names = tokens.stream().filter(token -> token.kind() == Kind.NAME).count();
        boolean indexed = tokens.size() > 1 && tokens.get(1).is("_");
        return words
                || plain && (names <= 1 || capitals || called && !tokens.get(0).is("{") || indexed);
    }

    /** Whether there are no numbers but exponents and arguments, as in {@code a+b} or {@code f^{-1}(2)}: what is asked for, and no equation. */
    private static boolean isBare(List<Token> tokens) throws UnreadableException {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean argument = token.is("(")
                    && i > 0
                    && (tokens.get(i - 1).kind() == Kind.NAME
                            || tokens.get(i - 1).is("}"));
            if (token.kind() == Kind.NUMBER) {
                return false;
            } else if (argument) {
                i = closing(tokens, i);
            } else if (token.is("^") && i + 1 < tokens.size()) {
                i = tokens.get(i + 1).opens() ? closing(tokens, i + 1) : i + 1;
            }
        }
        return true;
    }

    private static String nameOf(List<Token> tokens) {
        StringBuilder name = new StringBuilder();
        tokens.forEach(token -> name.append(token.text()));
        return name.toString();
    }

    private static Expression infinity(int sign) {
        Expression infinity = new Symbol("∞");
        return sign > 0 ? infinity : Expression.of(Operation.NEGATE, infinity);
    }

    private static Region everything() {
        return new Region(List.of(new Span(infinity(-1), infinity(1), false, false)));
    }

    /** An answer as a union of intervals. */
    static Region region(Answer answer) throws UnreadableException {
        Region region = asRegion(answer);
        if (region == null) {
            throw new UnreadableException("a part of a union is no interval");
        }
        return region;
    }

    static @Nullable Region asRegion(Answer answer) {
        if (answer instanceof Region region) {
            return region;
        }
        if (answer instanceof Several several) {
            List<Expression> values = new ArrayList<>();
            for (Answer item : several.items()) {
                if (!(item instanceof Quantity quantity)) {
                    return null;
                }
                values.add(quantity.value());
            }
            if (several.shape() == Shape.TUPLE
                    && values.size() == 2
                    && "([".contains(several.brackets().substring(0, 1))) {
                return new Region(List.of(new Span(
                        values.get(0),
                        values.get(1),
                        several.brackets().charAt(0) == '[',
                        several.brackets().charAt(1) == ']')));
            }
            if (several.shape() == Shape.SET) {
                return new Region(values.stream()
                        .map(value -> new Span(value, value, true, true))
                        .toList());
            }
        }
        return null;
    }

    /** The real numbers or one interval without some points. */
    private static Answer without(Region region, Answer points) throws UnreadableException {
        List<Expression> out = new ArrayList<>();
        List<Answer> items = points instanceof Several several ? several.items() : List.of(points);
        for (Answer item : items) {
            if (!(item instanceof Quantity quantity)) {
                throw new UnreadableException("what is left out are no points");
            }
            out.add(quantity.value());
        }
        if (region.spans().size() != 1 || out.stream().anyMatch(value -> !Double.isFinite(Agreement.size(value)))) {
            throw new UnreadableException("points are left out of what is no interval");
        }
        out.sort(java.util.Comparator.comparingDouble(Agreement::size));
        Span whole = region.spans().get(0);
        List<Span> spans = new ArrayList<>();
        Expression from = whole.from();
        boolean hasFrom = whole.hasFrom();
        for (Expression point : out) {
            spans.add(new Span(from, point, hasFrom, false));
            from = point;
            hasFrom = false;
        }
        spans.add(new Span(from, whole.to(), hasFrom, whole.hasTo()));
        return new Region(spans);
    }

    private static @Nullable Answer bracketed(List<Token> tokens, int depth) throws UnreadableException {
        Token open = tokens.get(0);
        int last = tokens.size() - 1;
        if (last == 0 && open.is("∅")) {
            return new Several(Shape.SET, List.of(), "");
        }
        if (last == 0 && open.is("ℝ")) {
            return everything();
        }
        if (!open.opens() || open.is("{") || closing(tokens, 0) != last) {
            return null;
        }
        String close = tokens.get(last).text();
        List<Token> inner = tokens.subList(1, last);
        if (open.kind() == Kind.BEGIN) {
            return matrix(open.text(), inner, depth);
        }
        if (open.is("⦃")) {
            return new Several(Shape.SET, inner.isEmpty() ? List.of() : each(split(inner, ",;"), depth), "");
        }
        if (inner.stream().allMatch(token -> token.kind() == Kind.WORDS)) {
            return inner.isEmpty() ? null : text(inner);
        }
        if (!inner.isEmpty() && inner.get(0).kind() == Kind.BEGIN && closing(inner, 0) == inner.size() - 1) {
            return parse(inner, depth + 1);
        }
        List<List<Token>> items = split(inner, ",;");
        if (items.size() < 2 && !open.is("⟨")) {
            return split(inner, "=<>≤≥≠≈∪:").size() > 1 ? parse(inner, depth + 1) : null;
        }
        List<Answer> answers = new ArrayList<>();
        for (List<Token> item : items) {
            answers.add(parse(item, depth + 1));
        }
        String brackets = open.is("⟨") ? "()" : open.text() + close;
        return new Several(Shape.TUPLE, answers, brackets);
    }

    private static Answer matrix(String name, List<Token> tokens, int depth) throws UnreadableException {
        if (!name.endsWith("matrix") && !name.equals("array") || name.startsWith("v") || name.startsWith("V")) {
            throw new UnreadableException("it has the environment " + name + ", which is not read");
        }
        List<List<Answer>> rows = new ArrayList<>();
        for (List<Token> line : split(tokens, "\\")) {
            if (line.isEmpty()) {
                continue; // behind the last \\
            }
            List<Answer> row = new ArrayList<>();
            for (List<Token> cell : split(line, "&")) {
                row.add(parse(cell, depth + 1));
            }
            rows.add(row);
        }
        if (rows.isEmpty()
                || rows.stream().anyMatch(row -> row.size() != rows.get(0).size())) {
            throw new UnreadableException("the rows of a matrix differ in length");
        }
        return new Matrix(rows);
    }

    private static Answer quantity(List<Token> all) throws UnreadableException {
        String currency = "";
        List<Token> tokens = new ArrayList<>();
        for (Token token : all) {
            if (token.kind() == Kind.CURRENCY) {
                currency = token.text();
            } else {
                tokens.add(token);
            }
        }
        while (tokens.size() > 1
                && tokens.get(0).kind() == Kind.WORDS
                && HEDGES.containsAll(Set.copyOf(List.of(
                        tokens.get(0).text().strip().toLowerCase(Locale.ROOT).split("[\\s:,.]+"))))) {
            tokens.remove(0);
        }
        int words = 0;
        while (words < tokens.size() && tokens.get(words).kind() != Kind.WORDS) {
            words++;
        }
        boolean isNumber = tokens.subList(0, words).stream()
                .anyMatch(token -> token.kind() == Kind.NUMBER
                        || token.kind() == Kind.FUNCTION
                        || token.text().equals("π"));
        if (words == 0 || words < tokens.size() && !isNumber) {
            return text(tokens);
        }
        Unit unit = currency.isEmpty() ? Unit.NONE : Unit.of(currency, 1);
        double factor = 1;
        if (words < tokens.size()) {
            StringBuilder name = new StringBuilder();
            int power = 1;
            boolean raised = false;
            for (Token token : tokens.subList(words, tokens.size())) {
                if (raised && token.kind() == Kind.NUMBER && token.text().matches("[1-9]")) {
                    power = Integer.parseInt(token.text());
                } else if (token.kind() == Kind.WORDS
                        || token.kind() == Kind.NAME
                        || "^/°{}().-".contains(token.text())) {
                    if (token.text().chars().anyMatch(Character::isDigit)) {
                        throw new UnreadableException("numbers stand in the words behind a number");
                    }
                    name.append(token.spaced() || token.kind() == Kind.WORDS ? " " : "")
                            .append(token.text());
                } else {
                    throw new UnreadableException("(" + token.text() + ") stands behind words");
                }
                raised = token.is("^") || raised && token.is("{");
            }
            factor = multiplier(name.toString());
            Unit named = Unit.of(name.toString(), power);
            unit = unit.name().isEmpty() ? named : unit;
        }
        List<Token> value = tokens.subList(0, words);
        Sign sign = Sign.NONE;
        if (unit.name().equals("percent") || unit.name().equals("degree")) {
            sign = unit.name().equals("percent") ? Sign.PERCENT : Sign.DEGREE;
            unit = Unit.NONE;
        }
        Token last = value.get(value.size() - 1);
        if (value.size() > 1 && last.is("%")) {
            sign = Sign.PERCENT;
            value = value.subList(0, value.size() - 1);
        } else if (value.size() > 1
                && last.is("°")
                && value.stream().noneMatch(token -> ExpressionParser.OF_ANGLES.contains(token.text()))) {
            sign = Sign.DEGREE;
            value = value.subList(0, value.size() - 1);
        }
        Expression upper = scaled(ExpressionParser.parse(value), factor);
        if (value.stream().noneMatch(token -> token.is("±") || token.is("∓"))) {
            return new Quantity(upper, sign, unit);
        }
        Expression lower = scaled(ExpressionParser.parse(value, false), factor);
        return Several.list(List.of(new Quantity(upper, sign, unit), new Quantity(lower, sign, unit)));
    }

    private static Expression scaled(Expression value, double factor) {
        return factor == 1 ? value : Expression.of(Operation.TIMES, value, Expression.whole((long) factor));
    }

    /** What words behind a number multiply it by; refuses words that make another number of it. */
    private static double multiplier(String words) throws UnreadableException {
        double factor = 1;
        for (String word : words.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            factor *= switch (word) {
                case "hundred" -> 100;
                case "thousand" -> 1000;
                case "million" -> 1_000_000;
                case "billion" -> 1_000_000_000;
                default -> 1;
            };
            String singular = word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
            boolean unit = word.startsWith("square") || word.startsWith("cube");
            if (!unit
                    && (FRACTIONS.contains(word) || FRACTIONS.contains(singular) || NumberWords.value(word) != null)) {
                throw new UnreadableException("(" + word + ") stands behind a number");
            }
        }
        return factor;
    }

    /** Words alone, or first: a number in words, one of the fixed expressions for sets, or text. */
    private static Answer text(List<Token> tokens) {
        StringBuilder words = new StringBuilder();
        boolean wasWords = false;
        for (Token token : tokens) {
            boolean apart = token.spaced() || token.kind() == Kind.WORDS && wasWords;
            words.append(apart ? " " : "").append(token.text());
            wasWords = token.kind() == Kind.WORDS;
        }
        String all = words.toString()
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\s+", " ")
                .replaceAll("\\.$", "");
        Integer value = NumberWords.value(all);
        if (value != null) {
            return Quantity.of(Expression.whole(value));
        }
        int space = all.indexOf(' ');
        if (space > 0) {
            Integer counted = NumberWords.value(all.substring(0, space));
            try {
                if (counted != null && multiplier(all.substring(space + 1)) == 1) {
                    return new Quantity(Expression.whole(counted), Sign.NONE, Unit.of(all.substring(space + 1), 1));
                }
            } catch (UnreadableException e) {
                return new Words();
            }
        }
        return switch (all) {
            case "no solution", "no solutions", "empty set", "the empty set", "no real solutions", "no real solution" ->
                new Several(Shape.SET, List.of(), "");
            case "all real numbers", "all reals", "all real" -> everything();
            default -> new Words();
        };
    }
}
