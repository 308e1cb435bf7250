package dev.hone.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class SettingsSchemaTest {
    private static final JsonNode SCHEMA = SettingsSchema.of(ExampleSettings.class);

    /** A name and, beside it, settings under that name; and settings whose record has no key of its own. */
    record Shop(
            Pay pay, @Default("3") int tables, @Flattened Tip tip) {}

    record Tip(
            @Alternative("tip") @Nullable Integer cents,
            @Alternative("tip") @Nullable Double share) {}

    @OneOf(beside = true, otherwise = Pay.Cash.class)
    sealed interface Pay {
        record Cash(@Default("true") boolean change) implements Pay {}

        record Card(String number) implements Pay {}
    }

    @Test
    void theExampleIsValid() {
        assertThat(accepts(SCHEMA, ExampleSettings.YAML)).isTrue();
    }

    @Test
    void keysAreTheRecordsOwnWithTheirDefaults() {
        JsonNode data = SCHEMA.at("/properties/data");
        assertThat(data.at("/properties/max-tokens")).hasToString("{\"type\":\"integer\",\"default\":1024}");
        assertThat(data.at("/properties/shuffle")).hasToString("{\"type\":\"boolean\",\"default\":true}");
        assertThat(data.get("additionalProperties").asBoolean(true)).isFalse();
        assertThat(data.get("required")).hasToString("[\"train\"]");
    }

    @Test
    void enumsAreTheirWords() {
        assertThat(SCHEMA.at("/properties/method")).hasToString("{\"enum\":[\"sft\",\"dpo\",\"roll-out\"]}");
    }

    /** A training whose record has defaults of its own may be left out; a map of weights has none. */
    @Test
    void whatHasNoDefaultIsRequired() {
        assertThat(SCHEMA.get("required")).hasToString("[\"method\",\"model\",\"output\",\"data\",\"weights\"]");
        assertThat(SettingsSchema.of(ExampleSettings.class, "model").get("required"))
                .hasToString("[\"method\",\"output\",\"data\",\"weights\"]");
        assertThat(SettingsSchema.partOf(ExampleSettings.class).get("required")).isNull();
        assertThat(SettingsSchema.partOf(ExampleSettings.class).at("/properties/data/anyOf/0/required"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train.jsonl",
                "[train.jsonl, {path: other.jsonl}]",
                "{path: other.jsonl, weight: 2}",
            })
    void oneOrManyPlainOrWrittenOut(String train) {
        assertThat(accepts(SCHEMA, ExampleSettings.YAML.replace("[{path: train.jsonl, weight: 2}]", train)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{tables: 4}",
                "{pay: cash}",
                "{pay: cash, cash: {change: false}}",
                "{cash: {}}",
                "{pay: card, card: {number: 12}}",
                "{cents: 5}",
                "{cents: 5, share: null}"
            })
    void whatMayBeWrittenIsAccepted(String yaml) {
        Settings.parse("shop.yaml", yaml).bind(Shop.class);
        assertThat(accepts(SettingsSchema.of(Shop.class), yaml)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{table: 4}",
                "{tables: four}",
                "{tables: 4.5}",
                "{tables: null}",
                "{pay: gold}",
                "{pay: card}",
                "{pay: card, card: {}}",
                "{pay: cash, card: {number: 1}}",
                "{card: {number: 1}}",
                "{cents: 5, share: 0.1}",
                "[]"
            })
    void whatMayNotBeWrittenIsRefused(String yaml) {
        List<String> problems = new java.util.ArrayList<>();
        try {
            Settings.parse("shop.yaml", yaml).bind(Shop.class);
        } catch (ConfigurationException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        assertThat(problems).hasSize(1);
        assertThat(accepts(SettingsSchema.of(Shop.class), yaml)).isFalse();
    }

    private static boolean accepts(JsonNode schema, String yaml) {
        JsonNode value =
                new ObjectMapper().valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(value)
                .isEmpty();
    }
}
