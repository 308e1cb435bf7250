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

class BaselineComparisonTest {
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
        ObjectNode compared = new BaselineComparison("sft", ours, theirs).json();
        assertThat(compared.get("ratio").asDouble()).isEqualTo(3);
        assertThat(compared.get("peak_ratio").asDouble()).isEqualTo(0.5);
        assertThat(compared.get("ready_ratio").asDouble()).isEqualTo(0.5);
    }

    @Test
    void otherRowsAreNotCompared() throws IOException {
        List<JsonNode> ours = List.of(json("{'tokens_s': 60, 'losses': [12.13]}"));
        List<JsonNode> theirs = List.of(json("{'useful_tok_s': 20, 'losses': [11.9]}"));
        assertThatThrownBy(() -> new BaselineComparison("sft", ours, theirs).json())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the first loss is 12.13 here and 11.9 there");
    }

    /** 40.1 tokens a second over the 2 + 3 seconds behind the first step are 200 or 201 tokens. */
    @Test
    void anotherNumberOfTokensIsNotCompared() throws IOException {
        List<JsonNode> theirs = List.of(json("{'pair_tok_s': 40.1, 'step_s': [9, 2, 3], 'losses': [0.69]}"));
        List<JsonNode> same = List.of(json("{'tokens_s': 60, 'pair_tokens': 200, 'losses': [0.69]}"));
        assertThat(new BaselineComparison("dpo", same, theirs)
                        .json()
                        .get("ratio")
                        .asDouble())
                .isEqualTo(1.5);
        List<JsonNode> more = List.of(json("{'tokens_s': 60, 'pair_tokens': 210, 'losses': [0.69]}"));
        assertThatThrownBy(() -> new BaselineComparison("dpo", more, theirs).json())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the number of tokens is 210 here and 201 there");
    }
}
