package dev.hone.config;

import dev.hone.files.InputFile;
import dev.hone.files.MissingPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A configuration as written: a file, and the overrides of the command line. {@link #bind} turns it into records.
 *
 * <p>Immutable. Syntax errors end reading at once; everything else is reported together by {@link #bind}.
 */
public final class Settings {
    /** Generous for a file written by hand, and small enough to be read as a whole. */
    static final int LARGEST_BYTES = 1 << 20;

    private final String written;
    private final Node root;
    private final List<Problem> problems;
    private final Map<String, Object> defaults;
    private final Synonyms synonyms;

    private Settings(
            String written, Node root, List<Problem> problems, Map<String, Object> defaults, Synonyms synonyms) {
        this.written = written;
        this.root = root;
        this.problems = List.copyOf(problems);
        this.defaults = Map.copyOf(defaults);
        this.synonyms = synonyms;
    }

    /**
     * The settings in {@code file}, called in messages as the path is written.
     *
     * @throws ConfigurationException where the file cannot be read, is larger than 1 MiB, or is not UTF-8 or not YAML
     */
    public static Settings read(Path file) {
        byte[] bytes;
        try (InputStream in = InputFile.stream(file)) {
            bytes = in.readNBytes(LARGEST_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file + ": " + MissingPath.file(file), e);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException(file + ": permission to read it is missing", e);
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "is a folder, not a file" : "cannot be read: " + e.getMessage();
            throw new ConfigurationException(file + ": " + reason, e);
        }
        if (bytes.length > LARGEST_BYTES) {
            throw new ConfigurationException(
                    file + ": larger than a configuration may be (1 MiB); is it the right file?");
        }
        return parse(file.toString(), decode(file, bytes));
    }

    /**
     * The settings in {@code yaml}, called {@code name} in messages.
     *
     * @throws ConfigurationException where the text is not YAML
     */
    public static Settings parse(String name, String yaml) {
        String text = yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml;
        List<Problem> problems = new ArrayList<>();
        Node root = new YamlParser(line -> new Origin.File(name, line), problems).parse(text);
        if (root == null && !problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        Origin top = new Origin.File(name, 1);
        Node settings = root == null || root.empty() ? Node.Mapping.empty(top) : root;
        return new Settings(yaml, settings, problems, Map.of(), Synonyms.NONE);
    }

    /** These settings with overrides, each written {@code training.seed=7} with a YAML value. */
    public Settings set(String... assignments) {
        return set(Arrays.asList(assignments));
    }

    /** These settings with overrides, in order; a list's item is {@code data.train[0].weight=2}. */
    public Settings set(List<String> assignments) {
        List<Problem> found = new ArrayList<>(problems);
        Node changed = root;
        for (String assignment : assignments) {
            changed = new Assignment(assignment, found).applyTo(changed);
        }
        return new Settings(written, changed, found, defaults, synonyms);
    }

    /**
     * These settings with a default that depends on other settings: what is missing under {@code key} is taken from
     * {@code value}. It precedes the defaults of the records themselves.
     */
    public Settings orElse(String key, Object value) {
        Map<String, Object> more = new HashMap<>(defaults);
        more.put(key, value);
        return new Settings(written, root, problems, more, synonyms);
    }

    /** These settings, whose problems are answered with what words of other tools mean here. */
    public Settings answering(Synonyms words) {
        return new Settings(written, root, problems, defaults, words);
    }

    /** A part of a file, to be bound later. */
    static Settings part(Node.Mapping group) {
        return new Settings("", group, List.of(), Map.of(), Synonyms.NONE);
    }

    Node root() {
        return root;
    }

    /** These settings as the group of that key, so that messages name their keys in full. */
    public Settings under(String key) {
        Node.Mapping top = new Node.Mapping(Map.of(key, root), root.origin());
        return new Settings(written, top, problems, defaults, synonyms);
    }

    /** These settings with only these keys of the top. */
    public Settings only(String... keys) {
        return filtered(key -> Arrays.asList(keys).contains(key));
    }

    /** These settings without these keys of the top. */
    public Settings without(String... keys) {
        return filtered(key -> !Arrays.asList(keys).contains(key));
    }

    private Settings filtered(Predicate<String> kept) {
        if (!(root instanceof Node.Mapping group)) {
            return this;
        }
        Map<String, Node> some = new LinkedHashMap<>(group.entries());
        some.keySet().removeIf(kept.negate());
        return new Settings(written, new Node.Mapping(some, group.origin()), problems, defaults, synonyms);
    }

    /** These settings, completed with others where something is missing; groups are completed key by key. */
    public Settings over(Settings others) {
        return new Settings(written, over(root, others.root), problems, defaults, synonyms);
    }

    private static Node over(Node upper, Node lower) {
        if (!(upper instanceof Node.Mapping above) || !(lower instanceof Node.Mapping below)) {
            return upper;
        }
        Map<String, Node> both = new LinkedHashMap<>(below.entries());
        above.entries().forEach((key, node) -> both.merge(key, node, (under, on) -> over(on, under)));
        return new Node.Mapping(both, above.origin());
    }

    /**
     * These settings with single values replaced.
     *
     * @param meaning given a key and its written value, returns the value to use; an {@link IllegalArgumentException}
     *     becomes a problem of that line, after the key
     */
    public Settings replace(BinaryOperator<String> meaning) {
        List<Problem> found = new ArrayList<>(problems);
        return new Settings(written, replaced("", root, meaning, found), found, defaults, synonyms);
    }

    private static Node replaced(String path, Node node, BinaryOperator<String> meaning, List<Problem> problems) {
        if (node instanceof Node.Mapping group) {
            Map<String, Node> entries = new LinkedHashMap<>();
            group.entries()
                    .forEach((key, value) -> entries.put(key, replaced(Key.join(path, key), value, meaning, problems)));
            return new Node.Mapping(entries, group.origin());
        } else if (node instanceof Node.Sequence list) {
            List<Node> items = new ArrayList<>();
            for (Node item : list.items()) {
                items.add(replaced(path + "[" + items.size() + "]", item, meaning, problems));
            }
            return new Node.Sequence(items, list.origin());
        }
        Node.Scalar scalar = (Node.Scalar) node;
        try {
            return new Node.Scalar(meaning.apply(path, scalar.text()), scalar.quoted(), scalar.origin());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(scalar.origin(), path + " " + e.getMessage()));
            return scalar;
        }
    }

    /** The origin of {@code key}; that of the whole where it is missing. */
    public Origin origin(String key) {
        return find(key).map(Node::origin).orElse(root.origin());
    }

    /** Whether something is written under {@code key}, valid or not. */
    public boolean has(String key) {
        return find(key).filter(node -> !node.empty()).isPresent();
    }

    /** The single value written under {@code key}, unchecked: to choose by it what to bind. */
    public Optional<String> peek(String key) {
        return find(key)
                .flatMap(node -> node instanceof Node.Scalar scalar && !scalar.empty()
                        ? Optional.of(scalar.text())
                        : Optional.empty());
    }

    /** The file's text, unchanged. */
    public String written() {
        return written;
    }

    /**
     * A valid {@code T}: a record, or a sealed interface of records marked {@link OneOf}.
     *
     * @throws ConfigurationException with every problem of file, command line and values, sorted by line
     */
    public <T> Configured<T> bind(Class<T> type) {
        List<Problem> found = new ArrayList<>(problems);
        Binder binder = new Binder(type, defaults, synonyms, found);
        Object value = binder.bind(type, "", root, defaults.get(""));
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
        return new Configured<>(type.cast(value), binder.origins());
    }

    private Optional<Node> find(String key) {
        Node node = root;
        for (String step : Assignment.steps(key)) {
            Node next = null;
            if (node instanceof Node.Mapping mapping) {
                next = mapping.entries().get(step);
            } else if (node instanceof Node.Sequence sequence && step.startsWith("[")) {
                next = Stream.of(Assignment.index(step))
                        .filter(index -> index < sequence.items().size())
                        .map(sequence.items()::get)
                        .findFirst()
                        .orElse(null);
            }
            if (next == null) {
                return Optional.empty();
            }
            node = next;
        }
        return Optional.of(node);
    }

    private static String decode(Path file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            // The decoder stops before the first invalid byte.
            long line = 1
                    + new String(bytes, 0, in.position(), StandardCharsets.UTF_8)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            throw new ConfigurationException(file + ":" + line + ": not UTF-8 text; save the file as UTF-8", e);
        }
    }
}
