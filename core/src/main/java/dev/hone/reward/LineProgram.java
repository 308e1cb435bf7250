package dev.hone.reward;

import dev.hone.error.TrainingException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A program that answers each line with a line. It is started as it is given, without a shell, and runs until this is closed. One that ends
 * or is too slow fails the question that it was asked, and is started anew for the next. For use by one thread.
 */
public final class LineProgram implements AutoCloseable {
    /** A longer line is no answer, and its reader would fill the memory. */
    private static final int LONGEST_LINE = 1 << 20;

    private final String called;
    private final List<String> command;
    private final Duration timeout;
    /** Null: the last one failed, and the next question starts another. */
    private @Nullable Program program;

    /**
     * Starts the program.
     *
     * @param kind what it is, in messages, such as {@code reward}
     * @param timeout how long one answer may take at most
     * @throws TrainingException if it cannot be started
     */
    public LineProgram(String kind, List<String> command, Duration timeout) {
        this.called = kind + " " + command;
        this.command = List.copyOf(command);
        this.timeout = timeout;
        program = start();
    }

    private Program start() {
        try {
            return Program.start(command);
        } catch (IOException e) {
            throw new TrainingException(called + " cannot be started (" + e.getMessage() + ")", e);
        }
    }

    /**
     * The line that answers a line.
     *
     * @throws TrainingException if the program ends instead
     * @throws RewardTimeoutException if it takes too long
     */
    public String ask(String question) {
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
            throw new RewardTimeoutException(called + " did not answer within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            asked.end();
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        } catch (ExecutionException e) {
            asked.end();
            throw new TrainingException(called + " failed (" + e.getCause() + ")", e);
        }
    }

    /** What says that the program did something wrong. */
    public TrainingException failed(String how) {
        return new TrainingException(called + " " + how);
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
