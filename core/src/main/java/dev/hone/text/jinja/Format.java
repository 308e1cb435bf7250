package dev.hone.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's two ways of filling values into a text: {@code "%s" % value} and {@code "{}".format(value)}. */
final class Format {
    private static final Pattern PERCENT =
            Pattern.compile("%(?:\\((\\w{1,99})\\))?([-+ 0#]*+)(\\d{0,12})(?:\\.(\\d{1,3}))?(.)?", Pattern.DOTALL);
    private static final Pattern BRACES = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w{0,99})\\}|[{}]");

    private Format() {}

    static String percent(String pattern, Object values, Budget budget) {
        List<Object> positional = values instanceof Tuple tuple ? tuple.items() : List.of(values);
        Buffer out = budget.buffer();
        Matcher field = PERCENT.matcher(pattern);
        int copied = 0;
        int used = 0;
        while (field.find()) {
            out.append(pattern.substring(copied, field.start()));
            copied = field.end();
            String conversion = field.group(5) == null ? "" : field.group(5);
            if (conversion.equals("%")) {
                out.append('%');
                continue;
            }
            Object value;
            if (field.group(1) != null && values instanceof Dict dict) {
                value = Operators.item(dict, field.group(1));
            } else {
                value = used < positional.size() ? positional.get(used++) : null;
            }
            if (value == null) {
                throw new Fault("not enough values for the format (%s)".formatted(field.group()));
            }
            String flags = field.group(2);
            String body = converted(conversion, flags, field.group(4), value, budget);
            long pad = (field.group(3).isEmpty() ? 0 : Long.parseLong(field.group(3))) - Text.length(body);
            if (flags.contains("-")) {
                out.append(body).repeat(" ", pad);
            } else if (flags.contains("0") && !"sr".contains(conversion)) {
                int sign = body.startsWith("-") || body.startsWith("+") ? 1 : 0;
                out.append(body.substring(0, sign)).repeat("0", pad).append(body.substring(sign));
            } else {
                out.repeat(" ", pad).append(body);
            }
        }
        if (used < positional.size() && !(values instanceof Dict) && (values instanceof Tuple || used == 0)) {
            throw new Fault("more values than the format has places");
        }
        return out.append(pattern.substring(copied)).toString();
    }

    private static String converted(String conversion, String flags, String precision, Object value, Budget budget) {
        switch (conversion) {
            case "s", "r" -> {
                String text = conversion.equals("s") ? Repr.text(value, budget) : Repr.repr(value, budget);
                int most = precision == null ? Integer.MAX_VALUE : Integer.parseInt(precision);
                return Text.length(text) <= most ? text : text.substring(0, Text.offset(text, most));
            }
            case "d", "i", "u", "x", "X", "o", "c" -> {
                if (!Numbers.isNumber(value) || Numbers.isNan(value)) {
                    throw new Fault("%%%s wants a number, not a %s".formatted(conversion, Values.type(value)));
                }
                java.math.BigInteger whole =
                        value instanceof Double number ? big(number).toBigInteger() : Numbers.whole(value);
                return switch (conversion) {
                    case "x" -> whole.toString(16);
                    case "X" -> Text.upper(whole.toString(16));
                    case "o" -> whole.toString(8);
                    case "c" -> character(whole);
                    default -> signed(whole.toString(), flags);
                };
            }
            case "f", "F" -> {
                if (!Numbers.isNumber(value)) {
                    throw new Fault("%%f wants a number, not a %s".formatted(Values.type(value)));
                }
                int digits = precision == null ? 6 : Integer.parseInt(precision);
                double number = Numbers.real(value);
                if (Double.isNaN(number) || Double.isInfinite(number)) {
                    return signed(Numbers.shown(number), flags);
                }
                String text =
                        big(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
                return signed(number < 0 && !text.startsWith("-") ? "-" + text : text, flags);
            }
            default ->
                throw new Fault("%%%s is not a format; use %%s, %%r, %%d, %%f, %%x, %%o or %%c".formatted(conversion));
        }
    }

    private static BigDecimal big(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new Fault("%s has no digits".formatted(Numbers.shown(number)));
        }
        return new BigDecimal(number);
    }

    private static String character(java.math.BigInteger code) {
        if (code.signum() < 0 || code.bitLength() > 21 || !Character.isValidCodePoint(code.intValue())) {
            throw new Fault("%%c wants a code point, not %s".formatted(code));
        }
        return Character.toString(code.intValue());
    }

    private static String signed(String number, String flags) {
        if (number.startsWith("-")) {
            return number;
        }
        return flags.contains("+") ? "+" + number : flags.contains(" ") ? " " + number : number;
    }

    /** Fields by position or name; conversions after a colon are not known. */
    static String braces(String pattern, Arguments arguments, Budget budget) {
        Buffer out = budget.buffer();
        Matcher field = BRACES.matcher(pattern);
        int copied = 0;
        int next = 0;
        while (field.find()) {
            out.append(pattern.substring(copied, field.start()));
            copied = field.end();
            String name = field.group(1);
            if (name == null) {
                if (field.group().length() == 1) {
                    throw new Fault("format knows only {}, {0} and {name}, and doubled braces");
                }
                out.append(field.group().charAt(0));
                continue;
            }
            Object value;
            if (name.isEmpty() || name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                int index = name.isEmpty() ? next++ : name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
                value = index < arguments.positional().size()
                        ? arguments.positional().get(index)
                        : null;
            } else {
                value = arguments.named().get(name);
            }
            if (value == null) {
                throw new Fault("format has no value for {%s}".formatted(name));
            }
            out.append(Repr.text(value, budget));
        }
        return out.append(pattern.substring(copied)).toString();
    }
}
