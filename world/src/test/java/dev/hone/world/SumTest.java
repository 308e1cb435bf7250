package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SumTest {
    private final World world = World.of(1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "37|+|45|37 + 45. 7 + 5 = 12, write 2, carry 1. 3 + 4 + 1 = 8, write 8. So 37 + 45 = 82.",
                "64|+|85|64 + 85. 4 + 5 = 9, write 9. 6 + 8 = 14, write 4, carry 1. The carried 1 goes in front."
                        + " So 64 + 85 = 149.",
                "52|-|27|52 - 27. 2 is less than 7, so borrow: 12 - 7 = 5, write 5. One was borrowed, so 5 becomes 4."
                        + " 4 - 2 = 2, write 2. So 52 - 27 = 25.",
                "23|x|4|23 x 4. 20 x 4 = 80. 3 x 4 = 12. 80 + 12 = 92. So 23 x 4 = 92."
            })
    void stepsCarryAndBorrowDigitByDigit(int a, char operator, int b, String expected) {
        Scene scene = new Scene(world, Language.ENGLISH, Split.TRAIN, WorldDraw.from(1));
        assertThat(new Sum(a, operator, b).steps(scene)).isEqualTo(expected);
    }

    @Test
    void koreanStepsSayTheSame() {
        Scene scene = new Scene(world, Language.KOREAN, Split.TRAIN, WorldDraw.from(1));
        assertThat(new Sum(37, '+', 45).steps(scene))
                .isEqualTo("37 + 45. 7 + 5 = 12, 2를 쓰고 1을 올린다. 3 + 4 + 1 = 8, 8을 쓴다. 따라서 37 + 45 = 82다.");
    }

    @Test
    void splitsShareNoCalculationAboveNineAndNoneIsNegative() {
        WorldDraw draw = WorldDraw.from(5);
        Set<String> train = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            Sum sum = Sum.of(draw, Split.TRAIN);
            assertThat(sum.result()).isNotNegative();
            train.add(sum.toString());
        }
        for (int i = 0; i < 5000; i++) {
            Sum sum = Sum.of(draw, Split.HELD_OUT);
            if (Math.max(sum.a(), sum.b()) > 9) {
                assertThat(train).doesNotContain(sum.toString());
            }
        }
    }
}
