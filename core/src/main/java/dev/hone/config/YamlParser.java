package dev.hone.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns YAML text into nodes.
 *
 * <p>It handles the events of the YAML library instead of letting it build objects, which keeps the supported part of YAML
 * small: one document, keys that are words, no anchors, aliases or tags. Nothing can then expand, refer to
 * itself or name a class, and depth is bounded. What is not supported becomes a problem and reading continues; only a syntax error
 * ends it.
 */
final class YamlParser {
    private static final int DEEPEST = 32;

    private final IntFunction<Origin> origins;
    private final List<Problem> problems;
    private Iterator<Event> events = List.<Event>of().iterator();

    /** Reports to {@code problems}; {@code origins} gives the origin of a line (from 1). */
    YamlParser(IntFunction<Origin> origins, List<Problem> problems) {
        this.origins = origins;
        this.problems = problems;
    }

    /** The document of {@code yaml}, or null where it has none or is broken (then a problem has been added). */
    @Nullable
    Node parse(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(Integer.MAX_VALUE) // the size has been checked where the file was read
                .build();
        try {
            events = new Parse(settings).parseString(yaml).iterator();
            return document();
        } catch (TooDeep e) {
            problems.add(new Problem(e.origin, "nested deeper than " + DEEPEST + " levels"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(mark -> mark.getLine() + 1)
                    .orElse(1);
            problems.add(new Problem(origins.apply(line), syntax(e)));
        } catch (YamlEngineException e) {
            problems.add(new Problem(origins.apply(1), "not readable as YAML: " + Key.shown(firstLine(e))));
        }
        return null;
    }

    private @Nullable Node document() {
        Node root = null;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart && ++documents > 1) {
                problem(event, "a second document starts here; a file holds one, so remove the line ---");
                break;
            } else if (event instanceof NodeEvent) {
                root = node(event, where(event), 0);
            }
        }
        return root;
    }

    private Node node(Event event, Origin origin, int depth) {
        if (depth > DEEPEST) {
            throw new TooDeep(origin);
        }
        if (event instanceof NodeEvent start) {
            refuseExtras(start);
        }
        if (event instanceof ScalarEvent scalar) {
            return new Node.Scalar(scalar.getValue(), !scalar.isPlain(), origin);
        }
        if (event instanceof SequenceStartEvent) {
            List<Node> items = new ArrayList<>();
            for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
                items.add(node(next, where(next), depth + 1));
            }
            return new Node.Sequence(items, origin);
        }
        if (event instanceof MappingStartEvent) {
            return mapping(origin, depth);
        }
        return new Node.Scalar("", false, origin); // an alias, which has been refused
    }

    private Node.Mapping mapping(Origin origin, int depth) {
        Map<String, Node> entries = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            Origin line = where(next);
            Node key = node(next, line, depth + 1);
            Node value = node(events.next(), line, depth + 1);
            if (!(key instanceof Node.Scalar name) || name.empty()) {
                problems.add(new Problem(line, "a key must be a word; found " + key.noun()));
            } else if (entries.containsKey(name.text())) {
                Origin first = entries.get(name.text()).origin();
                problems.add(new Problem(
                        line, Key.shown(name.text()) + " is given twice (first at " + first + "); keep one of them"));
            } else {
                entries.put(name.text(), value);
            }
        }
        return new Node.Mapping(entries, origin);
    }

    private void refuseExtras(NodeEvent event) {
        if (event instanceof AliasEvent || event.getAnchor().isPresent()) {
            problem(event, "anchors (&) and aliases (*) are not supported; write the value out, or put it in quotes");
        }
        Optional<String> tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
        tag.ifPresent(name -> problem(
                event, "tags (" + Key.shown(name) + ") are not supported; remove it, or put the value in quotes"));
    }

    private void problem(Event event, String message) {
        problems.add(new Problem(where(event), message));
    }

    private Origin where(Event event) {
        return origins.apply(
                event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
    }

    private static String syntax(MarkedYamlEngineException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ": ";
        String tabs = e.getProblem() != null && e.getProblem().contains("'\\t") ? "; indent with spaces, not tabs" : "";
        return "not readable as YAML: " + Key.shown(context) + Key.shown(String.valueOf(e.getProblem())) + tabs;
    }

    private static String firstLine(YamlEngineException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
    }

    /** Ends reading; kept apart from the library's exceptions. */
    private static final class TooDeep extends RuntimeException {
        private final transient Origin origin;

        TooDeep(Origin origin) {
            super("too deep", null, false, false);
            this.origin = origin;
        }
    }
}
