package dev.hone.rollout.tools;

import java.math.BigDecimal;
import java.math.MathContext;

/** Sums of decimal numbers with {@code + - * /} and parentheses, to 34 digits; of any text it says something at once. */
final class Arithmetic {
    private static final int LONGEST = 200;
    private static final MathContext DIGITS = MathContext.DECIMAL128;
    /** Digits that are shown of what does not come out even. */
    private static final MathContext SHOWN = new MathContext(12);

    private final String text;
    private int at;

    private Arithmetic(String text) {
        this.text = text;
    }

    /** The value as digits, or {@code error: …}. */
    static String result(String expression) {
        String text = expression
                .replaceAll("\\s+", "")
                .replace('×', '*')
                .replace('·', '*')
                .replace('÷', '/')
                .replace('−', '-');
        if (text.length() > LONGEST) {
            return "error: longer than " + LONGEST + " characters";
        }
        Arithmetic sum = new Arithmetic(text);
        try {
            BigDecimal value = sum.sum();
            return sum.at < text.length() ? "error: numbers with + - * / ( ) were expected" : shown(value);
        } catch (ArithmeticException e) {
            return "error: division by zero";
        } catch (NumberFormatException e) {
            return "error: numbers with + - * / ( ) were expected";
        }
    }

    private static String shown(BigDecimal value) {
        BigDecimal exact = value.stripTrailingZeros();
        BigDecimal shown =
                exact.scale() > SHOWN.getPrecision() ? exact.round(SHOWN).stripTrailingZeros() : exact;
        return shown.signum() == 0 ? "0" : shown.toPlainString();
    }

    private BigDecimal sum() {
        BigDecimal value = product();
        while (next('+') || next('-')) {
            boolean isMinus = text.charAt(at++) == '-';
            BigDecimal more = product();
            value = isMinus ? value.subtract(more, DIGITS) : value.add(more, DIGITS);
        }
        return value;
    }

    private BigDecimal product() {
        BigDecimal value = signed();
        while (next('*') || next('/')) {
            boolean isQuotient = text.charAt(at++) == '/';
            BigDecimal more = signed();
            value = isQuotient ? value.divide(more, DIGITS) : value.multiply(more, DIGITS);
        }
        return value;
    }

    private BigDecimal signed() {
        if (next('-')) {
            at++;
            return signed().negate();
        }
        if (next('(')) {
            at++;
            BigDecimal value = sum();
            if (!next(')')) {
                throw new NumberFormatException(text);
            }
            at++;
            return value;
        }
        int from = at;
        while (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) >= '0' && text.charAt(at) <= '9')) {
            at++;
        }
        return new BigDecimal(text.substring(from, at));
    }

    private boolean next(char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
