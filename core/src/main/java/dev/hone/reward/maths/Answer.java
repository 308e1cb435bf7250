package dev.hone.reward.maths;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer says, as far as it can be compared. */
sealed interface Answer {
    /** What stands behind a number and belongs to it, so that it is dropped where the other answer has none. */
    enum Sign {
        NONE,
        PERCENT,
        DEGREE
    }

    /** A number or a term, without its sign and its unit. */
    record Quantity(Expression value, Sign sign, Unit unit) implements Answer {
        static Quantity of(Expression value) {
            return new Quantity(value, Sign.NONE, Unit.NONE);
        }
    }

    /** No mathematics; compared as text. */
    record Words() implements Answer {}

    /** How several answers stand together. */
    enum Shape {
        /** Without brackets: the order does not matter. */
        LIST,
        /** In braces. */
        SET,
        /** In brackets of other forms: a point, a vector or an interval. */
        TUPLE,
        /** With colons between them. */
        RATIO
    }

    /**
     * Several answers.
     *
     * @param brackets the opening and the closing one; empty where there are none
     */
    record Several(Shape shape, List<Answer> items, String brackets) implements Answer {
        public Several {
            items = List.copyOf(items);
        }

        static Several list(List<Answer> items) {
            return new Several(Shape.LIST, items, "");
        }
    }

    /** The numbers from one to another; either may be infinite. */
    record Span(Expression from, Expression to, boolean hasFrom, boolean hasTo) {}

    /** A union of intervals. */
    record Region(List<Span> spans) implements Answer {
        public Region {
            spans = List.copyOf(spans);
        }
    }

    /** Rows of equal length. */
    record Matrix(List<List<Answer>> rows) implements Answer {
        public Matrix {
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /**
     * Two sides and what stands between them.
     *
     * @param sign {@code =}, {@code ≠}, {@code <} or {@code ≤}; the sides are swapped where it was the other way round
     * @param name whether the left side is only the name of the right one, as in {@code x = 5}, {@code f(x) = 2x} or {@code Area = 6}
     * @param bare whether the left side has no numbers but exponents, as in {@code a + b = 5}
     * @param left null where it is a name or cannot be read
     * @param named the name; else empty
     */
    record Relation(
            String sign,
            boolean name,
            boolean bare,
            @Nullable Expression left,
            Answer right,
            String named) implements Answer {
        /** Whether the right side is a value: of a name, a term such as {@code a + b}, or one without variables as in {@code 2 + 3 = 5}. */
        boolean hasValue() {
            return sign.equals("=") && (name || bare || left == null || left.isConstant());
        }
    }
}
