package dev.hone.rollout.code;

import dev.hone.error.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The interpreters that programs are run with in the sandbox. Safe for use by several threads. */
final class Runtimes {
    private static final String CHECK = resource("check.py");

    /** Sets and dictionaries have the same order in every run, so that a program has one score. */
    private static final Map<String, String> PYTHON =
            Map.of("PYTHONHASHSEED", "0", "PYTHONDONTWRITEBYTECODE", "1", "PYTHONUTF8", "1");

    private final Sandbox sandbox;
    private final Limits limits;

    Runtimes(Sandbox sandbox, Limits limits) {
        this.sandbox = sandbox;
        this.limits = limits;
    }

    /**
     * A program made ready.
     *
     * @param program without its input
     * @param problem why it cannot be run; empty: it can
     */
    record Runnable(Program program, Limits limits, String problem) {}

    Runnable prepare(Language language, String source) {
        return switch (language) {
            case PYTHON ->
                new Runnable(python(List.of("main.py"), Map.of("main.py", Sandbox.bytes(source))), limits, "");
            case JAVA -> throw new IllegalArgumentException("not yet");
        };
    }

    Outcome run(Runnable ready, String input) {
        return sandbox.run(ready.program().reading(Sandbox.bytes(input)), ready.limits());
    }

    /** Runs a job of {@code check.py}. */
    Outcome checkPython(String job) {
        return sandbox.run(python(List.of("-S", "-c", CHECK), Map.of()).reading(Sandbox.bytes(job)), limits);
    }

    private static Program python(List<String> arguments, Map<String, byte[]> files) {
        List<String> command = new java.util.ArrayList<>(List.of("python3", "-s"));
        command.addAll(arguments);
        return new Program(command, files, new byte[0], List.of(), PYTHON);
    }

    /** What is thrown where it was not the program that failed. */
    static TrainingException failed(String what, Outcome outcome) {
        String errors = outcome.errors().strip();
        return new TrainingException(what + " failed in the sandbox before the program was judged (" + outcome.end()
                + ", status " + outcome.status() + "): " + errors.substring(Math.max(0, errors.length() - 500)));
    }

    private static String resource(String name) {
        try (InputStream in = Runtimes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
