package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShowSchemaTest {
    @ParameterizedTest
    @CsvSource({
        "schema, training",
        "schema run, training",
        "schema pipeline, stages",
        "schema compare, shots",
        "schema evaluate, choices"
    })
    void theSchemaIsPrintedAsJsonAlone(String command, String key) throws IOException {
        StringWriter out = new StringWriter();
        assertThat(Hone.run(command.split(" "), new PrintWriter(out), new PrintWriter(new StringWriter())))
                .isEqualTo(Exit.DONE);
        JsonNode schema = new ObjectMapper().readTree(out.toString());
        assertThat(schema.path("properties").has(key)).isTrue();
    }
}
