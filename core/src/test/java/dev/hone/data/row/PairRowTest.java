package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a pair is its prompt, and what its two answers are. Messages are written "u:text", "a:text" and "s:text". */
class PairRowTest {
    /** TRL's extract_prompt: the longest common beginning. "Hi" is asked; all that follows was preferred or not. */
    @Test
    void sidesThatDifferEarlyAreAnswersFromThereOn() {
        PairRow pair = read(
                "{'chosen': [u:Hi, a:Hello., u:Help?, a:Gladly.], 'rejected': [u:Hi, a:What?, u:Help?, a:Gladly.]}");
        assertSide(pair.chosen(), 1, "u:Hi", "a:Hello.", "u:Help?", "a:Gladly.");
        assertSide(pair.rejected(), 1, "u:Hi", "a:What?", "u:Help?", "a:Gladly.");
    }

    @Test
    void sidesThatDifferLastHaveTheRestAsPrompt() {
        PairRow pair = read("{'chosen': [s:S, u:1, a:2, u:3, a:4], 'rejected': [s:S, u:1, a:2, u:3, a:5]}");
        assertSide(pair.chosen(), 4, "s:S", "u:1", "a:2", "u:3", "a:4");
        assertSide(pair.rejected(), 4, "s:S", "u:1", "a:2", "u:3", "a:5");
    }

    @Test
    void sidesThatGoOnForLongerAreReadAsTheyAre() {
        PairRow longer = read("{'chosen': [u:1, a:2], 'rejected': [u:1, a:2, u:3, a:4]}");
        assertSide(longer.chosen(), 1, "u:1", "a:2");
        assertSide(longer.rejected(), 1, "u:1", "a:2", "u:3", "a:4");
        PairRow beside = read("{'prompt': [u:1], 'chosen': [a:2], 'rejected': [a:2, u:3, a:4]}");
        assertSide(beside.chosen(), 1, "u:1", "a:2");
        assertSide(beside.rejected(), 1, "u:1", "a:2", "u:3", "a:4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'chosen': [u:What?, a:4], 'rejected': [u:Who?, a:No.]} -> do not begin alike",
                "{'chosen': [a:4], 'rejected': [a:No.]} -> do not begin alike",
                "{'chosen': [s:S, u:What?, a:4], 'rejected': [s:S, u:Who?, a:No.]} -> differ first in a user turn (message 2)",
                "{'chosen': [u:1, a:2, u:3, a:4], 'rejected': [u:1, a:2, u:5, a:4]} -> differ first in a user turn (message 3)",
                "{'chosen': 'What? 4', 'rejected': 'Nobody.'} -> do not begin alike",
                "{'chosen': '\\n\\nHuman: What?\\n\\nAssistant: 4', 'rejected': '\\n\\nHuman: Who?\\n\\nAssistant: No.'}"
                        + " -> do not answer the same prompt",
                "{'prompt': [u:1], 'chosen': [u:2, a:3], 'rejected': [u:4, a:5]} -> do not begin alike",
                "{'prompt': [u:1], 'chosen': [u:9, a:2], 'rejected': [a:3]} -> differ first in a user turn (message 2)",
                "{'prompt': 5, 'chosen': 'a', 'rejected': 'b'} -> prompt must be a list of messages",
                "{'prompt': 'a', 'chosen': 'b', 'rejected': 5} -> rejected must be a string or a list of messages",
                "{'prompt': [u:1], 'chosen': [], 'rejected': [a:5]} -> chosen must be a list of messages"
            })
    void sidesThatAnswerDifferentPromptsAreRefused(String row) {
        String[] parts = row.split(" -> ");
        assertThatThrownBy(() -> read(parts[0]))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("rows:1: ")
                .hasMessageContaining(parts[1]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'prompt': [u:1], 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}",
                "{'prompt': [u:1], 'chosen': [u:1, a:2], 'rejected': [a:3]}",
                "{'prompt': [u:1], 'chosen': a:2, 'rejected': a:3}",
                "{'prompt': [u:1], 'chosen': '2', 'rejected': '3'}",
                "{'prompt': '1', 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}",
                "{'prompt': '1', 'chosen': [a:2], 'rejected': [a:3]}",
                "{'messages': [u:1], 'chosen': a:2, 'rejected': a:3}",
                "{'messages': [u:1, a:2], 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}",
                "{'messages': [u:1, a:2], 'prompt': null, 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}",
                "{'messages': [u:1, a:2], 'prompt': '1', 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}",
                "{'conversations': [{'from':'human','value':'1'}], 'chosen': {'from':'gpt','value':'2'},"
                        + " 'rejected': {'from':'gpt','value':'3'}}",
                "{'conversations': [{'from':'human','value':'1'}], 'chosen': '2', 'rejected': '3', 'margin': null}"
            })
    void everyWayToWriteAPairGivesTheSame(String row) {
        PairRow pair = read(row);
        assertSide(pair.chosen(), 1, "u:1", "a:2");
        assertSide(pair.rejected(), 1, "u:1", "a:3");
    }

    @Test
    void aPromptIsRepeatedByItsLastTurnsOrAfterASystemText() {
        PairRow last = read("{'prompt': [s:S, u:1], 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}");
        assertSide(last.chosen(), 2, "s:S", "u:1", "a:2");
        PairRow system = read("{'prompt': [u:1], 'chosen': [s:S, u:1, a:2], 'rejected': [s:S, u:1, a:3]}");
        assertSide(system.rejected(), 2, "s:S", "u:1", "a:3");
    }

    /** Where an answer only begins with the letters of its prompt, nothing is repeated. */
    @Test
    void textsThatRepeatTheirPromptHaveItOnce() {
        PairRow pair = read("{'prompt': 'Say 1:', 'chosen': 'Say 1: yes', 'rejected': 'Say 1: no'}");
        assertThat(pair.chosen()).isEqualTo(new Row.PromptCompletion("Say 1:", " yes"));
        assertThat(pair.rejected()).isEqualTo(new Row.PromptCompletion("Say 1:", " no"));
        assertThat(read("{'prompt': 'a', 'chosen': 'apple', 'rejected': 'ant'}").chosen())
                .isEqualTo(new Row.PromptCompletion("a", "apple"));
        assertThat(read("{'prompt': 'Say 1:', 'chosen': 'Say 1: yes', 'rejected': 'no'}")
                        .chosen())
                .isEqualTo(new Row.PromptCompletion("Say 1:", "Say 1: yes"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'system': 'S', 'history': [['1','2']], 'prompt': '3', 'chosen': '4', 'rejected': '5'}",
                "{'system': 'S', 'history': [['1','2']], 'instruction': '3', 'chosen': '4', 'rejected': '5'}",
                "{'system': 'S', 'history': [['1','2']], 'messages': [u:3], 'chosen': a:4, 'rejected': a:5}",
                "{'history': [['1','2']], 'system': 'S', 'prompt': [u:3], 'chosen': [a:4], 'rejected': [a:5]}",
                "{'system': 'S', 'chosen': [u:1, a:2, u:3, a:4], 'rejected': [u:1, a:2, u:3, a:5]}",
                "{'system': 'S', 'chosen': [s:S, u:1, a:2, u:3, a:4], 'rejected': [s:S, u:1, a:2, u:3, a:5]}"
            })
    void systemAndHistoryStandBeforeThePrompt(String row) {
        PairRow pair = read(row);
        assertSide(pair.chosen(), 4, "s:S", "u:1", "a:2", "u:3", "a:4");
        assertSide(pair.rejected(), 4, "s:S", "u:1", "a:2", "u:3", "a:5");
    }

    @Test
    void anInstructionAloneStaysOne() {
        assertThat(
                        read("{'instruction': 'i', 'input': 'n', 'system': 's', 'output': 'o', 'chosen': 'c', 'rejected': 'r'}")
                                .chosen())
                .isEqualTo(new Row.AlpacaRow("i", "n", "c", "s"));
    }

    @Test
    void aPromptThatTheConversationsDoNotSayIsLeftUnread() throws JsonProcessingException {
        RowColumns row = columns("{'prompt': 'Else', 'chosen': [u:1, a:2], 'rejected': [u:1, a:3]}");
        PairRow.read(row);
        assertThat(row.unread().columns()).containsExactly("prompt");
    }

    private static void assertSide(Row side, int prompt, String... messages) {
        assertThat(side).isInstanceOfSatisfying(Row.Conversation.class, talk -> {
            assertThat(talk.messages().stream().map(PairRowTest::shown)).containsExactly(messages);
            assertThat(talk.context()).isEqualTo(prompt);
        });
    }

    private static String shown(Message message) {
        return message.role().text().substring(0, 1) + ":" + message.content();
    }

    private static PairRow read(String row) {
        try {
            return PairRow.read(columns(row));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(row, e);
        }
    }

    private static RowColumns columns(String row) throws JsonProcessingException {
        String json = row.replaceAll("(?<=[\\[ ])a:([^,}\\]]*)", "{'role':'assistant','content':'$1'}")
                .replaceAll("(?<=[\\[ ])u:([^,}\\]]*)", "{'role':'user','content':'$1'}")
                .replaceAll("(?<=[\\[ ])s:([^,}\\]]*)", "{'role':'system','content':'$1'}")
                .replace('\'', '"');
        return RowColumns.of((ObjectNode) new ObjectMapper().readTree(json), "rows:1");
    }
}
