package dev.hone.reward.maths;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An exact fraction in lowest terms with a positive denominator. Both parts stay below 2^{@value #MAX_BITS}; an operation whose
 * result does not, or has none, gives null, so that no input costs more than a few such products.
 */
record Rational(BigInteger numerator, BigInteger denominator) implements Comparable<Rational> {
    static final int MAX_BITS = 8192;

    static final Rational ZERO = new Rational(BigInteger.ZERO, BigInteger.ONE);
    static final Rational ONE = new Rational(BigInteger.ONE, BigInteger.ONE);

    static Rational of(long value) {
        return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
    }

    static @Nullable Rational of(BigInteger numerator, BigInteger denominator) {
        if (denominator.signum() == 0
                || numerator.bitLength() > 2 * MAX_BITS
                || denominator.bitLength() > 2 * MAX_BITS) {
            return null;
        }
        BigInteger common = numerator.gcd(denominator);
        if (denominator.signum() < 0) {
            common = common.negate();
        }
        BigInteger top = numerator.divide(common);
        BigInteger bottom = denominator.divide(common);
        return top.bitLength() > MAX_BITS || bottom.bitLength() > MAX_BITS ? null : new Rational(top, bottom);
    }

    /** Of digits with at most one point; null if there are too many. */
    static @Nullable Rational of(String decimal) {
        if (decimal.length() > MAX_BITS / 4) {
            return null;
        }
        BigDecimal value = new BigDecimal(decimal);
        return of(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    boolean isInteger() {
        return denominator.equals(BigInteger.ONE);
    }

    /** The value if it is a whole number of at most this size, else null. */
    @Nullable
    Integer small(int largest) {
        return isInteger() && numerator.bitLength() < 31 && Math.abs(numerator.intValue()) <= largest
                ? (Integer) numerator.intValue()
                : null;
    }

    Rational negate() {
        return new Rational(numerator.negate(), denominator);
    }

    Rational abs() {
        return new Rational(numerator.abs(), denominator);
    }

    @Nullable
    Rational plus(Rational other) {
        return of(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    @Nullable
    Rational minus(Rational other) {
        return plus(other.negate());
    }

    @Nullable
    Rational times(Rational other) {
        return of(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    @Nullable
    Rational over(Rational other) {
        return of(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    /** Null for an exponent that is not whole, and for 0 to the power of 0 or less. */
    @Nullable
    Rational power(Rational exponent) {
        Integer whole = exponent.small(MAX_BITS);
        if (numerator.signum() == 0) {
            return exponent.numerator.signum() > 0 ? ZERO : null;
        }
        if (whole == null) {
            if (!exponent.isInteger() || !numerator.abs().equals(denominator)) {
                return null;
            }
            return numerator.signum() > 0 || !exponent.numerator.testBit(0) ? ONE : ONE.negate();
        }
        int size = Math.abs(whole);
        long bits = (long) Math.max(numerator.bitLength(), denominator.bitLength()) - 1;
        if (bits * size > MAX_BITS) {
            return null;
        }
        BigInteger top = numerator.pow(size);
        BigInteger bottom = denominator.pow(size);
        return whole >= 0 ? of(top, bottom) : of(bottom, top);
    }

    /** The exact root of a whole degree from 1 to 64; null if it is none. */
    @Nullable
    Rational root(int degree) {
        BigInteger top = root(numerator, degree);
        BigInteger bottom = root(denominator, degree);
        return top == null || bottom == null ? null : of(top, bottom);
    }

    private static @Nullable BigInteger root(BigInteger value, int degree) {
        if (value.signum() < 0) {
            BigInteger mirrored = degree % 2 == 0 ? null : root(value.negate(), degree);
            return mirrored == null ? null : mirrored.negate();
        }
        if (degree < 1 || degree > 64 || value.bitLength() > 1024) {
            return null;
        }
        if (degree == 2) {
            BigInteger[] both = value.sqrtAndRemainder();
            return both[1].signum() == 0 ? both[0] : null;
        }
        double estimate = Math.pow(value.doubleValue(), 1.0 / degree);
        if (estimate > 1e15) {
            return null;
        }
        BigInteger near = BigInteger.valueOf(Math.round(estimate));
        return near.pow(degree).equals(value) ? near : null;
    }

    double toDouble() {
        if (numerator.bitLength() < 1000 && denominator.bitLength() < 1000) {
            return numerator.doubleValue() / denominator.doubleValue();
        }
        int shift = numerator.bitLength() - denominator.bitLength() - 64;
        BigInteger quotient = shift > 0
                ? numerator.divide(denominator.shiftLeft(shift))
                : numerator.shiftLeft(-shift).divide(denominator);
        return shift > 900
                ? quotient.doubleValue() * Math.pow(2, 900) * Math.pow(2, shift - 900.0)
                : quotient.doubleValue() * Math.pow(2, shift);
    }

    @Override
    public int compareTo(Rational other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    @Override
    public String toString() {
        return isInteger() ? numerator.toString() : numerator + "/" + denominator;
    }
}
