package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a template: literal text, print tags, and blocks up to the tag that ends them. */
final class StatementParser {
    private static final Set<String> MACRO_NAMES = Set.of("varargs", "kwargs", "caller");
    private static final Set<String> CONSTANTS = Set.of("true", "false", "none", "True", "False", "None");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int loops;
    private boolean generates;

    private StatementParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /** A parsed template, and whether it has generation blocks. */
    record Parsed(List<Statement> body, boolean generates) {}

    static Parsed parse(String template, String source) {
        StatementParser parser = new StatementParser(new Tokens(template, source));
        List<Statement> body = parser.body(Set.of());
        return new Parsed(body, parser.generates);
    }

    /** Statements up to a block with one of the given names, whose name is then current; without names, up to the end. */
    private List<Statement> body(Set<String> ends) {
        int opened = tokens.line();
        tokens.enter();
        List<Statement> body = new ArrayList<>();
        while (!tokens.at(Token.Kind.END)) {
            int line = tokens.line();
            switch (tokens.current().kind()) {
                case TEXT -> body.add(new Statement.Literal(line, tokens.next().text()));
                case PRINT_BEGIN -> {
                    tokens.next();
                    body.add(new Statement.Print(line, expressions.tuple(true)));
                    tokens.expect(Token.Kind.PRINT_END, "'}}'");
                }
                default -> {
                    tokens.expect(Token.Kind.BLOCK_BEGIN, "a tag");
                    if (tokens.atName(ends)) {
                        tokens.leave();
                        return body;
                    }
                    body.add(statement(line));
                    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
                }
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.problem(
                    opened,
                    "the block opened here is never ended; missing is %s".formatted(String.join(" or ", sorted(ends))));
        }
        tokens.leave();
        return body;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** The rest of a tag, then statements up to the end block, whose name is consumed. */
    private List<Statement> bodyUntil(String end) {
        tokens.expect(Token.Kind.BLOCK_END, "'%}'");
        List<Statement> body = body(Set.of(end));
        tokens.next();
        return body;
    }

    private Statement statement(int line) {
        String name = tokens.expect(Token.Kind.NAME, "the name of a block").text();
        return switch (name) {
            case "if" -> conditional(line);
            case "for" -> loop(line);
            case "set" -> assignment(line);
            case "macro" -> new Statement.Define(line, macro());
            case "call" -> callBlock(line);
            case "filter" -> filterBlock(line);
            case "with" -> with(line);
            case "generation" -> generation(line);
            case "break" -> leave(line, name, Statement.Flow.BREAK);
            case "continue" -> leave(line, name, Statement.Flow.CONTINUE);
            default ->
                throw tokens.problem(
                        line,
                        ("unexpected block %s; known are if, for, set, macro, call, filter, with, generation, raw, break and"
                                        + " continue")
                                .formatted(name));
        };
    }

    private Statement conditional(int line) {
        List<Statement.If.Branch> branches = new ArrayList<>();
        while (true) {
            Expression test = expressions.tuple(false);
            tokens.expect(Token.Kind.BLOCK_END, "'%}'");
            branches.add(new Statement.If.Branch(test, body(Set.of("elif", "else", "endif"))));
            String end = tokens.next().text();
            if (end.equals("endif")) {
                return new Statement.If(line, branches, List.of());
            }
            if (end.equals("else")) {
                return new Statement.If(line, branches, bodyUntil("endif"));
            }
        }
    }

    private Statement loop(int line) {
        Target target = target(false);
        tokens.expectName("in");
        Expression items = expressions.tuple(false);
        Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        tokens.expect(Token.Kind.BLOCK_END, "'%}'");
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = tokens.next().text().equals("else") ? bodyUntil("endfor") : List.of();
        return new Statement.For(line, target, items, filter, recursive, body, otherwise);
    }

    private Statement leave(int line, String name, Statement.Flow flow) {
        if (loops == 0) {
            throw tokens.problem(line, name + " is outside of a loop");
        }
        return new Statement.Leave(line, flow);
    }

    private Target target(boolean attributes) {
        Target first = single(attributes);
        if (!tokens.at(",")) {
            return first;
        }
        List<Target> targets = new ArrayList<>(List.of(first));
        while (tokens.skip(",")) {
            if (!tokens.at(Token.Kind.NAME) && !tokens.at("(")) {
                break;
            }
            targets.add(single(attributes));
        }
        return new Target.Several(targets);
    }

    private Target single(boolean attributes) {
        if (tokens.skip("(")) {
            tokens.enter();
            Target inner = target(attributes);
            tokens.leave();
            tokens.expect(")");
            return inner;
        }
        String name = tokens.expect(Token.Kind.NAME, "a name to assign to").text();
        if (CONSTANTS.contains(name)) {
            throw tokens.problem("%s cannot be assigned to".formatted(name));
        }
        if (attributes && tokens.skip(".")) {
            expressions.used().add(name);
            return new Target.Attribute(
                    name, tokens.expect(Token.Kind.NAME, "an attribute").text());
        }
        return new Target.Name(name);
    }

    private Statement assignment(int line) {
        Target target = target(true);
        if (tokens.skip("=")) {
            return new Statement.Assign(line, target, expressions.tuple(true));
        }
        List<Statement.Applied> filters = expressions.filters();
        return new Statement.Capture(line, target, isolated("endset"), filters);
    }

    /** A body from which no break or continue can lead out. */
    private List<Statement> isolated(String end) {
        int around = loops;
        loops = 0;
        List<Statement> body = bodyUntil(end);
        loops = around;
        return body;
    }

    private Macro.Definition macro() {
        String name = tokens.expect(Token.Kind.NAME, "the name of a macro").text();
        return definition(name, tokens.at("(") ? parameters() : List.of(), "endmacro");
    }

    private Macro.Definition definition(String name, List<Macro.Parameter> parameters, String end) {
        Set<String> before = new HashSet<>(expressions.used());
        expressions.used().removeAll(MACRO_NAMES);
        List<Statement> body = isolated(end);
        Set<String> uses = new HashSet<>(expressions.used());
        uses.retainAll(MACRO_NAMES);
        parameters.forEach(parameter -> uses.remove(parameter.name()));
        expressions.used().addAll(before);
        return new Macro.Definition(name, parameters, body, Set.copyOf(uses));
    }

    private List<Macro.Parameter> parameters() {
        tokens.expect("(");
        List<Macro.Parameter> parameters = new ArrayList<>();
        while (!tokens.at(")")) {
            String name =
                    tokens.expect(Token.Kind.NAME, "the name of a parameter").text();
            Expression fallback = tokens.skip("=") ? expressions.expression() : null;
            parameters.add(new Macro.Parameter(name, fallback));
            if (!tokens.skip(",")) {
                break;
            }
        }
        tokens.expect(")");
        return parameters;
    }

    private Statement callBlock(int line) {
        List<Macro.Parameter> parameters = tokens.at("(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw tokens.problem(line, "a call block needs a macro to call, as in {% call name() %}");
        }
        return new Statement.CallBlock(
                line, call.callee(), call.arguments(), definition("caller", parameters, "endcall"));
    }

    private Statement filterBlock(int line) {
        List<Statement.Applied> filters = new ArrayList<>(List.of(expressions.filter()));
        filters.addAll(expressions.filters());
        return new Statement.FilterBlock(line, isolated("endfilter"), filters);
    }

    private Statement with(int line) {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.at(Token.Kind.BLOCK_END)) {
            if (!targets.isEmpty()) {
                tokens.expect(",");
            }
            targets.add(single(false));
            tokens.expect("=");
            values.add(expressions.expression());
        }
        return new Statement.With(line, targets, values, bodyUntil("endwith"));
    }

    private Statement generation(int line) {
        generates = true;
        return new Statement.Generation(line, isolated("endgeneration"));
    }
}
