package dev.hone.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Python's arithmetic: whole numbers without overflow (up to 16384 bits), floor division, the remainder with the divisor's sign. */
final class Numbers {
    private static final int MOST_BITS = 16_384;

    private Numbers() {}

    static boolean isNumber(Object value) {
        return isWhole(value) || value instanceof Double;
    }

    static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
    }

    static boolean isNan(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    static BigInteger whole(Object value) {
        if (value instanceof BigInteger big) {
            return big;
        }
        return value instanceof Boolean flag
                ? (flag ? BigInteger.ONE : BigInteger.ZERO)
                : BigInteger.valueOf((Long) value);
    }

    static double real(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        double number = whole(value).doubleValue();
        if (Double.isInfinite(number)) {
            throw new Fault("the whole number is too large for a float");
        }
        return number;
    }

    static Object narrow(BigInteger number) {
        if (number.bitLength() > MOST_BITS) {
            throw new Fault(
                    "a number of %d bits is longer than the limit of %d".formatted(number.bitLength(), MOST_BITS));
        }
        return number.bitLength() < 64 ? (Object) number.longValue() : number;
    }

    static int compare(Object a, Object b) {
        if (a instanceof Double || b instanceof Double) {
            double x = a instanceof Double number ? number : whole(a).doubleValue();
            double y = b instanceof Double number ? number : whole(b).doubleValue();
            return x < y ? -1 : x > y ? 1 : 0;
        }
        return a instanceof Long x && b instanceof Long y ? Long.compare(x, y) : whole(a).compareTo(whole(b));
    }

    /** The result of an operator on two numbers, or null if the operator is none of arithmetic. */
    static @Nullable Object apply(String operator, Object a, Object b) {
        boolean real = a instanceof Double || b instanceof Double;
        return switch (operator) {
            case "+" -> real ? (Object) (real(a) + real(b)) : narrow(whole(a).add(whole(b)));
            case "-" -> real ? (Object) (real(a) - real(b)) : narrow(whole(a).subtract(whole(b)));
            case "*" -> real ? (Object) (real(a) * real(b)) : narrow(whole(a).multiply(whole(b)));
            case "/" -> real(a) / nonZero(real(b));
            case "//" -> real ? (Object) Math.floor(real(a) / nonZero(real(b))) : floorDivide(whole(a), whole(b));
            case "%" -> real ? (Object) remainder(real(a), nonZero(real(b))) : remainder(whole(a), whole(b));
            case "**" -> power(a, b);
            default -> null;
        };
    }

    private static double nonZero(double divisor) {
        if (divisor == 0) {
            throw new Fault("division by zero");
        }
        return divisor;
    }

    private static Object floorDivide(BigInteger a, BigInteger b) {
        nonZero(b.signum());
        BigInteger[] parts = a.divideAndRemainder(b);
        boolean below = parts[1].signum() != 0 && parts[1].signum() != b.signum();
        return narrow(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }

    private static Object remainder(BigInteger a, BigInteger b) {
        nonZero(b.signum());
        BigInteger rest = a.remainder(b);
        return narrow(rest.signum() != 0 && rest.signum() != b.signum() ? rest.add(b) : rest);
    }

    private static double remainder(double a, double b) {
        double rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }

    private static Object power(Object a, Object b) {
        if (isWhole(a) && isWhole(b) && whole(b).signum() >= 0) {
            BigInteger base = whole(a);
            if (base.abs().bitLength() <= 1) {
                boolean positive = base.signum() > 0 || !whole(b).testBit(0);
                return base.signum() == 0 ? (whole(b).signum() == 0 ? 1L : 0L) : positive ? 1L : -1L;
            }
            if (whole(b).bitLength() > 20 || base.bitLength() * whole(b).longValue() > 2L * MOST_BITS) {
                throw new Fault("the power is longer than the limit of %d bits".formatted(MOST_BITS));
            }
            return narrow(base.pow(whole(b).intValue()));
        }
        double base = real(a);
        double result = Math.pow(base, real(b));
        if (base == 0 && real(b) < 0) {
            throw new Fault("zero cannot be raised to a negative power");
        }
        if (base < 0 && Double.isNaN(result)) {
            throw new Fault("a negative number has no real power with a fractional exponent");
        }
        return result;
    }

    /** A float as Python prints it: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e16 on. */
    static String shown(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        while (digits.precision() > 1) { // before Java 19, Double.toString sometimes writes digits that are not needed
            BigDecimal shorter = digits.round(new MathContext(digits.precision() - 1, RoundingMode.HALF_EVEN));
            if (shorter.doubleValue() != number) {
                break;
            }
            digits = shorter;
        }
        digits = digits.stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            return digits.scale() <= 0 ? digits.toPlainString() + ".0" : digits.toPlainString();
        }
        String unscaled = digits.unscaledValue().abs().toString();
        String mantissa = unscaled.length() == 1 ? unscaled : unscaled.charAt(0) + "." + unscaled.substring(1);
        String sign = exponent < 0 ? "-" : "+";
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : Integer.toString(Math.abs(exponent));
        return (number < 0 ? "-" : "") + mantissa + "e" + sign + power;
    }
}
