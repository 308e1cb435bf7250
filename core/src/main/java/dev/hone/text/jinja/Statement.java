package dev.hone.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template that writes, assigns or decides. Nodes are immutable and execute themselves in a {@link Run}. */
sealed interface Statement {
    /** What happens next: the following statement, the end of the enclosing loop, or its next iteration. */
    enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    /** Line of the template, from 1. */
    int line();

    Flow execute(Run run);

    record Literal(int line, String text) implements Statement {
        @Override
        public Flow execute(Run run) {
            run.write(text);
            return Flow.ON;
        }
    }

    record Print(int line, Expression expression) implements Statement {
        @Override
        public Flow execute(Run run) {
            run.write(Repr.text(run.value(expression), run.budget()));
            return Flow.ON;
        }
    }

    record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {
        record Branch(Expression test, List<Statement> body) {}

        @Override
        public Flow execute(Run run) {
            for (Branch branch : branches) {
                if (Values.truth(run.value(branch.test()))) {
                    return run.execute(branch.body());
                }
            }
            return run.execute(otherwise);
        }
    }

    record For(
            int line,
            Target target,
            Expression items,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {
        @Override
        public Flow execute(Run run) {
            loop(run, run.value(items), 0, run.scope());
            return Flow.ON;
        }

        private void loop(Run run, Object values, int depth, VariableScope around) {
            List<Object> items = kept(run, Values.items(values, run.budget()), around);
            Callable recursion = (again, arguments) -> {
                Object inner = arguments.bind("loop", "items").get(0);
                return again.capture(() -> loop(again, inner, depth + 1, around));
            };
            Loop loop = new Loop(items, depth, recursive ? recursion : null);
            for (int i = 0; i < items.size(); i++) {
                Object item = items.get(i);
                loop.moveTo(i);
                run.budget().spend(1);
                VariableScope scope = new VariableScope(around);
                Flow flow = run.within(scope, () -> {
                    target.assign(run, item);
                    scope.set("loop", loop);
                    return run.execute(body);
                });
                if (flow == Flow.BREAK) {
                    return;
                }
            }
            if (items.isEmpty()) {
                run.within(new VariableScope(around), () -> run.execute(otherwise));
            }
        }

        private List<Object> kept(Run run, List<Object> items, VariableScope around) {
            if (filter == null) {
                return items;
            }
            List<Object> kept = new ArrayList<>();
            for (Object item : items) {
                boolean keep = run.within(new VariableScope(around), () -> {
                    target.assign(run, item);
                    return Values.truth(run.value(filter));
                });
                if (keep) {
                    kept.add(item);
                }
            }
            return kept;
        }
    }

    record Assign(int line, Target target, Expression value) implements Statement {
        @Override
        public Flow execute(Run run) {
            target.assign(run, run.value(value));
            return Flow.ON;
        }
    }

    /** {@code set} with a body: what the body writes, through filters, becomes the value. */
    record Capture(int line, Target target, List<Statement> body, List<Applied> filters) implements Statement {
        @Override
        public Flow execute(Run run) {
            target.assign(run, Applied.all(filters, run, run.capture(new VariableScope(run.scope()), body)));
            return Flow.ON;
        }
    }

    record FilterBlock(int line, List<Statement> body, List<Applied> filters) implements Statement {
        @Override
        public Flow execute(Run run) {
            Object result = Applied.all(filters, run, run.capture(new VariableScope(run.scope()), body));
            run.write(Repr.text(result, run.budget()));
            return Flow.ON;
        }
    }

    /** A filter waiting for its value. */
    record Applied(String filter, Actuals arguments) {
        static Object all(List<Applied> filters, Run run, Object value) {
            Object result = value;
            for (Applied applied : filters) {
                result = Filters.named(applied.filter())
                        .apply(run, result, applied.arguments().evaluate(run));
            }
            return result;
        }
    }

    record Define(int line, Macro.Definition macro) implements Statement {
        @Override
        public Flow execute(Run run) {
            run.scope().set(macro.name(), new Macro(macro, run.scope()));
            return Flow.ON;
        }
    }

    /** A call that passes its body to the macro as {@code caller}. */
    record CallBlock(int line, Expression callee, Actuals arguments, Macro.Definition body) implements Statement {
        @Override
        public Flow execute(Run run) {
            if (!(run.value(callee) instanceof Callable function)) {
                throw new Fault("a call block needs a macro to call");
            }
            Arguments given = arguments.evaluate(run);
            Map<String, Object> named = new LinkedHashMap<>(given.named());
            named.put("caller", new Macro(body, run.scope()));
            run.write(Repr.text(function.call(run, new Arguments(given.positional(), named)), run.budget()));
            return Flow.ON;
        }
    }

    record With(int line, List<Target> targets, List<Expression> values, List<Statement> body) implements Statement {
        @Override
        public Flow execute(Run run) {
            List<Object> evaluated = new ArrayList<>();
            for (Expression value : values) {
                evaluated.add(run.value(value));
            }
            return run.within(new VariableScope(run.scope()), () -> {
                for (int i = 0; i < targets.size(); i++) {
                    targets.get(i).assign(run, evaluated.get(i));
                }
                return run.execute(body);
            });
        }
    }

    /** What the model is meant to write itself. */
    record Generation(int line, List<Statement> body) implements Statement {
        @Override
        public Flow execute(Run run) {
            run.generate(body);
            return Flow.ON;
        }
    }

    record Leave(int line, Flow flow) implements Statement {
        @Override
        public Flow execute(Run run) {
            return flow;
        }
    }
}
