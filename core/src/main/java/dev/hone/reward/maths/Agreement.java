package dev.hone.reward.maths;

import dev.hone.reward.maths.Answer.Matrix;
import dev.hone.reward.maths.Answer.Quantity;
import dev.hone.reward.maths.Answer.Region;
import dev.hone.reward.maths.Answer.Relation;
import dev.hone.reward.maths.Answer.Several;
import dev.hone.reward.maths.Answer.Shape;
import dev.hone.reward.maths.Answer.Sign;
import dev.hone.reward.maths.Answer.Span;
import dev.hone.reward.maths.Answer.Words;
import dev.hone.reward.maths.Expression.Apply;
import dev.hone.reward.maths.Expression.Num;
import dev.hone.reward.maths.Expression.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether an answer says what the right one says. A name in front of an equals sign, a unit, a percent or degree sign and the brackets of
 * a list are dropped where the other side has none; where both have them they have to agree.
 */
final class Agreement {
    private static final int MAX_ITEMS = 64;
    private static final Rational HUNDRED = Rational.of(100);

    private Agreement() {}

    static boolean of(Answer gold, Answer other) {
        if (gold instanceof Relation right && other instanceof Relation relation) {
            return relations(right, relation);
        }
        if (other instanceof Relation relation) {
            return relation.hasValue() && of(gold, relation.right());
        }
        if (gold instanceof Relation relation) {
            return relation.name() && of(relation.right(), other);
        }
        if (gold instanceof Quantity right && other instanceof Quantity quantity) {
            return quantities(right, quantity);
        }
        if (gold instanceof Several right && other instanceof Several several) {
            return several(right, several);
        }
        if (gold instanceof Matrix right && other instanceof Matrix matrix) {
            return right.rows().size() == matrix.rows().size()
                    && inOrder(cells(right), cells(matrix))
                    && right.rows().get(0).size() == matrix.rows().get(0).size();
        }
        if (gold instanceof Matrix || other instanceof Matrix) {
            List<Answer> right = vector(gold);
            List<Answer> vector = vector(other);
            return right != null && vector != null && inOrder(right, vector);
        }
        if (gold instanceof Region || other instanceof Region) {
            Region right = AnswerParser.asRegion(gold);
            Region region = AnswerParser.asRegion(other);
            return right != null && region != null && regions(right, region);
        }
        if (gold instanceof Words || other instanceof Words) {
            return false; // compared as text before
        }
        return single(gold) instanceof Quantity right
                && single(other) instanceof Quantity quantity
                && quantities(right, quantity);
    }

    /** A set of one is its element, a ratio of two their quotient. */
    private static Answer single(Answer answer) {
        if (answer instanceof Several several
                && several.shape() == Shape.SET
                && several.items().size() == 1) {
            return several.items().get(0);
        }
        if (answer instanceof Several several
                && several.shape() == Shape.RATIO
                && several.items().size() == 2
                && several.items().get(0) instanceof Quantity a
                && several.items().get(1) instanceof Quantity b) {
            return Quantity.of(Expression.of(Operation.OVER, a.value(), b.value()));
        }
        return answer;
    }

    private static boolean relations(Relation gold, Relation other) {
        if (gold.name() && other.name()) {
            return gold.named().equals(other.named()) && of(gold.right(), other.right());
        }
        Expression a = difference(gold);
        Expression b = difference(other);
        if (a == null || b == null || !gold.sign().equals(other.sign())) {
            return false;
        }
        return gold.sign().equals("=") || gold.sign().equals("≠")
                ? SampledEquality.proportional(a, b)
                : SampledEquality.same(a, b);
    }

    private static @Nullable Expression difference(Relation relation) {
        Expression left = relation.left();
        if (left == null && relation.name() && relation.named().length() == 1) {
            left = new Symbol(relation.named());
        }
        return left != null && relation.right() instanceof Quantity right
                ? Expression.of(Operation.MINUS, left, right.value())
                : null;
    }

    private static boolean quantities(Quantity gold, Quantity other) {
        if (money(gold.unit(), other.unit())) {
            return SampledEquality.same(cents(gold), cents(other));
        }
        boolean signed = gold.sign() != Sign.NONE || other.sign() != Sign.NONE;
        boolean measured = !gold.unit().equals(Unit.NONE) || !other.unit().equals(Unit.NONE);
        if (!gold.unit().agreesWith(other.unit())
                || signed && (measured || based(gold.value()) != null || based(other.value()) != null)) {
            return false;
        }
        Expression right = gold.value();
        Expression value = other.value();
        if (gold.sign() == other.sign()) {
            return same(right, value);
        }
        if (gold.sign() != Sign.NONE && other.sign() != Sign.NONE) {
            return false;
        }
        return same(right, value)
                || SampledEquality.same(whole(gold), value)
                || SampledEquality.same(right, whole(other));
    }

    private static boolean money(Unit a, Unit b) {
        return a.name().equals("dollar") && b.name().equals("cent")
                || a.name().equals("cent") && b.name().equals("dollar");
    }

    private static Expression cents(Quantity quantity) {
        return quantity.unit().name().equals("cent")
                ? quantity.value()
                : Expression.of(Operation.TIMES, quantity.value(), new Num(HUNDRED, false));
    }

    /** With its sign as part of the value. */
    private static Expression whole(Quantity quantity) {
        return switch (quantity.sign()) {
            case NONE -> quantity.value();
            case PERCENT -> Expression.of(Operation.PERCENT, quantity.value());
            case DEGREE -> Expression.of(Operation.DEGREE, quantity.value());
        };
    }

    private static boolean same(Expression gold, Expression other) {
        if (infinite(gold) != 0 || infinite(other) != 0) {
            return infinite(gold) == infinite(other);
        }
        String right = based(gold);
        String digits = based(other);
        if (right == null && digits == null || right != null && digits != null) {
            return SampledEquality.same(gold, other);
        }
        // the base may be left out where the question names it
        Expression plain = right == null ? gold : other;
        String written = Objects.requireNonNull(right == null ? digits : right);
        return plain instanceof Num number
                && number.value().toString().equals(written.substring(0, written.indexOf('_')));
    }

    /** A number to a named base, as {@link ExpressionParser} keeps it; null for everything else. */
    private static @Nullable String based(Expression expression) {
        return expression instanceof Symbol symbol
                        && Character.isDigit(symbol.name().charAt(0))
                ? symbol.name()
                : null;
    }

    private static int infinite(Expression expression) {
        if (expression instanceof Symbol symbol) {
            return symbol.name().equals("∞") ? 1 : 0;
        }
        return expression instanceof Apply apply && apply.operation() == Operation.NEGATE
                ? -infinite(apply.arguments().get(0))
                : 0;
    }

    private static boolean several(Several gold, Several other) {
        List<Answer> right = gold.items();
        List<Answer> items = other.items();
        if (right.size() != items.size()) {
            return false;
        }
        boolean ordered = gold.shape() == Shape.TUPLE
                || other.shape() == Shape.TUPLE
                || gold.shape() == Shape.RATIO
                || other.shape() == Shape.RATIO;
        if (gold.shape() == Shape.TUPLE && other.shape() == Shape.TUPLE) {
            boolean interval = right.size() == 2 && !gold.brackets().equals(other.brackets());
            return !interval && inOrder(right, items);
        }
        if (ordered) {
            boolean bare = gold.shape() == Shape.LIST || other.shape() == Shape.LIST;
            return (bare || gold.shape() == other.shape()) && inOrder(right, items);
        }
        return inAnyOrder(right, items);
    }

    private static boolean inOrder(List<Answer> gold, List<Answer> others) {
        if (gold.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < gold.size(); i++) {
            if (!of(gold.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean inAnyOrder(List<Answer> gold, List<Answer> others) {
        if (gold.size() > MAX_ITEMS) {
            return inOrder(gold, others);
        }
        List<Answer> left = new ArrayList<>(others);
        for (Answer right : gold) {
            boolean found = false;
            for (int i = 0; i < left.size() && !found; i++) {
                if (of(right, left.get(i))) {
                    left.remove(i);
                    found = true;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static List<Answer> cells(Matrix matrix) {
        return matrix.rows().stream().flatMap(List::stream).toList();
    }

    /** The components of a column, a row, a point or a list; null for everything else. */
    private static @Nullable List<Answer> vector(Answer answer) {
        if (answer instanceof Matrix matrix) {
            return matrix.rows().size() == 1 || matrix.rows().get(0).size() == 1 ? cells(matrix) : null;
        }
        return answer instanceof Several several
                        && several.shape() == Shape.TUPLE
                        && several.brackets().charAt(0) != several.brackets().charAt(1)
                        && (several.brackets().equals("()")
                                || several.brackets().equals("[]"))
                ? several.items()
                : null;
    }

    private static boolean regions(Region gold, Region other) {
        List<Span> right = merged(gold);
        List<Span> spans = merged(other);
        if (right.size() != spans.size()) {
            return false;
        }
        for (int i = 0; i < right.size(); i++) {
            Span a = right.get(i);
            Span b = spans.get(i);
            boolean closed = a.hasFrom() == b.hasFrom() && a.hasTo() == b.hasTo();
            if (!closed || !same(a.from(), b.from()) || !same(a.to(), b.to())) {
                return false;
            }
        }
        return true;
    }

    /** In ascending order, with those joined that touch in a point which belongs to one of them. */
    private static List<Span> merged(Region region) {
        List<Span> sorted = new ArrayList<>(region.spans());
        sorted.sort(Comparator.comparingDouble(span -> size(span.from())));
        List<Span> merged = new ArrayList<>();
        for (Span span : sorted) {
            Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && (last.hasTo() || span.hasFrom()) && size(last.to()) >= size(span.from()) - 1e-12) {
                boolean further = size(span.to()) >= size(last.to());
                merged.set(
                        merged.size() - 1,
                        new Span(
                                last.from(),
                                further ? span.to() : last.to(),
                                last.hasFrom(),
                                further ? span.hasTo() : last.hasTo()));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }

    /** The value as a number to order by; not a number where there is none. */
    static double size(Expression expression) {
        int infinite = infinite(expression);
        if (infinite != 0) {
            return infinite * Double.POSITIVE_INFINITY;
        }
        Complex value = expression.at(new Point(Map.of()));
        return value.isFinite() ? value.re() : Double.NaN;
    }

    /** Whether everything in an answer has a value, so that others can be compared with it. */
    static boolean isComparable(Answer answer) {
        if (answer instanceof Quantity quantity) {
            return infinite(quantity.value()) != 0
                    || based(quantity.value()) != null
                    || SampledEquality.isDefined(quantity.value());
        }
        if (answer instanceof Several several) {
            return several.items().stream().allMatch(Agreement::isComparable);
        }
        if (answer instanceof Matrix matrix) {
            return cells(matrix).stream().allMatch(Agreement::isComparable);
        }
        if (answer instanceof Relation relation) {
            return isComparable(relation.right());
        }
        return !(answer instanceof Region region)
                || region.spans().stream()
                        .allMatch(
                                span -> isComparable(Quantity.of(span.from())) && isComparable(Quantity.of(span.to())));
    }
}
