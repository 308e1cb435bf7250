package dev.hone.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A reward that another program computes. It reads one JSON object a line and answers each with a line {@code {"score": …}}.
 * The object is the task's row with {@code completion}, the text, and where the row has no columns of these names {@code
 * logprob}, the log-probability of the whole completion, and {@code reason}, why it ended: {@code end_of_text}, {@code
 * stop_string}, {@code length}, {@code context} or {@code cancelled}.
 *
 * <p>The program is started as it is given, without a shell, and runs until the reward is closed.
 */
public final class CommandReward implements Reward {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Duration timeout;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    /**
     * Starts the program.
     *
     * @param timeout how long one score may take at most
     * @throws TrainingException if it cannot be started
     */
    public CommandReward(List<String> command, Duration timeout) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
        try {
            process = new ProcessBuilder(this.command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new TrainingException("reward " + this.command + " cannot be started (" + e.getMessage() + ")", e);
        }
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

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
        String answer = ask(question.toString());
        try {
            JsonNode score = JSON.readTree(answer).path("score");
            if (score.isNumber()) {
                return score.asDouble();
            }
        } catch (JsonProcessingException e) {
            // reported below
        }
        throw failed("answered (" + answer + ") where {\"score\": number} was expected");
    }

    private String ask(String question) {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> {
            try {
                to.write(question);
                to.newLine();
                to.flush();
                String read = from.readLine();
                return read == null ? "" : read;
            } catch (IOException e) {
                return "";
            }
        });
        try {
            String answer = line.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.isEmpty()) {
                throw failed("ended without an answer");
            }
            return answer;
        } catch (TimeoutException e) {
            end();
            throw failed("did not answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        } catch (ExecutionException e) {
            throw new TrainingException("reward " + command + " failed (" + e.getCause() + ")", e);
        }
    }

    private TrainingException failed(String how) {
        return new TrainingException("reward " + command + " " + how);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    /** Ends the program and all that it has started, which would outlive it: its children first, while they are known as such. */
    private void end() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
