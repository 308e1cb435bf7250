package dev.hone.reward.maths;

import dev.hone.reward.maths.Expression.Num;
import dev.hone.reward.maths.Expression.Symbol;
import dev.hone.reward.maths.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokens as one expression by recursive descent, from sums down to numbers. A product needs no sign, an exponent binds to what
 * stands right before it, and a function without parentheses takes the product behind it. Nesting is bounded, so that the stack is.
 *
 * <pre>
 * sum      = product {(+|−) product}
 * product  = signed {(*|/) signed | power}
 * signed   = {+|−} power
 * power    = postfix [^ signed]
 * postfix  = primary {! | ° | %}
 * primary  = number | name | ( sum ) | { sum } | |sum| | function arguments
 * </pre>
 */
final class ExpressionParser {
    private static final int MAX_DEPTH = 60;
    private static final int MAX_TOKENS = 600;
    private static final Map<String, Operation> CALLS = Map.ofEntries(
            Map.entry("sin", Operation.SIN),
            Map.entry("cos", Operation.COS),
            Map.entry("tan", Operation.TAN),
            Map.entry("cot", Operation.COT),
            Map.entry("sec", Operation.SEC),
            Map.entry("csc", Operation.CSC),
            Map.entry("arcsin", Operation.ARCSIN),
            Map.entry("arccos", Operation.ARCCOS),
            Map.entry("arctan", Operation.ARCTAN),
            Map.entry("asin", Operation.ARCSIN),
            Map.entry("acos", Operation.ARCCOS),
            Map.entry("atan", Operation.ARCTAN),
            Map.entry("arccot", Operation.ARCCOT),
            Map.entry("sinh", Operation.SINH),
            Map.entry("cosh", Operation.COSH),
            Map.entry("tanh", Operation.TANH),
            Map.entry("ln", Operation.LN),
            Map.entry("exp", Operation.EXP),
            Map.entry("abs", Operation.ABS),
            Map.entry("floor", Operation.FLOOR),
            Map.entry("ceil", Operation.CEILING));
    private static final Map<Operation, Operation> INVERSES = Map.of(
            Operation.SIN,
            Operation.ARCSIN,
            Operation.COS,
            Operation.ARCCOS,
            Operation.TAN,
            Operation.ARCTAN,
            Operation.COT,
            Operation.ARCCOT);
    /** Functions whose arguments may be degrees. */
    static final Set<String> OF_ANGLES = Set.of("sin", "cos", "tan", "cot", "sec", "csc");

    private final Deque<Token> tokens;
    private int depth;
    private int bars;
    private boolean upperSign = true;

    private ExpressionParser(List<Token> tokens, boolean upperSign) {
        this.tokens = new ArrayDeque<>(tokens);
        this.upperSign = upperSign;
    }

    /** Reads all the tokens; of {@code ±} the upper sign. */
    static Expression parse(List<Token> tokens) throws UnreadableException {
        return parse(tokens, true);
    }

    static Expression parse(List<Token> tokens, boolean upperSign) throws UnreadableException {
        if (tokens.size() > MAX_TOKENS) {
            throw new UnreadableException("it has more than " + MAX_TOKENS + " numbers, names and signs");
        }
        ExpressionParser parser = new ExpressionParser(tokens, upperSign);
        Expression whole = parser.sum();
        Token left = parser.tokens.peek();
        if (left != null) {
            throw new UnreadableException("(" + left.text() + ") stands where nothing is expected");
        }
        return whole;
    }

    private void enter() throws UnreadableException {
        if (++depth > MAX_DEPTH) {
            throw new UnreadableException("it is nested more than " + MAX_DEPTH + " deep");
        }
    }

    private boolean take(String symbol) {
        Token next = tokens.peek();
        if (next != null && next.is(symbol)) {
            tokens.remove();
            return true;
        }
        return false;
    }

    private void expect(String symbol) throws UnreadableException {
        if (!take(symbol)) {
            Token next = tokens.peek();
            throw new UnreadableException(
                    "(" + symbol + ") is missing" + (next == null ? "" : " before (" + next.text() + ")"));
        }
    }

    private boolean sees(String symbols) {
        Token next = tokens.peek();
        return next != null && next.kind() == Kind.SYMBOL && symbols.contains(next.text());
    }

    private Expression sum() throws UnreadableException {
        enter();
        Expression sum = product();
        while (sees("+-±∓")) {
            Operation operation = sign() ? Operation.PLUS : Operation.MINUS;
            sum = Expression.of(operation, sum, product());
        }
        depth--;
        return sum;
    }

    /** Whether the next sign, which is taken, is plus. */
    private boolean sign() {
        return switch (tokens.remove().text()) {
            case "+" -> true;
            case "-" -> false;
            case "±" -> upperSign;
            default -> !upperSign;
        };
    }

    private Expression product() throws UnreadableException {
        Expression product = signed();
        while (true) {
            if (take("*")) {
                product = Expression.of(Operation.TIMES, product, signed());
            } else if (take("/")) {
                product = Expression.of(Operation.OVER, product, signed());
            } else if (startsFactor()) {
                product = Expression.of(Operation.TIMES, product, power());
            } else {
                return product;
            }
        }
    }

    private boolean startsFactor() throws UnreadableException {
        Token next = tokens.peek();
        if (next == null) {
            return false;
        }
        return switch (next.kind()) {
            case NAME, FUNCTION -> true;
            case NUMBER -> throw new UnreadableException("two numbers stand side by side");
            case SYMBOL -> "([{⌊⌈".contains(next.text()) || next.is("|") && bars == 0;
            default -> false;
        };
    }

    private Expression signed() throws UnreadableException {
        enter();
        Expression value;
        if (sees("+-±∓")) {
            boolean plus = sign();
            Expression of = signed();
            value = plus ? of : Expression.of(Operation.NEGATE, of);
        } else {
            value = power();
        }
        depth--;
        return value;
    }

    private Expression power() throws UnreadableException {
        Expression base = postfix(primary());
        if (!take("^")) {
            return base;
        }
        Expression power = Expression.of(Operation.POWER, base, exponent());
        return postfix(power);
    }

    /** {@code x^12} is x to the 12th, as people write it and LaTeX does not. */
    private Expression exponent() throws UnreadableException {
        enter();
        Expression exponent;
        if (take("{")) {
            exponent = sum();
            expect("}");
            if (take("^")) {
                exponent = Expression.of(Operation.POWER, exponent, exponent());
            }
        } else {
            exponent = signed();
        }
        depth--;
        return exponent;
    }

    private Expression postfix(Expression of) {
        Expression value = of;
        while (true) {
            if (take("!")) {
                value = Expression.of(Operation.FACTORIAL, value);
            } else if (take("°")) {
                value = Expression.of(Operation.DEGREE, value);
            } else if (take("%")) {
                value = Expression.of(Operation.PERCENT, value);
            } else {
                return value;
            }
        }
    }

    private Expression primary() throws UnreadableException {
        Token next = tokens.poll();
        if (next == null) {
            throw new UnreadableException("it ends where a number or a name is expected");
        }
        return switch (next.kind()) {
            case NUMBER -> number(next);
            case NAME -> name(next);
            case FUNCTION -> function(next.text());
            case SYMBOL -> bracketed(next.text());
            case WORDS -> {
                Integer value = NumberWords.value(next.text());
                if (value == null) {
                    throw new UnreadableException("(" + clip(next.text()) + ") stands in a formula");
                }
                yield Expression.whole(value);
            }
            default -> throw new UnreadableException("(" + next.text() + ") stands in a formula");
        };
    }

    private static String clip(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private Expression bracketed(String open) throws UnreadableException {
        switch (open) {
            case "(", "[", "{" -> {
                int outer = bars;
                bars = 0;
                Expression inner = sum();
                bars = outer;
                expect(open.equals("(") ? ")" : open.equals("[") ? "]" : "}");
                return inner;
            }
            case "|" -> {
                bars++;
                Expression inner = sum();
                bars--;
                expect("|");
                return Expression.of(Operation.ABS, inner);
            }
            case "⌊", "⌈" -> {
                Expression inner = sum();
                expect(open.equals("⌊") ? "⌋" : "⌉");
                return Expression.of(open.equals("⌊") ? Operation.FLOOR : Operation.CEILING, inner);
            }
            default -> throw new UnreadableException("(" + open + ") stands where a number or a name is expected");
        }
    }

    private Expression number(Token token) throws UnreadableException {
        Rational value = Rational.of(token.text());
        if (value == null) {
            throw new UnreadableException("a number has too many digits");
        }
        Token next = tokens.peek();
        if (next != null && next.kind() == Kind.REPEATING) {
            tokens.remove();
            return new Num(repeating(token.text(), value, next.text()), false);
        }
        if (take("_")) {
            return based(token.text());
        }
        boolean decimal = token.text().indexOf('.') >= 0;
        Expression mixed = decimal ? null : mixed(value);
        return mixed == null ? new Num(value, decimal) : mixed;
    }

    private static Rational repeating(String head, Rational value, String period) throws UnreadableException {
        int point = head.indexOf('.');
        int decimals = point < 0 ? 0 : head.length() - point - 1;
        Rational nines = Rational.of("9".repeat(period.length()) + "0".repeat(decimals));
        Rational repeated = Rational.of(period);
        Rational tail = nines == null || repeated == null ? null : repeated.over(nines);
        Rational sum = tail == null ? null : value.plus(tail);
        if (sum == null) {
            throw new UnreadableException("a number has too many digits");
        }
        return sum;
    }

    /** {@code 2516_8}: kept apart from the number that it is, as the base is part of what was asked for. */
    private Expression based(String digits) throws UnreadableException {
        boolean group = take("{");
        Token base = tokens.poll();
        if (group) {
            expect("}");
        }
        Integer radix = base == null
                ? null
                : base.kind() == Kind.WORDS
                        ? NumberWords.value(base.text())
                        : base.text().matches("[0-9]{1,2}") ? (Integer) Integer.parseInt(base.text()) : null;
        if (radix == null || radix < 2 || radix > 36 || !digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
            throw new UnreadableException("(" + clip(digits) + ") is no number to its base");
        }
        return new Symbol(digits + "_" + radix);
    }

    /** What stands behind a whole number as in {@code 1 2/3} or {@code 1\frac{2}{3}}, as one number; null where nothing does. */
    private @Nullable Expression mixed(Rational whole) throws UnreadableException {
        List<Token> ahead = new ArrayList<>();
        for (Token token : tokens) {
            if (ahead.size() == 7) {
                break;
            }
            ahead.add(token);
        }
        StringBuilder form = new StringBuilder();
        for (Token token : ahead) {
            form.append(token.kind() == Kind.NUMBER && token.text().indexOf('.') < 0 ? "#" : token.text());
        }
        String shape = form.toString();
        int top;
        int bottom;
        int length;
        if (shape.startsWith("#/#") && ahead.get(0).spaced()) {
            top = 0;
            bottom = 2;
            length = 3;
        } else if (shape.startsWith("frac{#}{#}")) {
            top = 2;
            bottom = 5;
            length = 7;
        } else if (shape.startsWith("frac#{#}")) {
            top = 1;
            bottom = 3;
            length = 5;
        } else if (shape.startsWith("frac##")) {
            top = 1;
            bottom = 2;
            length = 3;
        } else if (shape.startsWith("frac#") && ahead.get(1).text().length() == 2) {
            return mixedOf(
                    whole,
                    ahead.get(1).text().substring(0, 1),
                    ahead.get(1).text().substring(1),
                    2);
        } else {
            return null;
        }
        return mixedOf(whole, ahead.get(top).text(), ahead.get(bottom).text(), length);
    }

    /** An improper fraction behind a number is a factor. */
    private @Nullable Expression mixedOf(Rational whole, String top, String bottom, int length) {
        Rational above = Rational.of(top);
        Rational below = Rational.of(bottom);
        if (above == null
                || below == null
                || above.compareTo(below) >= 0
                || above.numerator().signum() == 0) {
            return null;
        }
        Rational part = above.over(below);
        Rational sum = part == null ? null : whole.plus(part);
        if (sum == null) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            tokens.remove();
        }
        return new Num(sum, false);
    }

    private Expression name(Token token) throws UnreadableException {
        if (!take("_")) {
            return new Symbol(token.text());
        }
        StringBuilder index = new StringBuilder();
        if (take("{")) {
            while (!sees("}")) {
                Token part = tokens.poll();
                if (part == null) {
                    throw new UnreadableException("its braces are not balanced");
                }
                index.append(part.text());
            }
            expect("}");
        } else {
            Token part = tokens.poll();
            index.append(part == null ? "" : part.text());
        }
        return new Symbol(token.text() + "_" + index);
    }

    private Expression function(String name) throws UnreadableException {
        enter();
        Expression value = switch (name) {
            case "frac" -> {
                Expression top = argument(true);
                yield Expression.of(Operation.OVER, top, argument(true));
            }
            case "binom" -> {
                Expression top = argument(true);
                yield Expression.of(Operation.BINOMIAL, top, argument(true));
            }
            case "sqrt" -> {
                Expression index = Expression.whole(2);
                if (take("[")) {
                    index = sum();
                    expect("]");
                }
                yield Expression.of(Operation.ROOT, argument(false), index);
            }
            case "cbrt" -> Expression.of(Operation.ROOT, argument(false), Expression.whole(3));
            default -> call(name);
        };
        depth--;
        return value;
    }

    /** A group, or a single token; of a number of {@code \frac12} only its first digit. */
    private Expression argument(boolean digit) throws UnreadableException {
        enter();
        Token next = tokens.peek();
        Expression value;
        if (digit && next != null && next.kind() == Kind.NUMBER && next.text().length() > 1) {
            tokens.remove();
            String rest = next.text().substring(1);
            if (rest.indexOf('.') >= 0) {
                throw new UnreadableException("a fraction of (" + clip(next.text()) + ") needs braces");
            }
            tokens.push(new Token(Kind.NUMBER, rest, false));
            value = Expression.whole(next.text().charAt(0) - '0');
        } else if (next != null && next.kind() == Kind.NUMBER) {
            tokens.remove();
            Rational number = Rational.of(next.text());
            if (number == null) {
                throw new UnreadableException("a number has too many digits");
            }
            value = new Num(number, next.text().indexOf('.') >= 0);
        } else {
            value = primary();
        }
        depth--;
        return value;
    }

    private Expression call(String name) throws UnreadableException {
        if (name.equals("log") || name.equals("lg")) {
            Expression base = Expression.whole(10);
            if (take("_")) {
                base = argument(false);
            }
            Expression exponent = take("^") ? exponent() : null;
            Expression log = Expression.of(Operation.LOG, applied(), base);
            return exponent == null ? log : Expression.of(Operation.POWER, log, exponent);
        }
        Operation operation = CALLS.get(name);
        if (operation == null) {
            throw new UnreadableException("it has " + name + ", which is not read");
        }
        if (!take("^")) {
            return Expression.of(operation, applied());
        }
        Expression exponent = exponent();
        Rational power = exponent.exact();
        Operation inverse = INVERSES.get(operation);
        if (inverse != null && power != null && power.equals(Rational.ONE.negate())) {
            return Expression.of(inverse, applied());
        }
        return Expression.of(Operation.POWER, Expression.of(operation, applied()), exponent);
    }

    /** The argument of a function: what is in parentheses, or the product behind it up to the next function. */
    private Expression applied() throws UnreadableException {
        if (sees("({[|")) {
            return primary();
        }
        Expression product = signedFactor();
        while (true) {
            Token next = tokens.peek();
            if (next == null
                    || next.kind() == Kind.FUNCTION && !Set.of("frac", "sqrt").contains(next.text())
                    || sees("([|")) {
                return product;
            }
            if (sees("/") && product.isConstant()) { // cos 2π/7
                tokens.remove();
                product = Expression.of(Operation.OVER, product, power());
            } else if (startsFactor()) {
                product = Expression.of(Operation.TIMES, product, power());
            } else {
                return product;
            }
        }
    }

    private Expression signedFactor() throws UnreadableException {
        return take("-") ? Expression.of(Operation.NEGATE, power()) : power();
    }
}
