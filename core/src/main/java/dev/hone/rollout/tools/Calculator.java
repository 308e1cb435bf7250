package dev.hone.rollout.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Works out what a turn asks it to: {@code <calc>12*(7-2)</calc>}, or a call in JSON, {@code <tool_call>{"name": "calculator", "arguments":
 * {"expression": "12*(7-2)"}}</tool_call>}. Each call is answered by a message of the role {@code tool} with the result alone, or with
 * {@code error: …}, which is for the policy to learn from.
 */
public final class Calculator implements Tools {
    public static final String NAME = "calculator";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CALL =
            Pattern.compile("<calc>((?:(?!<calc>).)*?)</calc>|<tool_call>(.*?)</tool_call>", Pattern.DOTALL);
    /** More calls of one turn are not answered. */
    private static final int MOST_CALLS = 8;

    @Override
    public List<Message> replies(Task task, List<Message> said) {
        Matcher call = CALL.matcher(said.get(said.size() - 1).content());
        List<Message> replies = new ArrayList<>();
        while (replies.size() < MOST_CALLS && call.find()) {
            String expression = call.group(1);
            replies.add(Message.of(
                    Message.Role.TOOL, expression == null ? called(call.group(2)) : Arithmetic.result(expression)));
        }
        return replies;
    }

    private static String called(String json) {
        try {
            JsonNode call = JSON.readTree(json);
            if (!call.path("name").asText().equals(NAME)) {
                return "error: there is no function " + call.path("name") + "; there is " + NAME;
            }
            JsonNode expression = call.path("arguments").path("expression");
            return expression.isTextual()
                    ? Arithmetic.result(expression.asText())
                    : "error: arguments need expression, a text";
        } catch (JsonProcessingException e) {
            return "error: the call is no JSON";
        }
    }
}
