package dev.hone.reward.maths;

import java.util.Map;

/** Values of variables, and what an evaluation there has met. For one evaluation. */
final class Point {
    private final Map<String, Double> values;
    private boolean branched;
    private double largestTerm;

    Point(Map<String, Double> values) {
        this.values = values;
    }

    Complex value(String name) {
        return switch (name) {
            case "π" -> Complex.of(Math.PI);
            case "e" -> Complex.of(Math.E);
            case "i" -> Complex.I;
            case "∞" -> Complex.UNDEFINED;
            default -> Complex.of(values.getOrDefault(name, Double.NaN));
        };
    }

    /** Called with each term of a sum. */
    void term(Complex value) {
        largestTerm = Math.max(largestTerm, value.abs());
    }

    /** Called where a root or a logarithm of what is not positive was taken, so that its branch was a choice. */
    void branch() {
        branched = true;
    }

    boolean isBranched() {
        return branched;
    }

    /** About the error that rounding leaves in sums: terms may have cancelled each other. */
    double noise() {
        return 1e-14 * largestTerm;
    }
}
