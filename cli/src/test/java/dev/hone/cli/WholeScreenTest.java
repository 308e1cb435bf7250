package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.recipes.prefer.AnswerPair;
import dev.hone.text.Message;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeScreenTest {
    private static final String CLEAR = "\u001B[H\u001B[J";
    private final StringWriter out = new StringWriter();
    private final WholeScreen screen = new WholeScreen(new PrintWriter(out), () -> new WholeScreen.Size(60, 8));

    /** Eight rows have room for four lines between progress and keys; prompt, rule, titles, a gap and five lines are nine. */
    @Test
    void whatDoesNotFitIsScrolledTo() {
        AnswerPair comparison = new AnswerPair(List.of(Message.user("count")), "1\n2\n3\n4\n5", "one");
        screen.show("0 of 1, 0 ties", comparison);
        assertThat(shown())
                .hasSize(8)
                .startsWith("0 of 1, 0 ties · lines 1–4 of 9, ↑ ↓ for more")
                .contains("count")
                .endsWith("← l left · r right → · space t tie · b back · q quit");
        screen.scroll(JudgingKey.DOWN);
        assertThat(shown().get(0)).contains("lines 3–6 of 9");
        screen.scroll(JudgingKey.DOWN);
        screen.scroll(JudgingKey.DOWN);
        screen.scroll(JudgingKey.DOWN);
        assertThat(shown().get(0)).contains("lines 6–9 of 9");
        assertThat(shown().get(5)).startsWith("5 ");
        screen.scroll(JudgingKey.UP);
        assertThat(shown().get(0)).contains("lines 4–7 of 9");
        screen.finished("1 of 1, 0 ties");
        assertThat(shown()).startsWith("1 of 1, 0 ties: all are judged").hasSize(4);
    }

    /** The lines since the screen was last cleared. */
    private List<String> shown() {
        return out.toString()
                .substring(out.toString().lastIndexOf(CLEAR) + CLEAR.length())
                .lines()
                .toList();
    }
}
