package dev.hone.rollout.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalculatorTest {
    private static final Task TASK = new Task(0, List.of(), JsonNodeFactory.instance.objectNode());

    private static List<String> replies(String turn) {
        List<Message> replies =
                new Calculator().replies(TASK, List.of(Message.user("earlier"), Message.assistant(turn)));
        assertThat(replies).allMatch(reply -> reply.role() == Message.Role.TOOL);
        return replies.stream().map(Message::content).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12*7 | 84",
                "2 + 3 * 4 | 14",
                "(2 + 3) * -4 | -20",
                "10 - 3 - 2 | 5",
                "0.1 + 0.2 | 0.3",
                "1/3 | 0.333333333333",
                "12 ÷ 4 × 2 | 6",
                "1000000007 * 1000000009 | 1000000016000000063",
                "5 / 0 | error: division by zero",
                "2 ** 3 | error: numbers with + - * / ( ) were expected",
                "(1 | error: numbers with + - * / ( ) were expected",
                "seven | error: numbers with + - * / ( ) were expected"
            })
    void sumsAreWorkedOut(String expression, String result) {
        assertThat(replies("I ask: <calc>" + expression + "</calc>")).containsExactly(result);
    }

    @Test
    void callsInJsonAreAnsweredAsWell() {
        assertThat(
                        replies(
                                "<tool_call>\n{\"name\": \"calculator\", \"arguments\": {\"expression\": \"6*7\"}}\n</tool_call>"))
                .containsExactly("42");
        assertThat(replies("<tool_call>{\"name\": \"search\", \"arguments\": {}}</tool_call>"))
                .containsExactly("error: there is no function \"search\"; there is calculator");
        assertThat(replies("<tool_call>{</tool_call>")).containsExactly("error: the call is no JSON");
    }

    @Test
    void whatCallsNothingIsDone() {
        assertThat(replies("The answer is 84.")).isEmpty();
        assertThat(replies("<calc>12*7")).isEmpty();
    }

    @Test
    void hostileTextIsAnsweredAtOnce() {
        assertThat(replies("<calc>" + "(".repeat(100_000) + "</calc>"))
                .containsExactly("error: longer than 200 characters");
        assertThat(replies("<calc>" + "-".repeat(199) + "1</calc>")).containsExactly("-1");
        assertThat(replies("<calc>1</calc>".repeat(1000))).hasSize(8);
    }
}
