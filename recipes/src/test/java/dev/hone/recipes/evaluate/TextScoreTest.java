package dev.hone.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextScoreTest {
    /** The first log-probability is that of the second token. */
    @Test
    void scoringStartsWithTheCompletion() {
        TextScore score = new TextScore(new int[] {4, 5, 6, 7}, new float[] {-1, -2, -0.5f}, 2);
        assertThat(score.firstScored()).isEqualTo(1);
        assertThat(score.json()).hasToString("{\"completion_from\":2,\"ids\":[4,5,6,7],\"logprobs\":[-1.0,-2.0,-0.5]}");
    }

    @Test
    void withoutAPromptAllButTheFirstTokenAreScored() {
        TextScore score = new TextScore(new int[] {4, 5}, new float[] {-1}, TextScore.NO_PROMPT);
        assertThat(score.firstScored()).isZero();
        assertThat(score.json()).hasToString("{\"ids\":[4,5],\"logprobs\":[-1.0]}");
    }
}
