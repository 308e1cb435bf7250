package dev.hone.reward.maths;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A term as a tree: numbers, symbols and what is done to them. Its depth is bounded by the parser that made it. */
sealed interface Expression {
    /** A number as it was written. */
    record Num(Rational value, boolean isDecimal) implements Expression {}

    /** A variable, or one of the constants {@code π}, {@code e}, {@code i} and {@code ∞}. */
    record Symbol(String name) implements Expression {
        static final Set<String> CONSTANTS = Set.of("π", "e", "i", "∞");

        @Override
        public boolean isConstant() {
            return CONSTANTS.contains(name);
        }
    }

    /** An operation on as many arguments as it takes. */
    record Apply(Operation operation, List<Expression> arguments) implements Expression {
        public Apply {
            arguments = List.copyOf(arguments);
        }
    }

    static Expression of(Operation operation, Expression... arguments) {
        return new Apply(operation, List.of(arguments));
    }

    static Expression whole(long value) {
        return new Num(Rational.of(value), false);
    }

    /** The exact value; null if it is none that is rational, or a part of it grows too large. */
    default @Nullable Rational exact() {
        if (this instanceof Num number) {
            return number.value();
        }
        if (!(this instanceof Apply apply)) {
            return null;
        }
        Rational[] values = new Rational[apply.arguments().size()];
        for (int i = 0; i < values.length; i++) {
            Rational value = apply.arguments().get(i).exact();
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return apply.operation().exact(values);
    }

    /** Adds the names of the variables. */
    default void collect(Set<String> variables) {
        if (this instanceof Symbol symbol && !symbol.isConstant()) {
            variables.add(symbol.name());
        } else if (this instanceof Apply apply) {
            apply.arguments().forEach(argument -> argument.collect(variables));
        }
    }

    default boolean isConstant() {
        Set<String> variables = new HashSet<>();
        collect(variables);
        return variables.isEmpty();
    }

    /** Whether a number in it has a decimal point and so may be rounded. */
    default boolean hasDecimal() {
        return this instanceof Num number && number.isDecimal()
                || this instanceof Apply apply && apply.arguments().stream().anyMatch(Expression::hasDecimal);
    }

    /** The value at a point; not finite where there is none. */
    default Complex at(Point point) {
        if (this instanceof Num number) {
            return Complex.of(number.value().toDouble());
        }
        if (this instanceof Symbol symbol) {
            return point.value(symbol.name());
        }
        Apply apply = (Apply) this;
        Complex[] values = new Complex[apply.arguments().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = apply.arguments().get(i).at(point);
            if (!values[i].isFinite()) {
                return Complex.UNDEFINED;
            }
        }
        return apply.operation().at(values, point);
    }
}
