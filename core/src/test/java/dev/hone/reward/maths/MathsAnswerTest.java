package dev.hone.reward.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MathsAnswerTest {
    static Stream<String> pairs() {
        return RightAnswers.lines("pairs.txt").stream().filter(line -> !line.startsWith("#"));
    }

    /** Pairs on which judges of mathematics go wrong, in {@code pairs.txt}. */
    @ParameterizedTest
    @MethodSource("pairs")
    void hardPairsAreToldApart(String pair) {
        String[] columns = pair.split(" \\| ?", 3);
        assertThat(MathsAnswer.read(columns[1]).isSaidBy(MathsAnswer.read(columns[2])))
                .isEqualTo(columns[0].equals("="));
    }

    @Test
    void formsOfRightAnswersAreAccepted() {
        List<String> refused = new ArrayList<>();
        int forms = 0;
        for (RightAnswers one : RightAnswers.all()) {
            for (String form : one.forms()) {
                forms++;
                if (!accepts(one.answer(), form)) {
                    refused.add(one.answer() + " not by " + form);
                }
            }
        }
        assertThat(forms).isGreaterThan(400);
        assertThat(refused).isEmpty();
    }

    @Test
    void formsOfOtherAnswersAreRefused() {
        List<RightAnswers> all = RightAnswers.all();
        List<String> accepted = new ArrayList<>();
        int pairs = 0;
        for (RightAnswers one : all) {
            for (RightAnswers other : all) {
                for (String form : one == other ? List.<String>of() : other.forms()) {
                    pairs++;
                    if (accepts(one.answer(), form)) {
                        accepted.add(one.answer() + " by " + form);
                    }
                }
            }
        }
        assertThat(pairs).isGreaterThan(20_000);
        assertThat(accepted).isEmpty();
    }

    /** Off by one, with the other sign, a tenth off, upside down, ends or components swapped, brackets changed, one left out. */
    @Test
    void answersWithOneMistakeAreRefused() {
        List<String> accepted = new ArrayList<>();
        int wrong = 0;
        for (RightAnswers one : RightAnswers.all()) {
            for (String mistake : Mistakes.in(one.answer())) {
                wrong++;
                if (accepts(one.answer(), "\\boxed{" + mistake + "}")) {
                    accepted.add(one.answer() + " by " + mistake);
                }
            }
        }
        assertThat(wrong).isGreaterThan(150);
        assertThat(accepted).isEmpty();
    }

    /** The cases of the format's own description: GSM8K's marker, braces that nest, an unfinished thought. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#### 1,234 | 1,234",
                "The answer is $18. | $18",
                "#### -7.50 dollars | -7.50 dollars",
                "so \\boxed{\\frac{1}{2}} and then \\boxed{x^{2}+1} | x^{2}+1",
                "$\\boxed 5$ | 5",
                "<think>5</think> 6 | 6",
                "<think>\\boxed{5}</think><answer>6</answer> | 6",
                "\\boxed{3} <answer>4</answer> | 4",
                "<answer>4</answer> \\boxed{3} | 3",
                "<answer>The sum is \\boxed{4}.</answer> | 4",
                "<answer>7 | 7",
                "3 apples and 4 pears make 7 fruits. | 7",
                "She pays $5 and then $7. | $7",
                "Thus $x=3$, so 5 of 10 is wrong, and $y = \\frac{1}{4}$ | y = \\frac{1}{4}",
                "The answer is 5, since 2 + 3 = 5 and not 6. | 5",
                "The answer is $\\frac{3}{4}$, not 7. | \\frac{3}{4}",
                "The total is 18 and 13 dollars. | 13",
                "The answer is either 72 or 45. | either 72 or 45",
                "It is 6\\sqrt{2}, I think. | 6\\sqrt{2}",
                "정답은 \\text{ellipse}입니다. | \\text{ellipse}",
                "정답은 12입니다. | 12",
                "(\\text{E}) | (\\text{E})",
                "Put it in \\boxed{}: \\boxed{9} as \\boxed{} asks. | 9",
            })
    void theFinalAnswerIsFound(String completion, String answer) {
        assertThat(MathsAnswer.ofCompletion(completion)).map(MathsAnswer::text).contains(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"<think>So \\boxed{5}", "<think>a</think><think>\\boxed{5}", "'' ", "\\boxed{\\frac{1}{2}"})
    void thereIsNoAnswerInAnUnfinishedCompletion(String completion) {
        assertThat(MathsAnswer.ofCompletion(completion)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.50 | \\frac{1}{2} | true",
                "x = 1,200 | 1200 | true",
                "3, 1, 2 | \\{1,2,3\\} | true",
                "\\text{Even} | even | true",
                "(1, 2) | \\left(1,2\\right) | true",
                "1 | 2 | false",
                "(1,2) | (2,1) | false",
            })
    void answersThatSayTheSameShareAKey(String one, String other, boolean shared) {
        assertThat(MathsAnswer.read(one).key().equals(MathsAnswer.read(other).key()))
                .isEqualTo(shared);
    }

    static boolean accepts(String answer, String completion) {
        MathsAnswer right = MathsAnswer.ofReference(answer);
        assertThat(right.problem()).isEmpty();
        return MathsAnswer.ofCompletion(completion).filter(right::isSaidBy).isPresent();
    }
}
