package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.Reference;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real trained models against float64 arithmetic on the same weights. */
class StoriesReferenceTest {
    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void logProbabilitiesAndLastLogitsEqualTheReference(String name) {
        JsonNode reference = Reference.json("weights/" + name + "/reference.json");
        LanguageModel model =
                Checkpoint.open(Reference.path("weights/" + name + "/hf")).model(WeightPlacement.frozen(DType.F32));
        assertThat(reference.get("cases").size()).isPositive();
        for (JsonNode c : reference.get("cases")) {
            try (Scope scope = Scope.open()) {
                Batch batch = Batch.of(List.of(Example.ofText(0, Reference.ints(c.get("ids")))));
                float[] scores = model.score(batch, null).logProbabilities().floats();
                for (int i = 0; i < scores.length; i++) {
                    assertThat(-(double) scores[i])
                            .isCloseTo(c.get("nll_per_token").get(i).asDouble(), within(2e-4));
                }
                if (c.has("last_logits")) {
                    float[] logits = model.head()
                            .logits(model.hidden(batch, null).narrow(0, batch.tokenCount() - 1, 1))
                            .floats();
                    for (int i = 0; i < logits.length; i++) {
                        assertThat((double) logits[i])
                                .isCloseTo(c.get("last_logits").get(i).asDouble(), within(5e-4));
                    }
                }
            }
        }
    }
}
