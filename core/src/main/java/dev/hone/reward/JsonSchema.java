package dev.hone.reward;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema of draft 4, 6, 7, 2019-09 or 2020-12, as its {@code $schema} says; without one it is of 2020-12.
 *
 * <p>Schemas come with data, so they are not trusted: a {@code $ref} leads to a place in the schema itself or to a draft's own
 * schema and never to a file or the network, the work of patterns is bounded ({@link BoundedPattern}), and a schema that
 * leads back to itself without end is found out. Immutable.
 */
final class JsonSchema {
    /** Deeper values are not taken for JSON, so that only a schema can exhaust the stack. */
    private static final int DEEPEST = 100;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .failFast(true)
            .preloadSchema(true) // a reference to nowhere and a pattern that is none are found at once
            .regularExpressionFactory(BoundedPattern::new)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
    }

    private final Schema schema;

    private JsonSchema(Schema schema) {
        this.schema = schema;
    }

    /** Reads a schema; {@link IllegalArgumentException} saying what is wrong with it. */
    static JsonSchema of(String text) {
        JsonNode source = read(text);
        SpecificationVersion version = version(source);
        try {
            SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                    version,
                    registered -> registered
                            .schemaRegistryConfig(CONFIG)
                            .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                    .allow(address -> isOfADraft(address.toString()))));
            List<Error> faults = registry.getSchema(SchemaLocation.of(version.getDialectId()))
                    .validate(source);
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException("the schema is not one of JSON Schema: " + faults.get(0));
            }
            Schema schema = registry.getSchema(source);
            schema.initializeValidators();
            return new JsonSchema(schema);
        } catch (SchemaException e) {
            throw unusable(e);
        }
    }

    private static JsonNode read(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the schema is empty; write true to accept all JSON");
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the schema is not JSON" + where(e.getLocation(), firstLine(e.getOriginalMessage())), e);
        }
    }

    /** What is nested too deeply has no place. */
    private static String where(@Nullable JsonLocation place, String reason) {
        return place == null
                ? ", or is nested deeper than " + DEEPEST + " levels (" + reason + ")"
                : " (line %d, column %d: %s)".formatted(place.getLineNr(), place.getColumnNr(), reason);
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }

    private static SpecificationVersion version(JsonNode source) {
        if (!source.has("$schema")) {
            return SpecificationVersion.DRAFT_2020_12;
        }
        String named = source.get("$schema").asText();
        return SpecificationVersion.fromDialectId(named)
                .orElseThrow(() -> new IllegalArgumentException("the schema's $schema (" + named
                        + ") must be one of JSON Schema's own, such as "
                        + SpecificationVersion.DRAFT_2020_12.getDialectId()));
    }

    private static boolean isOfADraft(String address) {
        return address.startsWith("https://json-schema.org/draft/")
                || address.startsWith("http://json-schema.org/draft-");
    }

    private static IllegalArgumentException unusable(SchemaException e) {
        return new IllegalArgumentException("the schema cannot be used: " + firstLine(e.getMessage()), e);
    }

    /**
     * Whether a text is one JSON value, with nothing around it, that the schema accepts.
     *
     * @throws IllegalArgumentException if the schema has no end, or a pattern of it takes too long
     */
    boolean accepts(String text) {
        Optional<JsonNode> value = parse(text);
        try {
            return value.isPresent() && schema.validate(value.get()).isEmpty();
        } catch (NumberFormatException e) {
            return false; // a number beyond the range of double, such as 1e999
        } catch (SchemaException e) {
            throw unusable(e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "the schema cannot be used: a $ref of it leads back to itself without end", e);
        }
    }

    /** One JSON value; an empty text is none. */
    private static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
