package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads expressions. From loosest to tightest: inline if, or, and, not, comparison, plus and minus, {@code ~}, multiplication, power, sign,
 * filters and tests. What these bind is an operand.
 */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final List<Set<String>> ARITHMETIC =
            List.of(Set.of("+", "-"), Set.of("*", "/", "//", "%"), Set.of("**"));
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and");

    private final Tokens tokens;
    private final OperandParser operands;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** Every name mentioned so far. */
    Set<String> used() {
        return operands.used();
    }

    /** One expression, or several with commas between them, which make a tuple. */
    Expression tuple(boolean conditional) {
        int line = tokens.line();
        Expression first = conditional ? expression() : or();
        if (!tokens.at(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.skip(",")) {
            if (tokens.at(Token.Kind.BLOCK_END) || tokens.at(Token.Kind.PRINT_END) || tokens.at(")")) {
                break;
            }
            items.add(conditional ? expression() : or());
        }
        return new Expression.ListOf(line, items, true);
    }

    Expression expression() {
        tokens.enter();
        Expression value = or();
        while (tokens.atName("if")) {
            int line = tokens.next().line();
            Expression test = or();
            Expression otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expression.Conditional(line, test, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    /** An expression without inline if, as the head of a for loop needs it. */
    Expression or() {
        Expression left = and();
        while (tokens.atName("or")) {
            int line = tokens.next().line();
            left = new Expression.Logical(line, false, left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.atName("and")) {
            int line = tokens.next().line();
            left = new Expression.Logical(line, true, left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.atName("not")) {
            return comparison();
        }
        int line = tokens.next().line();
        tokens.enter();
        Expression operand = not();
        tokens.leave();
        return new Expression.Not(line, operand);
    }

    private Expression comparison() {
        int line = tokens.line();
        Expression first = arithmetic(0);
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        while (true) {
            if (tokens.at(Token.Kind.OPERATOR)
                    && COMPARISONS.contains(tokens.current().text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (tokens.atName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            others.add(arithmetic(0));
        }
        return operators.isEmpty() ? first : new Expression.Comparison(line, first, operators, others);
    }

    private Expression arithmetic(int level) {
        Expression left = operand(level);
        while (tokens.at(Token.Kind.OPERATOR)
                && ARITHMETIC.get(level).contains(tokens.current().text())) {
            Token operator = tokens.next();
            left = new Expression.Binary(operator.line(), operator.text(), left, operand(level));
        }
        return left;
    }

    private Expression operand(int level) {
        return level == 0 ? concatenation() : level == 1 ? arithmetic(2) : unary(true);
    }

    private Expression concatenation() {
        int line = tokens.line();
        Expression first = arithmetic(1);
        if (!tokens.at("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skip("~")) {
            parts.add(arithmetic(1));
        }
        return new Expression.Concatenation(line, parts);
    }

    private Expression unary(boolean filters) {
        int line = tokens.line();
        Expression value;
        if (tokens.at("-") || tokens.at("+")) {
            boolean negative = tokens.next().is("-");
            tokens.enter();
            value = new Expression.Signed(line, negative, unary(false));
            tokens.leave();
        } else {
            value = operands.primary();
        }
        value = operands.postfix(value);
        return filters ? filtersAndTests(value) : value;
    }

    private Expression filtersAndTests(Expression value) {
        Expression result = value;
        while (true) {
            if (tokens.at("|")) {
                int line = tokens.line();
                for (Statement.Applied applied : filters()) {
                    result = new Expression.Filtered(line, result, applied.filter(), applied.arguments());
                }
            } else if (tokens.atName("is")) {
                result = test(result);
            } else if (tokens.at("(")) {
                result = new Expression.Call(tokens.line(), result, operands.arguments());
            } else {
                return result;
            }
        }
    }

    /** Filters, each after its bar. */
    List<Statement.Applied> filters() {
        List<Statement.Applied> filters = new ArrayList<>();
        while (tokens.skip("|")) {
            filters.add(filter());
        }
        return filters;
    }

    /** The name of a filter and its arguments. */
    Statement.Applied filter() {
        String name = dotted("the name of a filter");
        return new Statement.Applied(name, tokens.at("(") ? operands.arguments() : Actuals.NONE);
    }

    private String dotted(String wanted) {
        StringBuilder name =
                new StringBuilder(tokens.expect(Token.Kind.NAME, wanted).text());
        while (tokens.skip(".")) {
            name.append('.').append(tokens.expect(Token.Kind.NAME, wanted).text());
        }
        return name.toString();
    }

    private Expression test(Expression value) {
        int line = tokens.next().line();
        boolean negated = tokens.skipName("not");
        String name = dotted("the name of a test");
        Actuals arguments = Actuals.NONE;
        if (tokens.at("(")) {
            arguments = operands.arguments();
        } else if (startsOperand() && !tokens.atName(NO_ARGUMENT)) {
            if (tokens.atName("is")) {
                throw tokens.problem("two tests in a row; put the first in parentheses");
            }
            tokens.enter();
            arguments = new Actuals(List.of(operands.postfix(operands.primary())), Map.of(), null, null);
            tokens.leave();
        }
        Expression test = new Expression.Tested(line, value, name, arguments);
        return negated ? new Expression.Not(line, test) : test;
    }

    private boolean startsOperand() {
        return switch (tokens.current().kind()) {
            case NAME, STRING, INTEGER, FLOAT -> true;
            default -> tokens.at("(") || tokens.at("[") || tokens.at("{");
        };
    }
}
