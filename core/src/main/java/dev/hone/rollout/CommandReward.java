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
import org.jspecify.annotations.Nullable;

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
    /** A longer line is no score, and its reader would fill the memory. */
    private static final int LONGEST_LINE = 1 << 20;

    private final List<String> command;
    private final Duration timeout;
    /** Null: the last one failed, and the next question starts another. */
    private @Nullable Program program;

    /**
     * Starts the program.
     *
     * @param timeout how long one score may take at most
     * @throws TrainingException if it cannot be started
     */
    public CommandReward(List<String> command, Duration timeout) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
        program = start();
    }

    private Program start() {
        try {
            return Program.start(command);
        } catch (IOException e) {
            throw new TrainingException("reward " + command + " cannot be started (" + e.getMessage() + ")", e);
        }
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
        String answer = ask(question.toString());
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
        throw failed("answered (" + (answer.length() > 200 ? answer.substring(0, 200) + "…" : answer)
                + ") where {\"score\": number} was expected");
    }

    private String ask(String question) {
        Program asked = program == null ? start() : program;
        program = null;
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> asked.answer(question));
        try {
            String answer = line.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.isEmpty()) {
                asked.end();
                throw failed("ended without an answer");
            }
            program = asked;
            return answer;
        } catch (TimeoutException e) {
            asked.end();
            throw new RewardTimeoutException(
                    "reward " + command + " did not answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            asked.end();
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        } catch (ExecutionException e) {
            asked.end();
            throw new TrainingException("reward " + command + " failed (" + e.getCause() + ")", e);
        }
    }

    private TrainingException failed(String how) {
        return new TrainingException("reward " + command + " " + how);
    }

    @Override
    public void close() {
        if (program != null) {
            program.process.descendants().forEach(ProcessHandle::destroy);
            program.process.destroy();
        }
    }

    /** One run of the program. */
    private record Program(Process process, BufferedWriter to, BufferedReader from) {
        static Program start(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Program(
                    process, process.outputWriter(StandardCharsets.UTF_8), process.inputReader(StandardCharsets.UTF_8));
        }

        /** The line that answers a question; empty where it ends instead, or has the longest line behind it. */
        String answer(String question) {
            try {
                to.write(question);
                to.newLine();
                to.flush();
                StringBuilder line = new StringBuilder();
                for (int c = from.read(); c >= 0 && c != '\n'; c = from.read()) {
                    line.append((char) c);
                    if (line.length() > LONGEST_LINE) {
                        return line.toString(); // refused as no JSON
                    }
                }
                return line.toString().strip();
            } catch (IOException e) {
                return "";
            }
        }

        /** Ends it and all that it has started, which would outlive it: its children first, while they are known as such. */
        void end() {
            List<ProcessHandle> started = process.descendants().toList();
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
