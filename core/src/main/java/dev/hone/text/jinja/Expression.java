package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template that has a value. Nodes are immutable and evaluate themselves in a {@link Run}, children through {@link Run#value}. */
sealed interface Expression {
    /** Line of the template, from 1. */
    int line();

    Object evaluate(Run run);

    record Literal(int line, Object value) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return value;
        }
    }

    record Name(int line, String name) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Object value = run.scope().find(name);
            return value == null ? new Undefined("'" + name + "' is undefined") : value;
        }
    }

    record ListOf(int line, List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Object evaluate(Run run) {
            List<Object> values = new ArrayList<>(items.size());
            for (Expression item : items) {
                values.add(run.value(item));
            }
            return tuple ? new Tuple(values) : values;
        }
    }

    record DictOf(int line, List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Dict dict = new Dict();
            for (int i = 0; i < keys.size(); i++) {
                dict.put(run.value(keys.get(i)), run.value(values.get(i)));
            }
            return dict;
        }
    }

    /** {@code target.name}: a method or attribute first, then an item of that name. */
    record Attribute(int line, Expression target, String name) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Attributes.attribute(run.value(target), name);
        }
    }

    /** {@code target[key]}: an item first, then a method or attribute of that name. */
    record Item(int line, Expression target, Expression key) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Attributes.item(run.value(target), run.value(key));
        }
    }

    record Slice(int line, Expression target, Expression from, Expression to, Expression step) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Operators.slice(run.value(target), run.value(from), run.value(to), run.value(step), run.budget());
        }
    }

    record Call(int line, Expression callee, Actuals arguments) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Object function = run.value(callee);
            Arguments given = arguments.evaluate(run);
            if (function instanceof Callable callable) {
                return callable.call(run, given);
            }
            throw function instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("a %s cannot be called".formatted(Values.type(function)));
        }
    }

    record Filtered(int line, Expression value, String filter, Actuals arguments) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Filters.named(filter).apply(run, run.value(value), arguments.evaluate(run));
        }
    }

    record Tested(int line, Expression value, String test, Actuals arguments) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Tests.named(test).holds(run, run.value(value), arguments.evaluate(run));
        }
    }

    record Not(int line, Expression operand) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return !Values.truth(run.value(operand));
        }
    }

    record Signed(int line, boolean negative, Expression operand) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Object value = run.value(operand);
            if (value instanceof Double number) {
                return negative ? -number : number;
            }
            if (Numbers.isWhole(value)) {
                return Numbers.narrow(negative ? Numbers.whole(value).negate() : Numbers.whole(value));
            }
            throw value instanceof Undefined undefined
                    ? undefined.fault()
                    : new Fault("a %s has no sign".formatted(Values.type(value)));
        }
    }

    record Binary(int line, String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Run run) {
            return Operators.apply(operator, run.value(left), run.value(right), run.budget());
        }
    }

    /** {@code a ~ b ~ c}. */
    record Concatenation(int line, List<Expression> parts) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Buffer text = run.budget().buffer();
            for (Expression part : parts) {
                text.append(Repr.text(run.value(part), run.budget()));
            }
            return text.toString();
        }
    }

    /** {@code and}, {@code or}: the value of the operand that decides. */
    record Logical(int line, boolean and, Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Run run) {
            Object first = run.value(left);
            return Values.truth(first) == and ? run.value(right) : first;
        }
    }

    /** {@code a < b <= c}: each neighbouring pair compared, up to the first that fails. */
    record Comparison(int line, Expression first, List<String> operators, List<Expression> others)
            implements Expression {
        @Override
        public Object evaluate(Run run) {
            Object left = run.value(first);
            for (int i = 0; i < operators.size(); i++) {
                Object right = run.value(others.get(i));
                if (!holds(operators.get(i), left, right, run.budget())) {
                    return false;
                }
                left = right;
            }
            return true;
        }

        static boolean holds(String operator, Object left, Object right, Budget budget) {
            return switch (operator) {
                case "==" -> Values.equal(left, right, budget);
                case "!=" -> !Values.equal(left, right, budget);
                case "<" -> ordered(left, right) && Values.compare(left, right, budget) < 0;
                case "<=" -> ordered(left, right) && Values.compare(left, right, budget) <= 0;
                case ">" -> ordered(left, right) && Values.compare(left, right, budget) > 0;
                case ">=" -> ordered(left, right) && Values.compare(left, right, budget) >= 0;
                case "in" -> Values.contains(right, left, budget);
                case "not in" -> !Values.contains(right, left, budget);
                default -> throw new IllegalArgumentException(operator);
            };
        }

        private static boolean ordered(Object left, Object right) {
            return !Numbers.isNan(left) && !Numbers.isNan(right);
        }
    }

    /** {@code then if test else otherwise}. */
    record Conditional(
            int line,
            Expression test,
            Expression then,
            @Nullable Expression otherwise) implements Expression {
        @Override
        public Object evaluate(Run run) {
            if (Values.truth(run.value(test))) {
                return run.value(then);
            }
            return otherwise == null
                    ? new Undefined("the inline if has no else, and its condition is false")
                    : run.value(otherwise);
        }
    }
}
