package dev.hone.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads operands: literals, names and brackets, with the attributes, items and calls that follow them. */
final class OperandParser {
    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final Set<String> used = new HashSet<>();

    OperandParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Every name mentioned so far. */
    Set<String> used() {
        return used;
    }

    Expression primary() {
        Token token = tokens.current();
        int line = token.line();
        switch (token.kind()) {
            case NAME -> {
                tokens.next();
                return switch (token.text()) {
                    case "true", "True" -> new Expression.Literal(line, true);
                    case "false", "False" -> new Expression.Literal(line, false);
                    case "none", "None" -> new Expression.Literal(line, None.NONE);
                    default -> {
                        used.add(token.text());
                        yield new Expression.Name(line, token.text());
                    }
                };
            }
            case STRING -> {
                StringBuilder text = new StringBuilder();
                while (tokens.at(Token.Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                return new Expression.Literal(line, text.toString());
            }
            case INTEGER -> {
                return new Expression.Literal(line, whole(tokens.next().text()));
            }
            case FLOAT -> {
                return new Expression.Literal(line, Double.valueOf(tokens.next().text()));
            }
            default -> {
                return bracketed();
            }
        }
    }

    private Object whole(String text) {
        try {
            if (text.length() > 2 && Character.isLetter(text.charAt(1))) {
                int radix = switch (Character.toLowerCase(text.charAt(1))) {
                    case 'x' -> 16;
                    case 'o' -> 8;
                    default -> 2;
                };
                return Numbers.narrow(new BigInteger(text.substring(2), radix));
            }
            if (text.length() > 4300) {
                throw tokens.problem("a number of %d digits is too long".formatted(text.length()));
            }
            return Numbers.narrow(new BigInteger(text));
        } catch (NumberFormatException | Fault wrong) {
            throw tokens.problem("not a whole number (%s)".formatted(text));
        }
    }

    private Expression bracketed() {
        int line = tokens.line();
        if (tokens.skip("(")) {
            if (tokens.skip(")")) {
                return new Expression.ListOf(line, List.of(), true);
            }
            Expression inner = expressions.tuple(true);
            tokens.expect(")");
            return inner;
        }
        if (tokens.skip("[")) {
            List<Expression> items = new ArrayList<>();
            while (!tokens.at("]")) {
                items.add(expressions.expression());
                if (!tokens.skip(",")) {
                    break;
                }
            }
            tokens.expect("]");
            return new Expression.ListOf(line, items, false);
        }
        if (tokens.skip("{")) {
            List<Expression> keys = new ArrayList<>();
            List<Expression> values = new ArrayList<>();
            while (!tokens.at("}")) {
                keys.add(expressions.expression());
                tokens.expect(":");
                values.add(expressions.expression());
                if (!tokens.skip(",")) {
                    break;
                }
            }
            tokens.expect("}");
            return new Expression.DictOf(line, keys, values);
        }
        throw tokens.unexpected("an expression");
    }

    Expression postfix(Expression value) {
        Expression result = value;
        while (true) {
            int line = tokens.line();
            if (tokens.skip(".")) {
                result = tokens.at(Token.Kind.INTEGER)
                        ? new Expression.Item(
                                line,
                                result,
                                new Expression.Literal(line, whole(tokens.next().text())))
                        : new Expression.Attribute(
                                line,
                                result,
                                tokens.expect(Token.Kind.NAME, "the name of an attribute")
                                        .text());
            } else if (tokens.skip("[")) {
                result = subscript(line, result);
                tokens.expect("]");
            } else if (tokens.at("(")) {
                result = new Expression.Call(line, result, arguments());
            } else {
                return result;
            }
        }
    }

    private Expression subscript(int line, Expression target) {
        Expression none = new Expression.Literal(line, None.NONE);
        Expression from = tokens.at(":") ? none : expressions.expression();
        if (!tokens.skip(":")) {
            return new Expression.Item(line, target, from);
        }
        Expression to = tokens.at(":") || tokens.at("]") ? none : expressions.expression();
        Expression step = tokens.skip(":") && !tokens.at("]") ? expressions.expression() : none;
        return new Expression.Slice(line, target, from, to, step);
    }

    /** Arguments in parentheses. */
    Actuals arguments() {
        tokens.expect("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        @Nullable Expression spreadList = null;
        @Nullable Expression spreadDict = null;
        while (!tokens.at(")")) {
            if (tokens.skip("**")) {
                spreadDict = expressions.expression();
            } else if (tokens.skip("*")) {
                spreadList = expressions.expression();
            } else if (tokens.at(Token.Kind.NAME) && tokens.following().is("=")) {
                String name = tokens.next().text();
                tokens.next();
                if (named.put(name, expressions.expression()) != null) {
                    throw tokens.problem("argument %s is given twice".formatted(name));
                }
            } else if (!named.isEmpty() || spreadDict != null) {
                throw tokens.problem("an argument without a name follows one with a name");
            } else {
                positional.add(expressions.expression());
            }
            if (!tokens.skip(",")) {
                break;
            }
        }
        tokens.expect(")");
        return new Actuals(positional, named, spreadList, spreadDict);
    }
}
