package dev.hone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.Require;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final List<String> KEYS = List.of("learning-rate", "epochs", "steps", "seed", "max-tokens");

    @Test
    void aSlipFindsTheWordThatWasMeant() {
        assertThat(Spelling.nearest("learning-rte", KEYS)).contains("learning-rate");
        assertThat(Spelling.nearest("maxTokens", KEYS)).contains("max-tokens");
        assertThat(Spelling.nearest("LEARNING_RATE", KEYS)).contains("learning-rate");
        assertThat(Spelling.nearest("seeds", KEYS)).contains("seed");
    }

    @Test
    void anotherWordFindsNothing() {
        assertThat(Spelling.nearest("banana", KEYS)).isEmpty();
        assertThat(Spelling.nearest("", KEYS)).isEmpty();
        assertThat(Spelling.nearest("x".repeat(100_000), KEYS)).isEmpty();
    }

    /** kitten → sitten → sittin → sitting; ab → ba is one swap. */
    @Test
    void distanceCountsLettersAndSwaps() {
        assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Spelling.distance("ab", "ba")).isEqualTo(1);
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
        assertThat(Spelling.distance("same", "same")).isZero();
    }

    @Test
    void aRequirementThatFailsThrowsItsMessage() {
        Require.require(true, "never read");
        assertThatThrownBy(() -> Require.require(false, "rank (%d) must be below %.1f", -1, 2.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rank (-1) must be below 2.5");
    }
}
