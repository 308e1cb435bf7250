package dev.hone.reward.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model writes, there is a verdict at once: no exception, no overflow of the stack and no long computation. */
class HostileAnswersTest {
    /** Generous for a machine that does other work; what is meant is milliseconds. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final List<String> RIGHT = List.of(
            "5",
            "x^2+1",
            "\\{1,2,3\\}",
            "(1,2]",
            "\\text{even}",
            "9^{9^{9^9}}",
            "\\begin{pmatrix} 1 & 2 \\end{pmatrix}",
            "3 \\pm \\sqrt{2}");

    static Stream<String> hostile() {
        return Stream.of(
                "9^{9^{9^9}}",
                "9^9^9^9^9^9",
                "(-9)^{9^{9^{9.5}}}",
                "10^{10^{100}} - 10^{10^{100}}",
                "2^{-2^{2^{2^{2^2}}}}",
                "1000000000!",
                "(((9!)!)!)!",
                "9!!!!!!!!!!!!!!!!!!",
                "\\binom{10^9}{5 \\cdot 10^8}",
                "\\sqrt[10^{50}]{9^{9^9}}",
                "\\sqrt[0]{5}",
                "0^0",
                "0^{-1}",
                "\\log_1 5",
                "\\log_0 0",
                "\\ln(-\\infty)",
                "\\infty - \\infty",
                "\\tan 90^\\circ",
                "1/0",
                "9".repeat(1_999),
                "9".repeat(3_000_000),
                "1e99999",
                "1.5e-99999",
                "0." + "0".repeat(1_900) + "1",
                "(".repeat(100_000),
                "(".repeat(100_000) + "5" + ")".repeat(100_000),
                "(".repeat(900) + "5" + ")".repeat(900),
                "{".repeat(900) + "5" + "}".repeat(900),
                "\\{".repeat(400) + "5" + "\\}".repeat(400),
                "\\frac{".repeat(300) + "5" + "}{2}".repeat(300),
                "\\sqrt".repeat(300) + "2",
                "\\sin ".repeat(400) + "x",
                "-".repeat(1_900) + "5",
                "|".repeat(1_900),
                "2^".repeat(900) + "2",
                "x+".repeat(900) + "x",
                "x*".repeat(900) + "x",
                "\\left(".repeat(200) + "1,2" + "\\right)".repeat(200),
                "\\text{".repeat(300) + "5" + "}".repeat(300),
                "\\boxed{".repeat(300_000) + "5",
                "\\boxed{".repeat(100_000) + "5" + "}".repeat(100_000),
                "\\begin{pmatrix}".repeat(100) + "1" + "\\end{pmatrix}".repeat(100),
                "\\begin{",
                "\\begin{pmatrix} 1 & 2 \\\\ 3 \\end{pmatrix}",
                "1,".repeat(900) + "1",
                "\\{" + "1,".repeat(900) + "1\\}",
                "1\\cup".repeat(300) + "1",
                "1=".repeat(600) + "1",
                "1<".repeat(600) + "1",
                "a:".repeat(600) + "b",
                "1,234".repeat(300),
                "\\",
                "\\\\",
                "^",
                "_",
                "5_",
                "5_{",
                "12_{99}",
                "\\frac",
                "\\frac1",
                "\\sqrt[",
                "}{",
                "$",
                "$$$$$$",
                "\u0000\u0001\u001b[31m5",
                "\ud800 5",
                "5\ufffe",
                "½".repeat(500),
                "∪∪∪∪",
                "±".repeat(60) + "5",
                "\\pm".repeat(300) + "5",
                "%%%%5%%%%",
                "5°°°°°",
                "<think>".repeat(200_000),
                "</think>".repeat(200_000) + "5",
                "<answer>".repeat(200_000) + "5",
                "#### ".repeat(200_000) + "5",
                "the answer is ".repeat(100_000) + "5",
                "$x$ ".repeat(300_000),
                "1 ".repeat(2_000_000),
                "1,111".repeat(400_000),
                "\n".repeat(3_000_000),
                "a".repeat(3_000_000) + "\\boxed{5}" + "b".repeat(3_000_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostileTextIsJudgedAtOnce(String text) {
        judge(text);
        judge("\\boxed{" + text + "}");
    }

    private static void judge(String text) {
        long start = System.nanoTime();
        for (String right : RIGHT) {
            MathsAnswer gold = MathsAnswer.ofReference(right);
            MathsAnswer.ofCompletion(text).ifPresent(answer -> {
                gold.isSaidBy(answer);
                answer.key();
            });
            MathsAnswer.ofReference(text).isSaidBy(gold);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON.multipliedBy(RIGHT.size()));
    }

    /** A right answer that has no value is right where it is written the same, and has no verdict elsewhere. */
    @Test
    void whatIsTooLargeToComputeIsComparedAsText() {
        MathsAnswer tower = MathsAnswer.ofReference("9^{9^{9^9}}");
        assertThat(tower.problem()).contains("its value is not defined or too large");
        assertThat(tower.isSaidBy(MathsAnswer.read("$9^{9^{9^9}}$"))).isTrue();
        assertThat(tower.isSaidBy(MathsAnswer.read("9^{9^{9^8}}"))).isFalse();
        assertThat(MathsAnswer.read("5").isSaidBy(tower)).isFalse();
    }

    /** 20,000 texts put together of what answers are made of, with seed 15; each is judged against another. */
    @Test
    void randomTextIsJudgedAtOnce() {
        List<String> pieces = List.of(
                "0",
                "1",
                "2",
                "3",
                "12",
                "999",
                "0.5",
                ",",
                ", ",
                ";",
                ":",
                ".",
                " ",
                "+",
                "-",
                "*",
                "/",
                "^",
                "_",
                "=",
                "<",
                ">",
                "\\le ",
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                "\\{",
                "\\}",
                "|",
                "!",
                "%",
                "\\%",
                "$",
                "\\$",
                "°",
                "^\\circ",
                "\\frac",
                "\\frac{1}{2}",
                "\\sqrt",
                "\\sqrt{2}",
                "\\sqrt[3]",
                "x",
                "y",
                "i",
                "e",
                "\\pi",
                "\\infty",
                "\\sin",
                "\\cos ",
                "\\log",
                "\\ln",
                "\\pm",
                "\\mp",
                "\\cup ",
                "\\in ",
                "\\setminus ",
                "\\text{cm}",
                "\\text{ and }",
                "\\text{",
                "\\left(",
                "\\right]",
                "\\begin{pmatrix}",
                "\\end{pmatrix}",
                "&",
                "\\\\",
                "\\cdot ",
                "\\binom",
                "\\overline{3}",
                "\\lfloor",
                "\\rfloor",
                "\\mathbb{R}",
                "dogs",
                "and",
                "or",
                "seven",
                "√",
                "½",
                "²",
                "∞",
                "\\boxed{",
                "<think>",
                "</think>",
                "<answer>",
                "</answer>",
                "#### ",
                "answer is ",
                "\n",
                "\\",
                "\\foo",
                "9^{9^9}",
                "1e400",
                "\u0007",
                "한");
        SplittableRandom random = new SplittableRandom(15);
        String before = "5";
        List<String> slow = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 12);
            for (int j = 0; j < length; j++) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            String made = text.toString();
            long start = System.nanoTime();
            MathsAnswer right = MathsAnswer.read(made);
            MathsAnswer other = MathsAnswer.read(before);
            boolean same = right.isSaidBy(other);
            assertThat(right.isSaidBy(other))
                    .as("%s by %s, asked again", made, before)
                    .isEqualTo(same);
            MathsAnswer.ofCompletion(made).ifPresent(right::isSaidBy);
            if (!right.text().isEmpty()) {
                assertThat(right.isSaidBy(right)
                                || right.text().isBlank()
                                || right.text().length() > Lexer.MAX_LENGTH
                                || isBare(right.text()))
                        .as(made)
                        .isTrue();
            }
            if (System.nanoTime() - start > SOON.toNanos()) {
                slow.add(made);
            }
            before = made;
        }
        assertThat(slow).isEmpty();
    }

    /** Whether nothing is left of a text without spacing. */
    private static boolean isBare(String text) {
        return text.replaceAll("\\\\[,;:! ]|[$~\\s]|\\\\(?:text|left|right|boxed)", "")
                .isEmpty();
    }
}
