package dev.hone.rollout.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.reward.LineProgram;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tools that another program answers for; see {@link LineProgram}. It reads one JSON object a line, the task's row with {@code said}, the
 * messages behind the task's as {@code {"role": …, "content": …}}, and answers each with a line {@code {"messages": […]}}, a list of such
 * messages, empty where the completion is done. It is to answer by what it reads alone.
 */
public final class CommandTools implements Tools {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LineProgram program;

    /**
     * Starts the program.
     *
     * @param timeout how long the replies to a turn may take at most
     */
    public CommandTools(List<String> command, Duration timeout) {
        program = new LineProgram("tools", command, timeout);
    }

    @Override
    public List<Message> replies(Task task, List<Message> said) {
        ObjectNode question = task.columns().deepCopy();
        ArrayNode turns = question.putArray("said");
        said.forEach(
                message -> turns.addObject().put("role", message.role().text()).put("content", message.content()));
        String answer = program.ask(question.toString());
        try {
            JsonNode messages = JSON.readTree(answer).path("messages");
            if (messages.isArray()) {
                List<Message> replies = new ArrayList<>();
                for (JsonNode message : messages) {
                    replies.add(Message.from(message));
                }
                return replies;
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // reported below
        }
        throw program.failed("answered (" + (answer.length() > 200 ? answer.substring(0, 200) + "…" : answer)
                + ") where {\"messages\": [{\"role\": \"tool\", \"content\": text}]} was expected");
    }

    @Override
    public void close() {
        program.close();
    }
}
