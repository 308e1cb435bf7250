package dev.hone.reward.code;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.generate.StopReason;
import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.util.List;

/** The sandbox of tests, and small tasks. */
final class Sandboxes {
    private Sandboxes() {}

    /** Skips the calling test where this machine has none, saying so; fails where the property {@code hone.sandbox} is {@code required}. */
    static Sandbox open() {
        try {
            return Sandbox.open();
        } catch (TrainingException e) {
            if ("required".equals(System.getProperty("hone.sandbox"))) {
                throw e;
            }
            return abort(e.getMessage());
        }
    }

    static Task task(ObjectNode columns) {
        return new Task(0, List.of(Message.user("Write a program.")), columns);
    }

    /** A task of a row in JSON, in which ' stands for ". */
    static Task task(String json) {
        try {
            return task((ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Completion completion(String text) {
        return new Completion(new int[0], new float[0], text, StopReason.END_OF_TEXT);
    }

    static String block(String language, String code) {
        return "Here it is.\n```" + language + "\n" + code + "\n```\n";
    }
}
