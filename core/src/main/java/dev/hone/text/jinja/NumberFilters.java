package dev.hone.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters that make or change numbers. */
final class NumberFilters {
    private NumberFilters() {}

    static void addTo(Map<String, Filters.Filter> filters) {
        filters.put("int", NumberFilters::whole);
        filters.put("float", NumberFilters::real);
        filters.put("round", NumberFilters::round);
        filters.put("abs", (run, value, given) -> {
            if (value instanceof Double number) {
                return Math.abs(number);
            }
            return Numbers.narrow(Numbers.whole(number(value)).abs());
        });
    }

    private static Object number(Object value) {
        if (!Numbers.isNumber(value)) {
            throw value instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("a number is wanted, not a %s".formatted(Values.type(value)));
        }
        return value;
    }

    private static Object whole(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("int", "default", "base");
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Numbers.isWhole(value)) {
            return Numbers.narrow(Numbers.whole(value));
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? Numbers.narrow(new BigDecimal(number).toBigInteger()) : given.get(0, 0L);
        }
        String text = Values.string(value);
        Object parsed = text == null ? null : parse(Text.strip(text), given.integer(1, 10));
        return parsed == null ? given.get(0, 0L) : parsed;
    }

    private static @Nullable Object parse(String text, int base) {
        if (text.length() > 4300 || base < 2 || base > 36) {
            return null;
        }
        try {
            String digits = text.replaceAll("(?<=[0-9a-zA-Z])_(?=[0-9a-zA-Z])", "");
            String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
            if (!prefix.isEmpty() && Text.lower(digits).startsWith(prefix)) {
                digits = digits.substring(2);
            }
            return Numbers.narrow(new BigInteger(digits, base));
        } catch (NumberFormatException notWhole) {
            Double number = base == 10 ? real(text) : null;
            return number == null || !Double.isFinite(number)
                    ? null
                    : Numbers.narrow(new BigDecimal(number).toBigInteger());
        }
    }

    private static Object real(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("float", "default");
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Numbers.isNumber(value)) {
            return Numbers.real(value);
        }
        String text = Values.string(value);
        Double number = text == null ? null : real(Text.strip(text));
        return number == null ? given.get(0, 0.0) : number;
    }

    private static @Nullable Double real(String text) {
        if (text.length() > 400) {
            return null;
        }
        if (text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            return Double.valueOf(text);
        }
        return switch (Text.lower(text)) {
            case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> null;
        };
    }

    private static Object round(Run run, Object value, Arguments arguments) {
        Arguments.Bound given = arguments.bind("round", "precision", "method");
        int precision = given.integer(0, 0);
        RoundingMode mode = switch (given.text(1, "common")) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new Fault("round knows the methods common, ceil and floor");
        };
        double number = Numbers.real(number(value));
        if (!Double.isFinite(number) || precision > 300) {
            return number;
        }
        if (precision < -300) {
            return 0.0;
        }
        double rounded = new BigDecimal(number).setScale(precision, mode).doubleValue();
        return Numbers.isWhole(value) && mode == RoundingMode.HALF_EVEN
                ? Numbers.narrow(BigInteger.valueOf((long) rounded))
                : (Object) rounded;
    }
}
