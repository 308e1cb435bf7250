package dev.hone.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaRewardTest {
    private static final String PERSON =
            "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}, \"age\":"
                    + " {\"type\": \"integer\", \"minimum\": 0}}, \"required\": [\"name\"], \"additionalProperties\": false}";

    @TempDir
    private Path folder;

    private final Reward reward = JsonSchemaReward.inColumn("schema");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"가람\", \"age\": 3}; 1",
                "` {\"name\": \"Ada\"}\n`; 1",
                "{\"name\": 3}; 0",
                "{\"name\": \"Ada\", \"age\": -1}; 0",
                "{\"name\": \"Ada\", \"age\": \"3\"}; 0",
                "{\"age\": 3}; 0",
                "{\"name\": \"Ada\", \"more\": 1}; 0",
                "[\"Ada\"]; 0",
                "{\"name\": \"Ada\"; 0",
                "Ada; 0",
                "``; 0",
                "Here it is: {\"name\": \"Ada\"}; 0",
                "{\"name\": \"Ada\"} I hope this helps; 0",
            })
    void rightIsJsonThatTheSchemaAccepts(String completion, double expected) {
        assertThat(score(PERSON, completion)).isEqualTo(expected);
    }

    @Test
    void aFenceAroundJsonIsTextAroundIt() {
        assertThat(score(PERSON, "```json\n{\"name\": \"Ada\"}\n```")).isZero();
    }

    @Test
    void eachTaskHasItsOwnSchemaAsTextOrAsTheValueItself() throws IOException {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        columns.set("schema", new ObjectMapper().readTree("{\"type\": \"integer\"}"));
        Task integers = new Task(0, List.of(Message.user("?")), columns);
        assertThat(reward.score(integers, RewardTest.reply("3"))).isEqualTo(1);
        assertThat(score("{\"type\": \"string\"}", "3")).isZero();
        assertThat(reward.score(integers, RewardTest.reply("3"))).isEqualTo(1);
        assertThat(score("false", "3")).isZero();
        assertThat(score("true", "3")).isEqualTo(1);
    }

    @Test
    void oneFileMayScoreAllTasks() throws IOException {
        Reward persons = JsonSchemaReward.in(Files.writeString(folder.resolve("person.json"), PERSON));
        assertThat(persons.score(RewardTest.task("x"), RewardTest.reply("{\"name\": \"Ada\"}")))
                .isEqualTo(1);
        assertThat(persons.score(RewardTest.task("y"), RewardTest.reply("{}"))).isZero();
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\n\"type\": }");
        assertThatThrownBy(() -> JsonSchemaReward.in(broken))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("broken.json: the schema is not JSON (line 2, column ");
        assertThatThrownBy(() -> JsonSchemaReward.in(folder.resolve("gone.json")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gone.json: no such file");
    }

    @Test
    void aSchemaOfAnOlderDraftIsReadAsOne() {
        String draft = "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"items\": [{\"type\": \"null\"}],"
                + " \"additionalItems\": false}";
        assertThat(score(draft, "[null]")).isEqualTo(1);
        assertThat(score(draft, "[null, 1]")).isZero();
    }

    @Test
    void referencesLeadToPlacesInTheSchemaItself() {
        String tree =
                "{\"$defs\": {\"tree\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/tree\"}}}, \"$ref\":"
                        + " \"#/$defs/tree\"}";
        assertThat(score(tree, "[[], [[]]]")).isEqualTo(1);
        assertThat(score(tree, "[[], [1]]")).isZero();
        assertThat(score(tree, "[".repeat(100) + "]".repeat(100))).isEqualTo(1);
        assertThat(score(tree, "[".repeat(101) + "]".repeat(101))).isZero();
        assertThat(score("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}", "{\"type\": \"object\"}"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9/x.json",
                "https://json-schema.org/elsewhere",
                "file:///etc/passwd",
                "classpath:draft/2020-12/schema",
                "other.json",
                "#/$defs/none"
            })
    void referencesLeadNowhereElse(String reference) {
        assertUnusable("{\"properties\": {\"a\": {\"$ref\": \"" + reference + "\"}}}", "the schema cannot be used: ");
    }

    @Test
    void aSchemaThatIsNoneIsNamed() {
        assertUnusable("{\"type\": \"strnig\"}", "the schema is not one of JSON Schema: /type: ");
        assertUnusable("[1]", "the schema is not one of JSON Schema");
        assertUnusable(" ", "the schema is empty");
        assertUnusable("{", "the schema is not JSON (line 1");
        assertUnusable("{\"pattern\": \"(\"}", "the schema cannot be used: ");
        assertUnusable(
                "{\"$schema\": \"http://example.org/mine\"}", "$schema (http://example.org/mine) must be one of");
        assertThatThrownBy(() -> reward.score(RewardTest.task("x"), RewardTest.reply("1")))
                .hasMessageContaining("column schema is missing");
    }

    @Test
    void aSchemaWithoutEndIsFoundOut() {
        assertUnusable("{\"$ref\": \"#\"}", "leads back to itself without end");
    }

    /** On n letters a there are 2ⁿ ways to fail, which Java does not remember where there is a back-reference. */
    @Test
    void aPatternThatTakesTooLongIsFoundOut() {
        String schema = "{\"pattern\": \"^(a+)+\\\\1b$\"}";
        assertThat(score(schema, "\"aab\"")).isEqualTo(1);
        assertThat(score(schema, "\"aac\"")).isZero();
        assertThatThrownBy(() -> score(schema, "\"" + "a".repeat(60) + "\""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes too long a search on a text of 60 characters");
        assertThatThrownBy(() -> score("{\"pattern\": \"^(a|b)*$\"}", "\"" + "a".repeat(200_000) + "\""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes too long a search on a text of 200000 characters");
    }

    @Test
    void numbersBeyondAllBoundsAreScoredToo() {
        assertThat(score("{\"multipleOf\": 0.5}", "1e999999999")).isZero();
        assertThat(score("{\"multipleOf\": 0.01}", "0.07")).isEqualTo(1);
    }

    private void assertUnusable(String schema, String message) {
        assertThatThrownBy(() -> score(schema, "{\"a\": 1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private double score(String schema, String completion) {
        ObjectNode columns = JsonNodeFactory.instance.objectNode().put("schema", schema);
        return reward.score(new Task(0, List.of(Message.user("?")), columns), RewardTest.reply(completion));
    }
}
