package dev.hone.text.jinja;

import java.util.List;
import java.util.Set;

/** A cursor over the tokens of a template, shared by the parsers of statements and expressions. */
final class Tokens {
    private static final int DEEPEST = 100;

    private final String template;
    private final List<Token> tokens;
    private int position;
    private int depth;

    Tokens(String template, String source) {
        this.template = template;
        this.tokens = Lexer.tokens(template, source);
    }

    Token current() {
        return tokens.get(position);
    }

    Token following() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    int line() {
        return current().line();
    }

    Token next() {
        Token token = current();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean at(Token.Kind kind) {
        return current().kind() == kind;
    }

    boolean at(String operator) {
        return current().is(operator);
    }

    boolean atName(String name) {
        return current().isName(name);
    }

    boolean atName(Set<String> names) {
        return at(Token.Kind.NAME) && names.contains(current().text());
    }

    boolean skip(String operator) {
        boolean found = at(operator);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipName(String name) {
        boolean found = atName(name);
        if (found) {
            next();
        }
        return found;
    }

    void expect(String operator) {
        if (!skip(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    Token expect(Token.Kind kind, String wanted) {
        if (!at(kind)) {
            throw unexpected(wanted);
        }
        return next();
    }

    /** Goes one level deeper; without a limit, a template of nested brackets would exhaust the stack. */
    void enter() {
        if (++depth > DEEPEST) {
            throw problem("nested deeper than %d levels, the limit".formatted(DEEPEST));
        }
    }

    void leave() {
        depth--;
    }

    TemplateException unexpected(String wanted) {
        return problem("found %s where %s is expected".formatted(current().shown(), wanted));
    }

    TemplateException problem(String problem) {
        return new TemplateException(template, line(), problem);
    }

    TemplateException problem(int line, String problem) {
        return new TemplateException(template, line, problem);
    }
}
