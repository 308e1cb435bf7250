package dev.hone.model.architecture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What config.json of one family holds beside the keys that every family has.
 *
 * @param defaults its own keys, and common ones whose absence means something else than usual, with the value that an absent one
 *     stands for
 * @param spelling keys that it calls otherwise: its word by the usual one
 * @param ignored keys that have no effect on what it computes
 */
public record FamilyKeys(ObjectNode defaults, Map<String, String> spelling, Set<String> ignored) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    /** Of a family with no keys of its own. */
    public static final FamilyKeys NONE = of("{}");

    public FamilyKeys {
        spelling = Map.copyOf(spelling);
        ignored = Set.copyOf(ignored);
    }

    /** Keys and their defaults as a JSON object, in which single quotes are allowed. */
    public static FamilyKeys of(String defaults) {
        try {
            return new FamilyKeys((ObjectNode) JSON.readTree(defaults), Map.of(), Set.of());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(defaults, e);
        }
    }

    /** The same with words of its own for usual keys. */
    public FamilyKeys spelling(Map<String, String> words) {
        return new FamilyKeys(defaults, words, ignored);
    }

    /** The same with keys that are passed over. */
    public FamilyKeys ignoring(String... keys) {
        return new FamilyKeys(defaults, spelling, Set.of(keys));
    }

    /** The family's word for a key. */
    public String spelt(String key) {
        return spelling.getOrDefault(key, key);
    }

    public boolean has(String key) {
        return defaults.has(key);
    }

    /** A file, read with these. */
    public ConfigKeys in(ObjectNode file) {
        return new ConfigKeys(file, this);
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber() ? one.doubleValue() == other.doubleValue() : one.equals(other);
    }

    /** Values of its own keys that a file states and that are not the defaults, as text. */
    public List<String> stated(ObjectNode file) {
        List<String> stated = new ArrayList<>();
        defaults.properties().forEach(entry -> {
            JsonNode value = file.path(spelt(entry.getKey()));
            if (!value.isMissingNode() && !isSame(value, entry.getValue())) {
                stated.add(entry.getKey() + "=" + (value.isNumber() ? value.doubleValue() : value));
            }
        });
        return stated;
    }
}
