package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.report.ProgressLine.Goal;
import dev.hone.report.ProgressLine.Screen;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringBuilder out = new StringBuilder();
    private Instant now = Instant.EPOCH;

    /** 120 steps and 128,400 tokens in 40 s: 3 steps and 3,210 tokens a second, so 180 steps take another minute. */
    @Test
    void theLineHasShareCountFactsSpeedAndTimeLeft() {
        ProgressLine line = on(Screen.terminal(100), Goal.of("sft", "tok", 300));
        pass(40_000);
        line.report(120, 128_400, "loss 1.234");
        assertThat(out)
                .hasToString(
                        "\rsft  40 % [============>                 ] 120/300  loss 1.234  3,210 tok/s  1:00 left\u001B[K");
    }

    @Test
    void aTerminalIsRedrawnAtMostFiveTimesASecond() {
        ProgressLine line = on(Screen.terminal(80), Goal.of("x", "tok", 1000));
        for (int step = 1; step <= 100; step++) {
            pass(10);
            line.report(step, step, "");
        }
        assertThat(out.chars().filter(c -> c == '\r')).hasSizeBetween(5, 6);
        assertThat(out).doesNotContain("\n");
    }

    @Test
    void elsewhereAPlainLineIsAddedOncePerPeriod() {
        try (ProgressLine line = on(Screen.log(Duration.ofSeconds(10)), Goal.of("x", "tok", 30))) {
            for (int step = 1; step <= 30; step++) {
                pass(1000);
                line.report(step, step * 5L, "");
            }
        }
        assertThat(out.toString().lines().map(l -> l.replaceAll("\\[.*] ", "")))
                .containsExactly(
                        "x   3 % 1/30  5.00 tok/s  0:29 left",
                        "x  36 % 11/30  5.00 tok/s  0:19 left",
                        "x  70 % 21/30  5.00 tok/s  0:09 left",
                        "x 100 % 30/30  5.00 tok/s  in 0:30");
        assertThat(out).doesNotContain("\r").doesNotContain("\u001B");
    }

    @Test
    void noLineIsWiderThanTheScreen() {
        for (int columns = 1; columns < 100; columns++) {
            out.setLength(0);
            ProgressLine line = on(Screen.terminal(columns), Goal.of("한국어 지식 가르치기", "tok", 300));
            pass(1000);
            line.report(100, 1000, "손실 1.234");
            String shown = out.toString().replace("\r", "").replace("\u001B[K", "");
            assertThat(TextWidth.of(shown)).as("%d columns", columns).isLessThan(columns);
        }
    }

    /** 60 columns, then a window of 30: the 59 that are drawn stand on two lines there, and the cursor on the second. */
    @Test
    void aNarrowerWindowLeavesNothingOfTheWiderLine() {
        int[] columns = {60};
        ProgressLine line = on(Screen.terminal(() -> columns[0]), Goal.of("sft", "tok", 300));
        pass(1000);
        line.report(100, 1000, "loss 1.234");
        columns[0] = 30;
        out.setLength(0);
        pass(1000);
        line.report(101, 1001, "loss 1.234");
        assertThat(out.toString()).startsWith("\r\u001B[1A\u001B[Jsft  33 %");
        assertThat(TextWidth.of(out.toString().replaceAll("\r|\u001B\\[[0-9]*[A-Z]", "")))
                .isLessThan(30);
        columns[0] = 100;
        out.setLength(0);
        pass(1000);
        line.report(102, 1002, "loss 1.234");
        assertThat(out.toString()).startsWith("\rsft  34 % [");
        assertThat(TextWidth.of(out.toString().replaceAll("\r|\u001B\\[[0-9]*[A-Z]", "")))
                .isBetween(60, 99);
    }

    @Test
    void theBarGivesWayBeforeTheNumbers() {
        ProgressLine line = on(Screen.terminal(40), Goal.of("x", "tok", 300));
        pass(1000);
        line.report(100, 1000, "loss 1.2");
        assertThat(out).hasToString("\rx  33 % 100/300  loss 1.2  1,000 tok/s…\u001B[K");
    }

    /** Resumed at 200 of 300: 10 steps in 10 s are one a second, whatever was done before. */
    @Test
    void workDoneBeforeCountsForTheBarAndNotForTheRate() {
        ProgressLine line = on(Screen.log(Duration.ZERO), new Goal("x", "tok", 300, 200));
        pass(10_000);
        line.report(210, 50, "");
        assertThat(out.toString()).contains(" 70 % ", "210/300  5.00 tok/s  1:30 left");
    }

    /** After 200 s at ten a second and 200 s at one, e^(-200/30) of the past is left. */
    @Test
    void theRateFollowsAChangeOfSpeed() {
        ProgressLine line = on(Screen.log(Duration.ofHours(9)), Goal.of("x", "row", 0));
        long rows = 0;
        for (int second = 0; second < 400; second++) {
            pass(1000);
            rows += second < 200 ? 10 : 1;
            line.report(second, rows, "");
        }
        line.close();
        assertThat(out.toString().lines().toList().get(1)).matches("x 399  1\\.0[0-3] row/s  in 6:40");
    }

    @Test
    void aMessageIsPrintedAboveTheLine() {
        ProgressLine line = on(Screen.terminal(30), Goal.of("x", "tok", 10));
        line.report(1, 1, "");
        out.setLength(0);
        line.say("saved step-0001");
        assertThat(out.toString()).startsWith("\r\u001B[Ksaved step-0001\n\rx  10 %");
        line.close();
        assertThat(out.toString()).endsWith("in 0:00\u001B[K\n");
        out.setLength(0);
        line.report(2, 2, "");
        line.close();
        assertThat(out).isEmpty();
    }

    @Test
    void factsCannotBreakTheLine() {
        on(Screen.log(Duration.ZERO), Goal.of("x", "tok", 0)).report(1, 0, "a\nb\u001B[2J");
        assertThat(out).hasToString("x 1  a b [2J\n");
    }

    @Test
    void aBrokenOutputSilencesTheLineOnly() {
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                throw new IOException("closed");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        ProgressLine line = new ProgressLine(broken, () -> now, Screen.terminal(80), Goal.of("x", "tok", 10));
        line.report(1, 1, "");
        line.close();
    }

    @Test
    void durationsReadLikeAClock() {
        assertThat(ProgressLine.duration(Duration.ofSeconds(42))).isEqualTo("0:42");
        assertThat(ProgressLine.duration(Duration.ofSeconds(3725))).isEqualTo("1:02:05");
        assertThat(ProgressLine.duration(Duration.ofHours(52))).isEqualTo("2 d 4 h");
        assertThat(ProgressLine.duration(Duration.ofSeconds(-5))).isEqualTo("0:00");
    }

    private ProgressLine on(Screen screen, Goal work) {
        return new ProgressLine(out, () -> now, screen, work);
    }

    private void pass(long millis) {
        now = now.plusMillis(millis);
    }
}
