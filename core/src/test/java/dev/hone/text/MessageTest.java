package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
    private static Message read(String json) throws JsonProcessingException {
        return Message.from(new ObjectMapper().readTree(json.replace('\'', '"')));
    }

    @Test
    void partsOfTextAreJoined() throws JsonProcessingException {
        assertThat(read("{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}"))
                .isEqualTo(Message.user("ab"));
    }

    @Test
    void reasoningComesFromEitherKey() throws JsonProcessingException {
        assertThat(read("{'role':'assistant','content':'a','reasoning_content':'r'}")
                        .reasoning())
                .isEqualTo("r");
        Message thinking = read("{'role':'assistant','content':'a','thinking':'r'}");
        assertThat(thinking.reasoning()).isEqualTo("r");
        assertThat(thinking.variables()).containsEntry("reasoning_content", "r").containsEntry("thinking", "r");
    }

    @Test
    void reasoningIsAlsoFoundUnderItsShortName() throws JsonProcessingException {
        Message message = read("{'role':'assistant','content':'a','reasoning':'r'}");
        assertThat(message.reasoning()).isEqualTo("r");
        assertThat(read("{'role':'assistant','content':'a','reasoning':{'effort':'low'}}")
                        .reasoning())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "' \u00a0\u3000', true",
        "'\u200b\ufeff', true",
        "'<think>\n\n</think>\n\n', true",
        "'<think>hm</think>', false",
        "., false",
        "'\u3164가', false"
    })
    void aMessageThatShowsNothingIsEmpty(String content, boolean empty) {
        assertThat(Message.assistant(content).isEmpty()).isEqualTo(empty);
    }

    @Test
    void onlyARepliesLossIsItsWeight() throws JsonProcessingException {
        assertThat(read("{'role':'user','content':'a','loss':true}").extra()).containsEntry("loss", true);
        assertThat(read("{'role':'user','content':'a','loss':false}").extra()).isEmpty();
        assertThat(read("{'role':'assistant','content':'a','loss':true}").extra())
                .isEmpty();
    }

    @Test
    void argumentsInAStringAreOpened() throws JsonProcessingException {
        Message call = read("{'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'function',"
                + "'function':{'name':'f','arguments':'{\\'x\\':[1,2.0,null]}'}}]}".replace("\\'", "\\\""));
        assertThat(call.content()).isEmpty();
        assertThat(call.toolCalls().get(0).id()).isEqualTo("c1");
        assertThat(call.toolCalls().get(0).arguments().toString()).isEqualTo("{x=[1, 2.0, null]}");
    }

    @Test
    void unknownKeysReachTheTemplateInTheirOrder() throws JsonProcessingException {
        Message message = read("{'role':'tool','z':null,'content':'x','tool_call_id':'c1','name':'f','a':{'b':1}}");
        assertThat(message.variables().keySet()).containsExactly("role", "content", "tool_call_id", "name", "z", "a");
        assertThat(message.extra()).containsEntry("a", Map.of("b", 1L)).containsEntry("z", null);
    }

    @Test
    void weightIsKeptFromTheTemplate() throws JsonProcessingException {
        Message context = read("{'role':'assistant','content':'a','weight':0}");
        assertThat(context.weight()).isZero();
        assertThat(context.variables()).doesNotContainKey("weight");
        assertThat(Message.user("a").weight()).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'content':'a'} | has no role",
                "[] | has no role",
                "{'role':'narrator','content':'a'} | role (narrator) must be one of system, developer, user, assistant, tool",
                "{'role':'user'} | content (missing) of a message of role user must be a string or a list",
                "{'role':'user','content':null} | content (null) of a message of role user",
                "{'role':'user','content':5} | content (5) of a message",
                "{'role':'user','content':[{'type':'image_url','image_url':'x'}]} | must be text",
                "{'role':'assistant','content':'a','weight':-0.5} | weight (-0.5) of a message must be 0 or a positive number",
                "{'role':'assistant','content':'a','weight':'1'} | weight (\"1\") of a message must be 0 or a positive number",
                "{'role':'user','content':'a','tool_calls':[{'function':{'name':'f'}}]} | which only an assistant's can have",
                "{'role':'assistant','content':'a','tool_calls':{}} | tool_calls ({}) must be a list",
                "{'role':'assistant','content':'a','tool_calls':[{}]} | has no function name",
                "{'role':'assistant','tool_calls':[{'name':'f','arguments':'x'}]} | are a string, but no JSON",
                "{'role':'assistant','tool_calls':[{'name':'f','arguments':[1]}]} | should be an object",
                "{'role':'assistant','content':'a','reasoning_content':1} | reasoning_content (1) of a message must be a string"
            })
    void aMessageThatIsNoneIsExplained(String json, String problem) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void copiesChangeOneThing() {
        Message message = Message.assistant("a").with("k", 1);
        assertThat(message.withContent("b").content()).isEqualTo("b");
        assertThat(message.withWeight(0).extra()).isEqualTo(Map.of("k", 1));
        assertThat(List.of(message)).contains(Message.assistant("a").with("k", 1));
        assertThatThrownBy(() -> message.withWeight(-2))
                .hasMessage("weight (-2.0) of a message must be 0 or a positive number");
    }

    /** ShareGPT's keys and speakers, and LLaMA-Factory's typed parts, say what OpenAI's say. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'from':'human','value':'a'} | {'role':'user','content':'a'}",
                "{'from':'system','value':'a'} | {'role':'system','content':'a'}",
                "{'from':'gpt','value':'a','weight':null} | {'role':'assistant','content':'a'}",
                "{'role':'gpt','content':'a'} | {'role':'assistant','content':'a'}",
                "{'role':'human','value':'a'} | {'role':'user','content':'a'}",
                "{'role':'User','content':'a'} | {'role':'user','content':'a'}",
                "{'from':'observation','value':'a'} | {'role':'tool','content':'a'}",
                "{'role':'function','name':'f','content':'a'} | {'role':'tool','name':'f','content':'a'}",
                "{'from':'function_call','value':'{\\'name\\':\\'f\\',\\'arguments\\':{\\'x\\':1}}'}"
                        + " | {'role':'assistant','content':null,'tool_calls':[{'name':'f','arguments':{'x':1}}]}",
                "{'role':'assistant','content':null,'function_call':{'name':'f','arguments':'{}'}}"
                        + " | {'role':'assistant','content':null,'tool_calls':[{'name':'f','arguments':'{}'}]}",
                "{'role':'user','content':[{'type':'text','value':'a'},{'type':'text','text':'b'}]} | {'role':'user','content':'ab'}",
                "{'role':'assistant','content':[{'type':'reasoning','value':'r'},{'type':'text','value':'a'},"
                        + "{'type':'tool_call','value':'{\\'name\\':\\'f\\'}'}]}"
                        + " | {'role':'assistant','content':'a','reasoning_content':'r','tool_calls':[{'name':'f'}]}",
                "{'role':'assistant','content':'a','loss':false} | {'role':'assistant','content':'a','weight':0}",
                "{'role':'assistant','content':'a','loss':true} | {'role':'assistant','content':'a'}",
                "{'role':'assistant','content':'a','loss_weight':0.5} | {'role':'assistant','content':'a','weight':0.5}",
                "{'role':'assistant','content':'a','train':false,'weight':0} | {'role':'assistant','content':'a','weight':0}",
                "{'from':'gpt','value':'a','training':false} | {'role':'assistant','content':'a','weight':0}"
            })
    void otherSpellingsOfATurnAreRead(String spelled, String openAi) throws JsonProcessingException {
        assertThat(read(spelled)).isEqualTo(read(openAi));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'role':'assistant','content':'a','loss':false,'weight':1} | weight (1) and loss (false) of a message contradict",
                "{'role':'assistant','content':'a','loss':'no'} | loss (\"no\") of a message must be true, false or a number",
                "{'from':'function_call','value':'look it up'} | is a string, but no JSON; it should look like",
                "{'role':'user','content':[{'type':'image','value':'a'}]} | must be text"
            })
    void aSpellingThatCannotBeReadIsExplained(String json, String problem) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }
}
