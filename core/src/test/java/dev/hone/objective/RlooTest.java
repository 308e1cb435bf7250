package dev.hone.objective;

import static dev.hone.objective.CompletionFixture.batch;
import static dev.hone.objective.CompletionFixture.onPolicy;
import static dev.hone.objective.CompletionFixture.secondIsMasked;
import static dev.hone.objective.CompletionFixture.taken;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.tensor.Scope;
import org.junit.jupiter.api.Test;

class RlooTest {
    private static final Rloo RLOO = new Rloo(0.2, 0.2);

    /** ρ is e^.4 in the first row, which counts as 1.2, and e^.2 in the second; numbers from TRL. */
    @Test
    void aRowsRatioIsTheProductOfItsTokens() {
        try (Scope scope = Scope.open()) {
            CompletionFixture.Taken taken = taken(RLOO, batch());
            taken.requireLoss(-.2946494);
            taken.requireGradient(0, 0, 0, .3053507, .3053507);
            taken.requireMeasure("clip/high", .6);
            taken.requireMeasure("clip/low", 0);
        }
    }

    /** −A over two rows, on every token of a row alike however many it has. */
    @Test
    void onPolicyEachTokenOfARowHasItsAdvantage() {
        try (Scope scope = Scope.open()) {
            CompletionFixture.Taken taken = taken(RLOO, onPolicy());
            taken.requireLoss(-.25);
            taken.requireGradient(-.5, -.5, -.5, .25, .25);
        }
    }

    @Test
    void aMaskedRowIsStillARow() {
        try (Scope scope = Scope.open()) {
            taken(RLOO, secondIsMasked()).requireLoss(-.6);
        }
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> new Rloo(-.1, .2)).hasMessageContaining("low (-0.1)");
        assertThatThrownBy(() -> new Rloo(.2, -1)).hasMessageContaining("high (-1.0)");
    }
}
