package dev.hone.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A reward that another program computes. It reads one JSON object a line and answers each with a line {@code {"score": …}}, whose
 * score is null where it has no judgement.
 * The object is the task's row with {@code completion}, the text, and where the row has no columns of these names {@code
 * logprob}, the log-probability of the whole completion, and {@code reason}, why it ended: {@code end_of_text}, {@code
 * stop_string}, {@code length}, {@code context} or {@code cancelled}.
 *
 * <p>The program is started as it is given, without a shell, and runs until the reward is closed. One that ends or is too slow fails
 * the completion that it was asked about, and is started anew for the next.
 */
public final class CommandReward implements Reward {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LineProgram program;

    /**
     * Starts the program.
     *
     * @param timeout how long one score may take at most
     * @throws TrainingException if it cannot be started
     */
    public CommandReward(List<String> command, Duration timeout) {
        program = new LineProgram("reward", command, timeout);
    }

    /** @throws RewardTimeoutException if it takes too long */
    @Override
    public double score(Task task, Completion completion) {
        ObjectNode question = task.columns().deepCopy();
        question.put("completion", completion.text());
        if (!question.has("logprob")) {
            question.put("logprob", completion.logProbability());
        }
        if (!question.has("reason")) {
            question.put("reason", completion.reason().name().toLowerCase(Locale.ROOT));
        }
        String answer = program.ask(question.toString());
        try {
            JsonNode score = JSON.readTree(answer).path("score");
            if (score.isNumber()) {
                return score.asDouble();
            } else if (score.isNull()) {
                return Double.NaN;
            }
        } catch (JsonProcessingException e) {
            // reported below
        }
        throw program.failed("answered (" + (answer.length() > 200 ? answer.substring(0, 200) + "…" : answer)
                + ") where {\"score\": number} was expected");
    }

    @Override
    public void close() {
        program.close();
    }
}
