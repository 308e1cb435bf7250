package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReasoningTest {
    private static final Pattern STEP = Pattern.compile("(Wait, |잠깐, )?(\\d+) ([+-]) (\\d+) = (\\d+)");

    private final Reasoning reasoning = new Reasoning(World.of(1));

    private List<Exercise> thoughts(int count) {
        return LongStream.range(0, count)
                .mapToObj(number -> reasoning.thought(Split.TRAIN, number))
                .toList();
    }

    @Test
    void aThoughtCalculatesStepByStepAndMayCorrectItself() {
        assertThat(thoughts(2)).extracting(Exercise::answer).containsExactly("""
                <think>
                74 + 12 = 86
                86 - 6 = 81
                Wait, 86 - 6 = 80
                </think>
                80""", """
                <think>
                32 + 14 = 47
                잠깐, 32 + 14 = 46
                46 - 8 = 28
                잠깐, 46 - 8 = 38
                </think>
                38""");
    }

    @Test
    void theSameCalculationIsAnsweredWithTheSameResult() {
        for (int number = 0; number < 500; number++) {
            Exercise direct = reasoning.at(Split.TRAIN, number);
            Exercise thought = reasoning.thought(Split.TRAIN, number);
            assertThat(thought.prompt()).isEqualTo(direct.prompt());
            assertThat(thought.answer()).startsWith("<think>\n").endsWith("\n</think>\n" + direct.answer());
        }
    }

    @Test
    void everyWrongStepIsCorrectedInTheNextLineAndNothingElseIs() {
        int steps = 0;
        int slips = 0;
        for (Exercise thought : thoughts(1000)) {
            boolean wrong = false;
            String result = "";
            for (String line : thought.answer().lines().toList()) {
                Matcher step = STEP.matcher(line);
                if (!step.matches()) {
                    continue;
                }
                assertThat(step.group(1) != null).isEqualTo(wrong);
                wrong = sum(step).result() != Integer.parseInt(step.group(5));
                result = step.group(5);
                steps += wrong ? 0 : 1;
                slips += wrong ? 1 : 0;
            }
            assertThat(wrong).isFalse();
            assertThat(thought.answer()).endsWith("\n" + result);
        }
        assertThat(steps).isEqualTo(2000);
        assertThat(slips / 2000.0).isBetween(0.173, 0.227); // a fifth, within three standard errors
    }

    @Test
    void aCheckLeadsElsewhereExactlyWhereTheStepIsWrong() {
        int checked = 0;
        for (int number = 0; number < 1000; number++) {
            Exercise exercise = reasoning.checked(Split.TRAIN, number).orElse(null);
            if (exercise == null) {
                continue;
            }
            checked++;
            List<String> lines = exercise.answer().lines().toList();
            for (int at = 1; at + 2 < lines.size(); at += 2) {
                Matcher step = STEP.matcher(lines.get(at));
                Matcher check = STEP.matcher(lines.get(at + 1));
                assertThat(step.matches() && check.matches()).isTrue();
                assertThat(sum(check).toString()).isEqualTo(check.group());
                assertThat(check.group(2)).isEqualTo(step.group(5));
                assertThat(check.group(5).equals(step.group(2)))
                        .isEqualTo(sum(step).result() == Integer.parseInt(step.group(5)))
                        .isNotEqualTo(lines.get(at + 2).matches("(Wait|잠깐), .*"));
            }
            assertThat(exercise.answer())
                    .endsWith("\n</think>\n" + reasoning.at(Split.TRAIN, number).answer());
        }
        assertThat(checked).isGreaterThan(500);
    }

    private static Sum sum(Matcher step) {
        return new Sum(Integer.parseInt(step.group(2)), step.group(3).charAt(0), Integer.parseInt(step.group(4)));
    }
}
