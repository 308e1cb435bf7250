package dev.hone.text.jinja;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One rendering in progress: its scope, its output and its budget. Used once, by one thread. */
final class Run {
    private final String template;
    private final Budget budget;
    private final Clock clock;
    private final List<Rendering.Range> generated = new ArrayList<>();
    private boolean located = true;
    private int captures;
    private Buffer out;
    private VariableScope scope;

    Run(String template, Limits limits, Clock clock, VariableScope scope) {
        this.template = template;
        this.budget = new Budget(limits);
        this.clock = clock;
        this.scope = scope;
        this.out = budget.buffer();
    }

    Rendering render(List<Statement> body) {
        execute(body);
        return new Rendering(out.toString(), generated, located);
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return clock;
    }

    VariableScope scope() {
        return scope;
    }

    void write(String text) {
        out.append(text);
    }

    Object value(Expression expression) {
        try {
            budget.spend(1);
            budget.enter();
            try {
                return expression.evaluate(this);
            } finally {
                budget.leave();
            }
        } catch (Fault fault) {
            throw new TemplateException(template, expression.line(), fault.problem());
        }
    }

    /** Runs statements in the current scope, up to the first that leaves or repeats a loop. */
    Statement.Flow execute(List<Statement> body) {
        for (Statement statement : body) {
            try {
                budget.spend(1);
                budget.enter();
                try {
                    Statement.Flow flow = statement.execute(this);
                    if (flow != Statement.Flow.ON) {
                        return flow;
                    }
                } finally {
                    budget.leave();
                }
            } catch (Fault fault) {
                throw new TemplateException(template, statement.line(), fault.problem());
            }
        }
        return Statement.Flow.ON;
    }

    /** Runs an action in another scope. */
    <T> T within(VariableScope inner, Supplier<T> action) {
        VariableScope outer = scope;
        scope = inner;
        try {
            return action.get();
        } finally {
            scope = outer;
        }
    }

    /** What the statements write in the given scope, instead of writing it. */
    String capture(VariableScope inner, List<Statement> body) {
        return capture(() -> within(inner, () -> execute(body)));
    }

    /** What an action writes, instead of writing it. */
    String capture(Runnable action) {
        Buffer around = out;
        Buffer captured = budget.buffer();
        out = captured;
        captures++;
        try {
            action.run();
            return captured.toString();
        } finally {
            captures--;
            out = around;
        }
    }

    /** Writes a block that the model is meant to generate and records its position. */
    void generate(List<Statement> body) {
        int start = out.length();
        within(new VariableScope(scope), () -> execute(body));
        if (captures == 0) {
            generated.add(new Rendering.Range(start, out.length()));
        } else {
            located = false;
        }
    }
}
