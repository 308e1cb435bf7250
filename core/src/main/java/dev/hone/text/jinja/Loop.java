package dev.hone.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}: the position of a for loop, and, if the loop is recursive, a call to run it on other items. */
final class Loop implements Callable {
    private final List<Object> items;
    private final int depth;
    private final @Nullable Callable recursion;
    private int index;
    private @Nullable Object lastChange;

    Loop(List<Object> items, int depth, @Nullable Callable recursion) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
    }

    void moveTo(int position) {
        index = position;
    }

    @Override
    public Object call(Run run, Arguments arguments) {
        if (recursion == null) {
            throw new Fault("loop can be called only in a loop marked recursive");
        }
        return recursion.call(run, arguments);
    }

    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
            case "nextitem" ->
                index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
            case "cycle" ->
                (Callable) (run, arguments) -> {
                    List<Object> choices = arguments.positional();
                    if (choices.isEmpty()) {
                        throw new Fault("loop.cycle needs something to cycle through");
                    }
                    return choices.get(index % choices.size());
                };
            case "changed" ->
                (Callable) (run, arguments) -> {
                    Object now = new Tuple(arguments.positional());
                    boolean changed = lastChange == null || !Values.equal(lastChange, now, run.budget());
                    lastChange = now;
                    return changed;
                };
            default -> null;
        };
    }
}
