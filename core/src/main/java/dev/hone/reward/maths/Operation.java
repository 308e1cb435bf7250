package dev.hone.reward.maths;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What can be done to numbers: exactly where the result is a fraction, and in double precision at a point. */
enum Operation {
    PLUS,
    MINUS,
    TIMES,
    OVER,
    POWER,
    NEGATE,
    /** Of a radicand and an index. */
    ROOT,
    ABS,
    FLOOR,
    CEILING,
    FACTORIAL,
    BINOMIAL,
    /** An angle in degrees, as radians. */
    DEGREE,
    PERCENT,
    EXP,
    /** The natural logarithm. */
    LN,
    /** The logarithm of a number to a base, in this order. */
    LOG,
    SIN,
    COS,
    TAN,
    COT,
    SEC,
    CSC,
    ARCSIN,
    ARCCOS,
    ARCTAN,
    ARCCOT,
    SINH,
    COSH,
    TANH;

    private static final int LARGEST_FACTORIAL = 900; // below 2^8192
    private static final double[] LANCZOS = {
        0.99999999999980993,
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7
    };

    @Nullable
    Rational exact(Rational... x) {
        return switch (this) {
            case PLUS -> x[0].plus(x[1]);
            case MINUS -> x[0].minus(x[1]);
            case TIMES -> x[0].times(x[1]);
            case OVER -> x[0].over(x[1]);
            case POWER -> power(x[0], x[1]);
            case NEGATE -> x[0].negate();
            case ROOT -> {
                Integer degree = x[1].small(64);
                yield degree == null || degree < 1 ? null : x[0].root(degree);
            }
            case ABS -> x[0].abs();
            case FLOOR -> new Rational(floor(x[0]), BigInteger.ONE);
            case CEILING -> new Rational(floor(x[0].negate()).negate(), BigInteger.ONE);
            case FACTORIAL -> factorial(x[0]);
            case BINOMIAL -> binomial(x[0], x[1]);
            case PERCENT -> x[0].over(Rational.of(100));
            default -> null;
        };
    }

    private static @Nullable Rational power(Rational base, Rational exponent) {
        if (exponent.isInteger()) {
            return base.power(exponent);
        }
        Integer degree = new Rational(exponent.denominator(), BigInteger.ONE).small(64);
        Rational root = degree == null || base.numerator().signum() < 0 ? null : base.root(degree);
        return root == null ? null : root.power(new Rational(exponent.numerator(), BigInteger.ONE));
    }

    private static BigInteger floor(Rational x) {
        BigInteger[] both = x.numerator().divideAndRemainder(x.denominator());
        return both[1].signum() < 0 ? both[0].subtract(BigInteger.ONE) : both[0];
    }

    private static @Nullable Rational factorial(Rational x) {
        Integer n = x.small(LARGEST_FACTORIAL);
        if (n == null || n < 0) {
            return null;
        }
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return Rational.of(product, BigInteger.ONE);
    }

    private static @Nullable Rational binomial(Rational above, Rational below) {
        Integer n = above.small(LARGEST_FACTORIAL);
        Integer k = below.small(LARGEST_FACTORIAL);
        if (n == null || k == null || n < 0) {
            return null;
        }
        if (k < 0 || k > n) {
            return Rational.ZERO;
        }
        BigInteger product = BigInteger.ONE;
        for (int i = 1; i <= Math.min(k, n - k); i++) {
            product = product.multiply(BigInteger.valueOf(n + 1L - i)).divide(BigInteger.valueOf(i));
        }
        return Rational.of(product, BigInteger.ONE);
    }

    Complex at(Complex[] x, Point point) {
        Complex a = x[0];
        return switch (this) {
            case PLUS, MINUS -> {
                point.term(a);
                point.term(x[1]);
                yield this == PLUS ? a.plus(x[1]) : a.minus(x[1]);
            }
            case TIMES -> a.times(x[1]);
            case OVER -> a.over(x[1]);
            case POWER -> {
                if (a.im() == 0 && a.re() < 0 && x[1].re() != Math.rint(x[1].re())) {
                    point.branch();
                }
                yield a.power(x[1]);
            }
            case NEGATE -> a.negate();
            case ROOT -> root(a, x[1], point);
            case ABS -> Complex.of(a.abs());
            case FLOOR -> real(a, Math.floor(a.re()));
            case CEILING -> real(a, Math.ceil(a.re()));
            case FACTORIAL -> real(a, Math.exp(logGamma(a.re() + 1)));
            case BINOMIAL ->
                real(a, Math.exp(logGamma(a.re() + 1) - logGamma(x[1].re() + 1) - logGamma(a.re() - x[1].re() + 1)));
            case DEGREE -> a.times(Math.PI / 180);
            case PERCENT -> a.times(0.01);
            case EXP -> a.exp();
            case LN -> log(a, point);
            case LOG -> log(a, point).over(log(x[1], point));
            case SIN -> term(a.sin(), point);
            case COS -> term(a.cos(), point);
            case TAN -> ratio(a.sin(), a.cos());
            case COT -> ratio(a.cos(), a.sin());
            case SEC -> ratio(Complex.ONE, a.cos());
            case CSC -> ratio(Complex.ONE, a.sin());
            case ARCSIN -> real(a, Math.asin(a.re()));
            case ARCCOS -> real(a, Math.acos(a.re()));
            case ARCTAN -> real(a, Math.atan(a.re()));
            case ARCCOT -> real(a, Math.PI / 2 - Math.atan(a.re()));
            case SINH -> real(a, Math.sinh(a.re()));
            case COSH -> real(a, Math.cosh(a.re()));
            case TANH -> real(a, Math.tanh(a.re()));
        };
    }

    /** Sine and cosine near their zeros are as a difference of terms of size 1. */
    private static Complex term(Complex value, Point point) {
        point.term(Complex.ONE);
        return value;
    }

    private static Complex real(Complex argument, double value) {
        return argument.isReal() ? Complex.of(value) : Complex.UNDEFINED;
    }

    /** tan 90° is undefined and not 1.6e16. */
    private static Complex ratio(Complex a, Complex b) {
        return b.abs() < 1e-13 ? Complex.UNDEFINED : a.over(b);
    }

    private static Complex log(Complex a, Point point) {
        if (a.im() == 0 && a.re() < 0) {
            point.branch();
        }
        return a.log();
    }

    private static Complex root(Complex a, Complex index, Point point) {
        if (a.im() == 0 && a.re() < 0) {
            boolean odd = index.im() == 0 && Math.abs(index.re() % 2) == 1;
            if (odd) {
                return Complex.of(-Math.pow(-a.re(), 1 / index.re())); // the real root, as schools have it
            }
            point.branch();
        }
        if (index.im() == 0 && index.re() == 2) {
            return a.sqrt();
        }
        return index.abs() == 0 ? Complex.UNDEFINED : a.power(Complex.ONE.over(index));
    }

    /** Lanczos' approximation (g = 7, n = 9); undefined below 0, where factorials of answers are not. */
    private static double logGamma(double x) {
        if (x <= 0) {
            return Double.NaN;
        }
        double y = x - 1;
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (y + i);
        }
        double t = y + 7.5;
        return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
