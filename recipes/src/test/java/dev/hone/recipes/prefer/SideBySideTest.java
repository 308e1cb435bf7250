package dev.hone.recipes.prefer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.report.TextWidth;
import dev.hone.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    /** 23 columns: ten to each side and three between them. 안녕하세요 takes ten. */
    @Test
    void columnsStandStraightUnderThePromptAlsoInKorean() {
        AnswerPair comparison = new AnswerPair(List.of(Message.user("인사해 주세요")), "안녕하세요 반갑습니다", "hello\n\nyou");
        assertThat(SideBySide.lines(comparison, 23))
                .containsExactly(
                        "인사해 주세요",
                        "───────────┬───────────",
                        "left       │ right",
                        "           │",
                        "안녕하세요 │ hello",
                        "반갑습니다 │",
                        "           │ you");
    }

    @Test
    void turnsOfAConversationBeginWithWhoSpeaks() {
        AnswerPair comparison = new AnswerPair(
                List.of(
                        Message.system("be brief"),
                        Message.user("hi"),
                        Message.assistant("yes?"),
                        Message.user("2 + 2")),
                "",
                "4");
        assertThat(SideBySide.lines(comparison, 40))
                .startsWith("system: be brief", "user: hi", "assistant: yes?", "user: 2 + 2")
                .contains("(says nothing)     │ 4");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        String text = "가나다라마바사아자차카타파하 abc defghijklmnopqrstuvwxyz ".repeat(5);
        AnswerPair comparison = new AnswerPair(List.of(Message.user(text)), text, text + "!");
        for (int columns = 19; columns < 90; columns++) {
            int width = columns;
            assertThat(SideBySide.lines(comparison, columns))
                    .allSatisfy(line -> assertThat(TextWidth.of(line)).isLessThanOrEqualTo(width));
        }
    }
}
