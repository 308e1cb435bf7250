package dev.hone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line.replace('\'', '"'));
    }

    @Test
    void theRatioIsThatOfTheMedians() throws IOException {
        List<JsonNode> ours = List.of(
                json("{'tokens_s': 60, 'peak_mb': 4000, 'ready_s': 5, 'losses': [12.13]}"),
                json("{'tokens_s': 90, 'peak_mb': 4000, 'ready_s': 5, 'losses': [12.13]}"),
                json("{'tokens_s': 20, 'peak_mb': 4000, 'ready_s': 5, 'losses': [12.13]}"));
        List<JsonNode> theirs =
                List.of(json("{'useful_tok_s': 20, 'peak_rss_mb': 8000, 'ready_s': 10, 'losses': [12.14]}"));
        ObjectNode compared = new Comparison("sft", ours, theirs).json();
        assertThat(compared.get("ratio").asDouble()).isEqualTo(3);
        assertThat(compared.get("peak_ratio").asDouble()).isEqualTo(0.5);
        assertThat(compared.get("ready_ratio").asDouble()).isEqualTo(0.5);
    }

    @Test
    void otherRowsAreNotCompared() throws IOException {
        List<JsonNode> ours = List.of(json("{'tokens_s': 60, 'losses': [12.13]}"));
        List<JsonNode> theirs = List.of(json("{'useful_tok_s': 20, 'losses': [11.9]}"));
        assertThatThrownBy(() -> new Comparison("sft", ours, theirs).json())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the first loss is 12.13 here and 11.9 there");
    }
}
