package dev.hone.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A setting given on the command line, {@code data.train[0].weight=2}: a path to a place in the tree, and a YAML value.
 *
 * <p>Missing groups along the path are created, and replace a single value there; an item of a list must exist already.
 */
final class Assignment {
    private static final Pattern STEP = Pattern.compile("\\[[0-9]{1,6}]|[^.\\[\\]]+");
    private static final Pattern PATH =
            Pattern.compile("[^.\\[\\]]+(\\[[0-9]{1,6}])*+(\\.[^.\\[\\]]+(\\[[0-9]{1,6}])*+)*+");

    private final Origin origin;
    private final List<Problem> problems;
    private final String path;
    private final @Nullable Node value;

    /** Reads {@code text}; problems are added to {@code problems}, and it then changes nothing. */
    Assignment(String text, List<Problem> problems) {
        this.problems = problems;
        origin = new Origin.CommandLine(Key.shown(text));
        int equals = text.indexOf('=');
        path = equals < 0 ? "" : text.substring(0, equals).strip();
        if (path.length() > 500 || !PATH.matcher(path).matches()) {
            problems.add(new Problem(origin, "not an assignment; write one as training.seed=7"));
            value = null;
        } else {
            int before = problems.size();
            Node parsed = new YamlParser(line -> origin, problems).parse(text.substring(equals + 1));
            boolean broken = problems.size() > before;
            value = parsed == null && !broken ? new Node.Scalar("", false, origin) : parsed;
        }
    }

    /** The tree with this value in it. */
    Node applyTo(Node root) {
        return value == null ? root : put(root, steps(path), value);
    }

    /** The parts of a path: names, and indices in their brackets. */
    static List<String> steps(String path) {
        return STEP.matcher(path).results().map(result -> result.group()).toList();
    }

    /** The number in {@code [3]}. */
    static int index(String step) {
        return Integer.parseInt(step.substring(1, step.length() - 1));
    }

    private Node put(@Nullable Node at, List<String> steps, Node last) {
        if (steps.isEmpty()) {
            return last;
        }
        String step = steps.get(0);
        List<String> rest = steps.subList(1, steps.size());
        if (step.startsWith("[")) {
            return putItem(at, step, rest, last);
        }
        if (at instanceof Node.Sequence list) {
            int count = list.items().size();
            problems.add(new Problem(
                    origin, "stands inside a list of " + count + "; say which item, as in " + example(step)));
            return at;
        }
        Node.Mapping group = at instanceof Node.Mapping mapping ? mapping : Node.Mapping.empty(origin);
        return group.with(step, put(group.entries().get(step), rest, last));
    }

    private Node putItem(@Nullable Node at, String step, List<String> rest, Node last) {
        if (at instanceof Node.Sequence list && index(step) < list.items().size()) {
            return list.with(index(step), put(list.items().get(index(step)), rest, last));
        }
        String found = at instanceof Node.Sequence list
                ? "has no item " + step + "; the list has " + list.items().size() + ", counted from 0"
                : "has no item " + step + ", as it is not a list";
        problems.add(new Problem(origin, found));
        return at == null ? Node.Mapping.empty(origin) : at;
    }

    private String example(String step) {
        Matcher inside =
                Pattern.compile("\\." + Pattern.quote(step) + "(?=\\.|$|\\[)").matcher(path);
        return inside.find() ? path.substring(0, inside.start()) + "[0]" + path.substring(inside.start()) : path;
    }
}
