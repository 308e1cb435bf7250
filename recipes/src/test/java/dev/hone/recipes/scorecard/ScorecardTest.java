package dev.hone.recipes.scorecard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.recipes.evaluate.Accuracy;
import dev.hone.recipes.evaluate.Cases;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.TextLoss;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorecardTest {
    private static final EvaluationTask SUMS = Cases.of(Path.of("sums.jsonl"));
    private static final EvaluationTask GENERAL = TextLoss.of(Path.of("general.jsonl"));

    @TempDir
    private Path folder;

    /** 3 of 4 are 75 %; a loss of 0 is a perplexity of 1. */
    @Test
    void resultsComeBackFromTheirFile() {
        Scorecard card = Scorecard.open(folder.resolve("pipeline.json"), List.of(SUMS, GENERAL));
        card.put("sft", Scorecard.BASE, SUMS, new Accuracy(3, 4), "a");
        card.put("sft", Scorecard.BASE, GENERAL, new TextLoss.Perplexity(0, 7), "b");

        Scorecard again = Scorecard.open(folder.resolve("pipeline.json"), List.of(SUMS, GENERAL));
        assertThat(again.result("sft", SUMS)).contains(new Accuracy(3, 4));
        assertThat(again.result("sft", GENERAL)).contains(new TextLoss.Perplexity(0, 7));
        assertThat(again.has("sft", SUMS, "a")).isTrue();
        assertThat(again.has("sft", SUMS, "other inputs")).isFalse();
        assertThat(again.result("base", SUMS)).isEmpty();
        assertThat(again.result("sft", SUMS).orElseThrow().sentence(new Accuracy(1, 4)))
                .startsWith("75.0 % of 4 right")
                .endsWith("+50.0 points");
    }

    @Test
    void aResultIsKeptWhileItsTaskIsNotAskedFor() {
        Scorecard.open(folder.resolve("pipeline.json"), List.of(SUMS)).put("sft", null, SUMS, new Accuracy(3, 4), "a");
        Scorecard.open(folder.resolve("pipeline.json"), List.of()).put("draw", JsonNodeFactory.instance.objectNode());
        assertThat(Scorecard.open(folder.resolve("pipeline.json"), List.of(SUMS))
                        .result("sft", SUMS))
                .contains(new Accuracy(3, 4));
    }

    @Test
    void aTitleThatNowNamesAnotherKindOfTaskHasNoResult() {
        Scorecard.open(folder.resolve("pipeline.json"), List.of(SUMS)).put("sft", null, SUMS, new Accuracy(3, 4), "a");
        EvaluationTask texts = TextLoss.of(Path.of("sums.jsonl"));
        assertThat(Scorecard.open(folder.resolve("pipeline.json"), List.of(texts))
                        .result("sft", texts))
                .isEmpty();
    }
}
