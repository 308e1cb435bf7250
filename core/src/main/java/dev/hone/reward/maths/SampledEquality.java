package dev.hone.reward.maths;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Whether two expressions are the same. Two fractions are compared exactly. All others by their values at points: the same points for
 * the same variables, drawn with a fixed seed, of several magnitudes and both signs. A point counts where both have a value and no
 * root or logarithm of a negative number was taken, so that √a·√b = √(ab) holds and √(x²) = x does not; where too few are left, others
 * count as well. By the lemma of Schwartz and Zippel a chance agreement of different polynomials at all of them is as good as excluded.
 *
 * <p>A number with a decimal point may be rounded: it equals what is within {@value #ROUNDING} of it, relative to its size.
 */
final class SampledEquality {
    static final double ROUNDING = 1e-6;

    private static final double CLOSE = 1e-9;
    private static final int POINTS = 8;
    private static final int TRIES = 40;
    private static final Rational MICRO = new Rational(BigInteger.ONE, BigInteger.valueOf(1_000_000));
    private static final Rational MILLI = new Rational(BigInteger.ONE, BigInteger.valueOf(1_000));
    private static final Rational CENTI = new Rational(BigInteger.ONE, BigInteger.valueOf(100));

    private SampledEquality() {}

    static boolean same(Expression a, Expression b) {
        boolean rounded = a.hasDecimal() || b.hasDecimal();
        Rational exactA = a.exact();
        Rational exactB = b.exact();
        if (exactA != null && exactB != null) {
            return exactA.equals(exactB) || rounded && within(exactA, exactB);
        }
        TreeSet<String> variables = new TreeSet<>();
        a.collect(variables);
        TreeSet<String> others = new TreeSet<>();
        b.collect(others);
        if (!variables.equals(others)) {
            return false;
        }
        double tolerance = rounded ? ROUNDING : CLOSE;
        if (variables.isEmpty()) {
            Point atA = new Point(Map.of());
            Point atB = new Point(Map.of());
            return closeness(a.at(atA), b.at(atB), atA.noise() + atB.noise(), tolerance) == Closeness.EQUAL;
        }
        return agree(variables, a::at, b::at, tolerance);
    }

    /** Whether two differences vanish together: one is a multiple of the other by a number other than 0. */
    static boolean proportional(Expression a, Expression b) {
        TreeSet<String> variables = new TreeSet<>();
        a.collect(variables);
        TreeSet<String> others = new TreeSet<>();
        b.collect(others);
        if (variables.isEmpty() || !variables.equals(others)) {
            return false;
        }
        Map<String, Double> at = draw(variables, new SplittableRandom(7), 0);
        Complex factor = a.at(new Point(at)).over(b.at(new Point(at)));
        if (!factor.isFinite() || factor.abs() < 1e-9) {
            return false;
        }
        boolean rounded = a.hasDecimal() || b.hasDecimal();
        return agree(variables, a::at, point -> b.at(point).times(factor), rounded ? ROUNDING : CLOSE);
    }

    /** Whether there is a value to compare at all: a number that is finite, or a function that is defined somewhere. */
    static boolean isDefined(Expression a) {
        if (a.exact() != null) {
            return true;
        }
        TreeSet<String> variables = new TreeSet<>();
        a.collect(variables);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < (variables.isEmpty() ? 1 : TRIES); i++) {
            if (a.at(new Point(draw(variables, random, i))).isFinite()) {
                return true;
            }
        }
        return false;
    }

    private interface Function {
        Complex at(Point point);
    }

    private static boolean agree(TreeSet<String> variables, Function a, Function b, double tolerance) {
        SplittableRandom random = new SplittableRandom(20_240_601);
        int compared = 0;
        int branched = 0;
        boolean branchesAgree = true;
        for (int i = 0; i < TRIES && compared < POINTS; i++) {
            Map<String, Double> values = draw(variables, random, i);
            Point atA = new Point(values);
            Point atB = new Point(values);
            Complex x = a.at(atA);
            Complex y = b.at(atB);
            if (!x.isFinite() && !y.isFinite()) {
                continue;
            }
            Closeness closeness = closeness(x, y, atA.noise() + atB.noise(), tolerance);
            if (closeness == Closeness.UNKNOWN) {
                continue;
            }
            boolean same = closeness == Closeness.EQUAL;
            if (atA.isBranched() || atB.isBranched() || !x.isFinite() || !y.isFinite()) {
                branched++;
                branchesAgree &= same;
            } else if (same) {
                compared++;
            } else {
                return false;
            }
        }
        return compared >= 3 || branched >= 3 && branchesAgree;
    }

    /** Of several magnitudes; the first ones positive, later ones of both signs. */
    private static Map<String, Double> draw(TreeSet<String> variables, SplittableRandom random, int number) {
        Map<String, Double> values = new LinkedHashMap<>();
        double scale = number % 4 == 3 ? 30 : number % 4 == 2 ? 0.9 : 4;
        for (String variable : variables) {
            double size = scale * (0.15 + random.nextDouble());
            values.put(variable, number >= 3 && random.nextBoolean() ? -size : size);
        }
        return values;
    }

    private enum Closeness {
        EQUAL,
        DIFFERENT,
        /** Rounding errors are as large as the difference. */
        UNKNOWN
    }

    private static Closeness closeness(Complex a, Complex b, double noise, double tolerance) {
        if (!a.isFinite() || !b.isFinite()) {
            return Closeness.DIFFERENT;
        }
        double difference = a.minus(b).abs();
        if (difference <= tolerance * Math.max(a.abs(), b.abs()) + Math.min(noise, 1e-10)) {
            return Closeness.EQUAL;
        }
        return difference <= noise ? Closeness.UNKNOWN : Closeness.DIFFERENT;
    }

    /** Six digits, or six decimals; but never a thousandth or more, so that 1234567.0 is not 1234568. */
    private static boolean within(Rational a, Rational b) {
        Rational difference = a.minus(b);
        Rational larger = a.abs().compareTo(b.abs()) > 0 ? a.abs() : b.abs();
        Rational relative = larger.times(MICRO);
        if (difference == null
                || relative == null
                || a.numerator().signum() != b.numerator().signum()) {
            return false;
        }
        Rational allowed = larger.compareTo(CENTI) >= 0 && relative.compareTo(MICRO) < 0 ? MICRO : relative;
        return difference.abs().compareTo(allowed) <= 0 && difference.abs().compareTo(MILLI) < 0;
    }
}
