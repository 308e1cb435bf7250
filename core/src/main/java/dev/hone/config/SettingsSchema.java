package dev.hone.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON Schema (draft 2020-12) of the files that {@link Settings#bind} accepts for a type, for editors to complete and check
 * them by. It follows from the same records and annotations: unknown keys are refused, a plain value may stand where {@link
 * FromScalar} says so, and {@link Default}s are shown.
 *
 * <p>It accepts every file that can be bound. It does not know what constructors refuse (a rank of −1), nor what a factory
 * makes of text, so some files that it accepts are refused later.
 */
public final class SettingsSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Set<String> given;
    private final boolean partial;

    private SettingsSchema(Set<String> given, boolean partial) {
        this.given = given;
        this.partial = partial;
    }

    /**
     * The schema of a whole file.
     *
     * @param given full keys that have a default of the caller's ({@link Settings#orElse}), so that a file may leave them out
     */
    public static ObjectNode of(Class<?> type, String... given) {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.setAll(new SettingsSchema(Set.of(given), false).type(type, ""));
        return schema;
    }

    /** The schema of a part of such a file, which may leave out any key: settings to be laid over others. */
    public static ObjectNode partOf(Class<?> type) {
        return new SettingsSchema(Set.of(), true).type(type, "");
    }

    private ObjectNode type(Type type, String path) {
        Class<?> raw = RecordShape.raw(type);
        if (raw == Optional.class) {
            return orNull(type(RecordShape.argument(type), path));
        } else if (raw == List.class) {
            ObjectNode item = type(RecordShape.argument(type), path);
            ObjectNode list = ofType("array");
            list.set("items", item);
            return anyOf(List.of(list, item)); // one item may stand without brackets
        } else if (raw == Map.class) {
            ObjectNode map = ofType("object");
            map.set("additionalProperties", type(RecordShape.argument(type), path));
            return orNull(map);
        } else if (raw == Settings.class) {
            return ofType("object");
        } else if (Scalars.knows(raw)) {
            return scalar(raw, "string", "number", "boolean");
        }
        List<ObjectNode> forms = new ArrayList<>(fromScalars(raw));
        if (raw.isAnnotationPresent(OneOf.class)) {
            forms.addAll(cases(raw, path, forms.isEmpty()));
        } else {
            forms.add(record(raw, path));
        }
        boolean isFile = path.isEmpty(); // a whole file is there, even where it may be empty
        return isFile || isRequired(raw, path) ? anyOf(forms) : orNull(anyOf(forms));
    }

    /** A form for each factory. Where one takes numbers or truth values, those are not meant as text. */
    private static List<ObjectNode> fromScalars(Class<?> type) {
        List<Class<?>> parameters = RecordShape.marked(type, FromScalar.class).stream()
                .map(Method::getParameterTypes)
                .map(types -> types[0])
                .toList();
        String[] text = parameters.size() == 1 ? new String[] {"string", "number", "boolean"} : new String[] {"string"};
        List<ObjectNode> forms = new ArrayList<>();
        parameters.forEach(parameter -> forms.add(scalar(parameter, text)));
        return forms;
    }

    private static ObjectNode scalar(Class<?> type, String... text) {
        if (type.isEnum()) {
            return oneOf(Arrays.stream(type.getEnumConstants())
                    .map(constant -> Key.kebab(((Enum<?>) constant).name()))
                    .toList());
        } else if (type == Duration.class) {
            ObjectNode duration = ofType("string");
            duration.put("pattern", "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$");
            duration.put("minLength", 1);
            return duration;
        }
        return switch (type.getSimpleName()) {
            case "boolean", "Boolean" -> ofType("boolean");
            case "int", "Integer", "long", "Long" -> ofType("integer");
            case "float", "Float", "double", "Double" -> ofType("number");
            default -> ofType(text);
        };
    }

    /** A form for each record of a {@link OneOf} interface, and their names alone where no factory takes them. */
    private List<ObjectNode> cases(Class<?> type, String path, boolean names) {
        List<ObjectNode> forms = new ArrayList<>();
        OneOf choice = type.getAnnotation(OneOf.class);
        Map<String, Class<?>> cases = RecordShape.cases(type);
        if (names) {
            forms.add(oneOf(cases.entrySet().stream()
                    .filter(one -> !isRequired(one.getValue(), path))
                    .map(Map.Entry::getKey)
                    .toList()));
        }
        cases.forEach((name, one) -> {
            ObjectNode form = record(one, path);
            ObjectNode properties = JSON.objectNode();
            properties.set(choice.value(), JSON.objectNode().put("const", name));
            properties.setAll((ObjectNode) form.path("properties"));
            form.set("properties", properties);
            Kind kind = one.getAnnotation(Kind.class);
            if (kind != null && !kind.whenKey().isEmpty()) {
                require(form, kind.whenKey());
            } else if (choice.otherwise() != one && !partial) {
                require(form, choice.value());
            }
            forms.add(form);
        });
        return forms;
    }

    private ObjectNode record(Class<?> type, String path) {
        ObjectNode record = ofType("object");
        ObjectNode properties = record.putObject("properties");
        record.put("additionalProperties", false);
        fill(record, properties, type, path);
        exclude(record, RecordShape.of(type));
        return record;
    }

    private void fill(ObjectNode record, ObjectNode properties, Class<?> type, String path) {
        boolean hasDefaults = RecordShape.defaults(type) != null;
        RecordShape.of(type).components().forEach((key, component) -> {
            if (RecordShape.isFlattened(component)) {
                fill(record, properties, component.getType(), path);
                return;
            } else if (RecordShape.isBeside(component.getType())) {
                beside(record, properties, component.getType(), key, path);
                return;
            }
            ObjectNode property = type(component.getGenericType(), Key.join(path, key));
            property = RecordShape.nullable(component) ? orNull(property) : property;
            Default text = component.getAnnotation(Default.class);
            if (text != null) {
                property.set("default", value(text.value()));
            }
            properties.set(key, property);
            if (!hasDefaults && isRequired(component, key, path)) {
                require(record, key);
            }
        });
    }

    /** A key that names one of several records, whose settings stand beside it under that name. */
    private void beside(ObjectNode record, ObjectNode properties, Class<?> type, String key, String path) {
        Map<String, Class<?>> cases = RecordShape.cases(type);
        Class<?> otherwise = type.getAnnotation(OneOf.class).otherwise();
        properties.set(key, oneOf(List.copyOf(cases.keySet())));
        if (otherwise == OneOf.class && !partial) {
            require(record, key);
        }
        cases.forEach((name, one) -> {
            properties.set(name, type(one, Key.join(path, name)));
            ObjectNode chosen = JSON.objectNode();
            chosen.putObject("properties").putObject(key).put("const", name);
            if (otherwise != one && !partial) {
                require(chosen, key);
            }
            record.withObject("/dependentSchemas").set(name, chosen);
            if (isRequired(one, Key.join(path, name))) {
                ObjectNode rule = record.withArray("allOf").addObject();
                rule.set("if", chosen.deepCopy());
                rule.set("then", require(JSON.objectNode(), name));
            }
        });
    }

    /** Of alternatives at most one is written. */
    private static void exclude(ObjectNode record, RecordShape shape) {
        Map<String, List<String>> alternatives = new LinkedHashMap<>();
        shape.settings().forEach((key, component) -> {
            Alternative alternative = component.getAnnotation(Alternative.class);
            if (alternative != null) {
                alternatives
                        .computeIfAbsent(alternative.value(), name -> new ArrayList<>())
                        .add(key);
            }
        });
        for (List<String> keys : alternatives.values()) {
            for (int i = 0; i < keys.size(); i++) {
                for (String other : keys.subList(i + 1, keys.size())) {
                    ObjectNode both = record.withArray("allOf").addObject().putObject("not");
                    for (String key : List.of(keys.get(i), other)) {
                        require(both, key);
                        both.withObject("/properties")
                                .putObject(key)
                                .putObject("not")
                                .put("type", "null");
                    }
                }
            }
        }
    }

    private boolean isRequired(RecordComponent component, String key, String path) {
        Class<?> type = component.getType();
        String full = RecordShape.isFlattened(component) ? path : Key.join(path, key);
        if (partial
                || given.contains(full)
                || component.isAnnotationPresent(Default.class)
                || RecordShape.nullable(component)
                || type == Optional.class) {
            return false;
        }
        return !type.isRecord() && !type.isAnnotationPresent(OneOf.class) || isRequired(type, full);
    }

    /** Whether settings of the type cannot be left out altogether. */
    private boolean isRequired(Class<?> type, String path) {
        if (type.isAnnotationPresent(OneOf.class)) {
            Class<?> otherwise = type.getAnnotation(OneOf.class).otherwise();
            return !partial && (otherwise == OneOf.class || !RecordShape.isBeside(type) && isRequired(otherwise, path));
        }
        return RecordShape.defaults(type) == null
                && RecordShape.of(type).components().entrySet().stream()
                        .anyMatch(one -> isRequired(one.getValue(), one.getKey(), path));
    }

    /** A default as the file would have it. */
    private static JsonNode value(String yaml) {
        Node node = new YamlParser(line -> Origin.DEFAULT, new ArrayList<>()).parse(yaml);
        return node == null ? JSON.nullNode() : value(node);
    }

    private static JsonNode value(Node node) {
        if (node instanceof Node.Mapping group) {
            ObjectNode object = JSON.objectNode();
            group.entries().forEach((key, entry) -> object.set(key, value(entry)));
            return object;
        } else if (node instanceof Node.Sequence list) {
            ArrayNode array = JSON.arrayNode();
            list.items().forEach(item -> array.add(value(item)));
            return array;
        }
        Node.Scalar scalar = (Node.Scalar) node;
        String text = scalar.text();
        if (scalar.quoted()) {
            return JSON.textNode(text);
        } else if (text.equals("true") || text.equals("false")) {
            return JSON.booleanNode(text.equals("true"));
        }
        try {
            return JSON.numberNode(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return JSON.textNode(text);
        }
    }

    private static ObjectNode ofType(String... types) {
        ObjectNode schema = JSON.objectNode();
        if (types.length == 1) {
            return schema.put("type", types[0]);
        }
        ArrayNode several = schema.putArray("type");
        Arrays.stream(types).forEach(several::add);
        return schema;
    }

    private static ObjectNode oneOf(List<String> words) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode values = schema.putArray("enum");
        words.forEach(values::add);
        return schema;
    }

    private static ObjectNode orNull(ObjectNode schema) {
        return anyOf(List.of(schema, ofType("null")));
    }

    /** One of the forms; those that are choices themselves are taken apart. */
    private static ObjectNode anyOf(List<ObjectNode> forms) {
        if (forms.size() == 1) {
            return forms.get(0);
        }
        ObjectNode schema = JSON.objectNode();
        ArrayNode all = schema.putArray("anyOf");
        for (ObjectNode form : forms) {
            if (form.size() == 1 && form.has("anyOf")) {
                form.get("anyOf").forEach(inner -> addOnce(all, inner));
            } else {
                addOnce(all, form);
            }
        }
        return schema;
    }

    private static void addOnce(ArrayNode all, JsonNode form) {
        for (JsonNode known : all) {
            if (known.equals(form)) {
                return;
            }
        }
        all.add(form);
    }

    private static ObjectNode require(ObjectNode schema, String key) {
        ArrayNode required = schema.withArray("required");
        for (JsonNode known : required) {
            if (known.asText().equals(key)) {
                return schema;
            }
        }
        required.add(key);
        return schema;
    }
}
