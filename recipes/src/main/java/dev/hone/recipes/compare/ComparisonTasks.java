package dev.hone.recipes.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** A comparison's tasks as each way wants them: as conversations to train on, or as examples before a question. */
record ComparisonTasks(ComparisonFile file) {
    /** The cases, each behind examples that its number draws. */
    String withExamples(int shots) {
        JsonlFile cases = JsonlFile.open(file.cases());
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < cases.rows(); row++) {
            ObjectNode asked = cases.row(row);
            ArrayNode messages = JsonNodeFactory.instance.arrayNode();
            for (ObjectNode example : examples(row, shots)) {
                add(messages, example);
            }
            messages.addObject().put("role", "user").put("content", text(asked, "prompt", cases.place(row)));
            asked.remove("prompt");
            rows.append(asked.set("messages", messages).toString()).append('\n');
        }
        return rows.toString();
    }

    private List<ObjectNode> examples(int number, int shots) {
        JsonlFile train = JsonlFile.open(file.train());
        if (train.rows() < shots) {
            throw new DataException(file.train() + ": has " + train.rows() + " tasks, fewer than the " + shots
                    + " examples that shots asks for");
        }
        int[] order = Draw.of(file.seed(), "examples").at(number).permutation(train.rows());
        List<ObjectNode> examples = new ArrayList<>();
        for (int i = 0; i < shots; i++) {
            examples.add(conversation(train, order[i]));
        }
        return examples;
    }

    /** Tokens of {@code shots} examples, as the first case has them. */
    long tokensOf(int shots, Tokenizer tokenizer) {
        long tokens = 0;
        for (ObjectNode example : examples(0, shots)) {
            for (JsonNode message : example.get("messages")) {
                tokens += tokenizer.ids(message.get("content").asText(), Specials.NONE).length;
            }
        }
        return tokens;
    }

    /** The tasks to train on as conversations, a row each. */
    String conversations() {
        JsonlFile train = JsonlFile.open(file.train());
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < train.rows(); row++) {
            rows.append(conversation(train, row)).append('\n');
        }
        return rows.toString();
    }

    private ObjectNode conversation(JsonlFile tasks, int row) {
        ObjectNode task = tasks.row(row);
        String place = tasks.place(row);
        ObjectNode conversation = JsonNodeFactory.instance.objectNode();
        ArrayNode messages = conversation.putArray("messages");
        messages.addObject().put("role", "user").put("content", text(task, "prompt", place));
        messages.addObject().put("role", "assistant").put("content", text(task, file.answer(), place));
        return conversation;
    }

    private static void add(ArrayNode messages, ObjectNode conversation) {
        conversation.get("messages").forEach(messages::add);
    }

    private static String text(ObjectNode task, String column, String place) {
        if (!task.path(column).isTextual()) {
            throw new DataException(
                    place + ": " + column + " is missing; a task here is {\"prompt\": text, \"" + column + "\": text}");
        }
        return task.get(column).asText();
    }
}
