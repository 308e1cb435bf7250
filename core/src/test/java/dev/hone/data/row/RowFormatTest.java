package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a row means. Rows have single quotes in place of double ones. */
class RowFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Message> TALK = List.of(
            Message.system("S"), Message.user("1"), Message.assistant("2"), Message.user("3"), Message.assistant("4"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages': [{'role':'system','content':'S'},{'role':'user','content':'1'},{'role':'assistant','content':'2'},"
                        + "{'role':'user','content':'3'},{'role':'assistant','content':'4'}]}",
                "{'conversations': [{'from':'system','value':'S'},{'from':'human','value':'1'},{'from':'gpt','value':'2'},"
                        + "{'from':'human','value':'3'},{'from':'gpt','value':'4'}]}",
                "{'system': 'S', 'conversations': [{'from':'human','value':'1'},{'from':'gpt','value':'2'},"
                        + "{'from':'human','value':'3'},{'from':'gpt','value':'4'}]}",
                "{'system': 'S', 'history': [['1','2']], 'messages': [{'role':'user','content':'3'},{'role':'assistant','content':'4'}]}",
                "{'system': 'S', 'history': [['1','2']], 'instruction': '3', 'output': '4'}",
                "{'system': 'S', 'history': [['1','2']], 'prompt': '3', 'completion': '4'}",
                "{'system': 'S', 'history': [['1','2']], 'prompt': '3', 'completion': {'role':'assistant','content':'4'}}"
            })
    void aConversationMayBeWrittenInManyWays(String row) {
        assertThat(read(row))
                .isInstanceOfSatisfying(
                        Row.Conversation.class,
                        talk -> assertThat(talk.messages()).isEqualTo(TALK));
    }

    @Test
    void aCompletionThatRepeatsItsPromptsTurnsHasThemOnce() {
        Row row = read("{'prompt': [{'role':'user','content':'1'}],"
                + " 'completion': [{'role':'user','content':'1'},{'role':'assistant','content':'2'}]}");
        assertThat(row).isEqualTo(new Row.Conversation(TALK.subList(1, 3), 1, List.of()));
    }

    /** Data sets fill up the columns that a row does not have with null. */
    @Test
    void columnsThatAreNullAreNotThere() {
        assertThat(
                        read(
                                "{'messages': null, 'tools': null, 'system': null, 'history': null, 'prompt': 'a', 'completion': 'b'}"))
                .isEqualTo(new Row.PromptCompletion("a", "b"));
        assertThat(read("{'messages': null, 'instruction': 'a', 'input': null, 'output': 'b', 'history': null}"))
                .isEqualTo(new Row.AlpacaRow("a", "", "b", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'function','function':{'name':'f'}}",
                "[{'type':'function','function':{'name':'f'}}]",
                "'[{\\'type\\':\\'function\\',\\'function\\':{\\'name\\':\\'f\\'}}]'",
                "'{\\'type\\':\\'function\\',\\'function\\':{\\'name\\':\\'f\\'}}'",
                "['{\\'type\\':\\'function\\',\\'function\\':{\\'name\\':\\'f\\'}}']"
            })
    void toolsAreAListOrOneOfThemOrTextOfEither(String tools) throws JsonProcessingException {
        JsonNode tool = JSON.readTree("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
        assertThat(read("{'instruction': 'a', 'output': 'b', 'tools': " + tools + "}"))
                .isInstanceOfSatisfying(
                        Row.Conversation.class, talk -> assertThat(talk.tools()).containsExactly(tool));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tools': 5 | tools is no function; a tool looks like",
                "'tools': 'look_up' | tools is a string that is not JSON",
                "'tools': ['look_up'] | tools[0] is a string that is not JSON",
                "'tools': [{'function':{}}] | tools[0] is no function",
                "'tools': {'f':{'parameters':{}}} | tools is no function",
                "'system': ['S'] | system must be a string",
                "'history': 'none' | history must be a list of [user, assistant] pairs of strings",
                "'history': [['a','b','c']] | history must be a list of [user, assistant] pairs of strings"
            })
    void columnsThatCannotBeUsedAreRefused(String column, String problem) {
        for (String rest : List.of(
                "'messages': [{'role':'user','content':'1'},{'role':'assistant','content':'2'}]",
                "'instruction': 'a', 'output': 'b'",
                "'prompt': [{'role':'user','content':'1'}], 'completion': 'b'")) {
            assertThatThrownBy(() -> read("{" + rest + ", " + column + "}"))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("rows:1: " + problem);
        }
    }

    @Test
    void twoSystemTextsAreRefused() {
        assertThatThrownBy(() -> read("{'system': 'S', 'messages': [{'role':'system','content':'T'},"
                        + "{'role':'user','content':'1'},{'role':'assistant','content':'2'}]}"))
                .hasMessageContaining("rows:1: system says something else than the messages");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'text': 'a', 'code': 'b', 'n': 1} | code, n",
                "{'text': 'a', 'system': 'S', 'tools': []} | system, tools",
                "{'prompt': 'a', 'completion': 'b', 'tools': [], 'system': '', 'none': null} | tools",
                "{'messages': [{'role':'user','content':'1'},{'role':'assistant','content':'2'}], 'prompt': '1', 'id': 'x'} | id, prompt",
                "{'instruction': 'a', 'output': 'b', 'input': '', 'chosen': 'c'} | chosen"
            })
    void whatIsNotReadIsKnown(String row, String columns) throws JsonProcessingException {
        RowColumns read = columns(row);
        RowFormat.read(read);
        assertThat(read.unread().columns()).isEqualTo(Set.of(columns.split(", ")));
    }

    @Test
    void keysOfMessagesThatAreNotReadAreKnown() throws JsonProcessingException {
        RowColumns read = columns("{'messages': [{'role':'user','content':'1','name':'n','images':[]},"
                + "{'role':'assistant','content':'2','weight':1,'loss':true,'rating':5}]}");
        RowFormat.read(read);
        assertThat(read.unread().messageKeys()).containsExactlyInAnyOrder("images", "rating");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'question': 'a', 'answer': 'b'} | data.columns: {prompt: question, completion: answer}",
                "{'prompt': 'a', 'response': 'b'} | data.columns: {completion: response}",
                "{'Q': 'a', 'A': 'b', 'label': '1'} | data.columns: {prompt: Q, completion: A}",
                "{'instruction': 'a', 'context': 'c', 'response': 'b'} | data.columns: {output: response, input: context}",
                "{'content': 'a', 'title': 'b'} | data.columns: {text: content}",
                "{'asked': 'a', 'preferred': 'b', 'dispreferred': 'c', 'question': 'a'}"
                        + " | data.columns: {chosen: preferred, rejected: dispreferred, prompt: question}",
                "{'prompt': 'a', 'completions': ['b', 'c'], 'labels': [true, false]} | judged one by one",
                "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'} | chosen and rejected are a pair, which dpo"
            })
    void aRowOfNoFormatIsRefusedWithTheMappingItSeemsToNeed(String row, String mapping) {
        assertThatThrownBy(() -> read(row))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows:1: ")
                .hasMessageContaining(mapping);
    }

    private static Row read(String row) {
        try {
            return RowFormat.read(columns(row));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(row, e);
        }
    }

    private static RowColumns columns(String row) throws JsonProcessingException {
        return RowColumns.of((ObjectNode) JSON.readTree(row.replace('\'', '"')), "rows:1");
    }
}
