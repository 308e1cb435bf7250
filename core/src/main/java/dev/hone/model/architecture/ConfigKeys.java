package dev.hone.model.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The values of one config.json, or of an object in it, asked for under the usual names; an absent key has the family's default.
 * {@link IllegalArgumentException} with key and value where another kind stands there than is asked for.
 */
public final class ConfigKeys {
    private final ObjectNode file;
    private final FamilyKeys family;

    ConfigKeys(ObjectNode file, FamilyKeys family) {
        this.file = file;
        this.family = family;
    }

    /** An object inside the file, whose keys have no defaults. */
    ConfigKeys within(ObjectNode object) {
        return new ConfigKeys(
                object, new FamilyKeys(JsonNodeFactory.instance.objectNode(), family.spelling(), family.ignored()));
    }

    /** The value of a key; a missing node where it is null or nowhere. */
    public JsonNode at(String key) {
        String spelt = family.spelt(key);
        JsonNode value = file.has(spelt) ? file.path(spelt) : family.defaults().path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    /** Whether the file or a default gives a value. */
    public boolean has(String key) {
        return !at(key).isMissingNode();
    }

    /** Whether the file itself has the key, if only as null. */
    public boolean states(String key) {
        return file.has(family.spelt(key));
    }

    public int integer(String key) {
        JsonNode value = at(key);
        if (!value.isInt()) {
            throw new IllegalArgumentException(family.spelt(key)
                    + (value.isMissingNode() ? " is missing" : " (" + value + ")") + "; an integer is needed");
        }
        return value.intValue();
    }

    public int integer(String key, int absent) {
        return has(key) ? integer(key) : absent;
    }

    public double number(String key) {
        JsonNode value = at(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new IllegalArgumentException(family.spelt(key)
                    + (value.isMissingNode() ? " is missing" : " (" + value + ")") + "; a number is needed");
        }
        return value.doubleValue();
    }

    public double number(String key, double absent) {
        return has(key) ? number(key) : absent;
    }

    /** False where there is none. */
    public boolean flag(String key) {
        JsonNode value = at(key);
        if (has(key) && !value.isBoolean()) {
            throw new IllegalArgumentException(family.spelt(key) + " (" + value + "); true or false is needed");
        }
        return value.asBoolean(false);
    }

    public String text(String key, String absent) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException(family.spelt(key) + " (" + value + "); a string is needed");
        }
        return value.asText();
    }

    /** The object under a key; empty where there is none. */
    public Optional<ConfigKeys> object(String key) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode object) {
            return Optional.of(within(object));
        }
        throw new IllegalArgumentException(family.spelt(key) + " (" + value + ") must be null or an object");
    }

    public List<Double> numbers(String key) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode value : at(key)) {
            if (!value.isNumber()) {
                throw new IllegalArgumentException(family.spelt(key) + " holds " + value + "; numbers are needed");
            }
            numbers.add(value.doubleValue());
        }
        return numbers;
    }

    /** The entry that a list with one for each layer has for a layer; empty where there is no list. */
    public Optional<JsonNode> ofLayer(String key, int index, int layers) {
        JsonNode list = at(key);
        if (list.isMissingNode()) {
            return Optional.empty();
        }
        if (!list.isArray() || list.size() != layers) {
            throw new IllegalArgumentException(family.spelt(key) + " (" + list
                    + ") must be a list with one entry for each of " + layers + " layers");
        }
        return Optional.of(list.path(index));
    }

    /** Whether a layer attends within the window: {@code layer_types} where the file has it. */
    public boolean isSliding(int index, int layers, boolean otherwise) {
        Optional<JsonNode> type = ofLayer("layer_types", index, layers);
        if (type.isEmpty()) {
            return otherwise;
        }
        return switch (type.get().asText()) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            default ->
                throw new IllegalArgumentException("layer_types holds " + type.get()
                        + "; of this family sliding_attention and full_attention are computed");
        };
    }

    /** Whether the key is one of the family's own. */
    boolean knows(String key) {
        return family.has(key);
    }
}
