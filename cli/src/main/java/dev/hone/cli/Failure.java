package dev.hone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Spelling;
import dev.hone.error.DataException;
import dev.hone.error.HoneException;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.files.InputFile;
import dev.hone.files.MissingPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports to the user why a command failed.
 *
 * <p>An expected failure has a message written for the user, which is all that is shown. Any other is one line and a hint how to see
 * more. The stack trace is shown only on demand.
 */
final class Failure {
    /** Messages of libtorch when memory is exhausted, on the processor or a graphics card. */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "can't allocate memory|out of memory|not enough memory|Physical memory usage", Pattern.CASE_INSENSITIVE);

    private final PrintWriter err;

    Failure(PrintWriter err) {
        this.err = err;
    }

    /** A command line that cannot be understood. */
    Exit usage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (String.valueOf(e.getMessage()).isEmpty()) {
            command.usage(err);
            return Exit.REFUSED;
        }
        err.println(unknown(e, command).orElse(lowerCase(String.valueOf(e.getMessage()))));
        err.println("./" + command.getCommandSpec().qualifiedName() + " --help shows what there is");
        return Exit.REFUSED;
    }

    private static Optional<String> unknown(ParameterException e, CommandLine command) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return Optional.empty();
        }
        String word = unmatched.getUnmatched().get(0);
        boolean option = word.startsWith("-");
        List<String> known = option
                ? command.getCommandSpec().options().stream()
                        .flatMap(one -> Arrays.stream(one.names()))
                        .filter(name -> name.startsWith("--"))
                        .toList()
                : List.copyOf(command.getSubcommands().keySet());
        String noun = option ? "an option" : known.isEmpty() ? "expected here" : "a verb";
        String name = option ? word.split("=", 2)[0] : word;
        String hint = Spelling.nearest(name, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return Optional.of(name + " is not " + noun + hint);
    }

    /** A verb that failed or was stopped. */
    Exit report(Throwable e, boolean debug) {
        if (e instanceof StoppedException) {
            err.println("stopped; what was saved before is kept");
            return Exit.INTERRUPTED;
        }
        err.println(message(e));
        if (debug) {
            e.printStackTrace(err);
        } else if (!isExpected(e)) {
            err.println("--debug shows where in the program this arose");
        }
        return isInput(e) ? Exit.REFUSED : Exit.FAILED;
    }

    /** Whether what was given is at fault, and not the work on it, nor the machine: a model's files are input as rows are. */
    private static boolean isInput(Throwable e) {
        Throwable cause = e.getCause();
        boolean machine = cause instanceof IOException
                && !(cause instanceof NoSuchFileException)
                && !(cause instanceof InputFile.NotRegularException)
                && !(cause instanceof JsonProcessingException);
        return e instanceof HoneException
                && !(e instanceof TrainingException)
                && (e instanceof ConfigurationException || e instanceof DataException || !machine);
    }

    private static boolean isExpected(Throwable e) {
        return e instanceof HoneException || e instanceof IOException || outOfMemory(e);
    }

    private static String message(Throwable e) {
        String detail = firstLine(e);
        if (e instanceof HoneException) {
            return String.valueOf(e.getMessage());
        } else if (outOfMemory(e)) {
            boolean heap = detail.contains("Java heap space") || detail.contains("GC overhead");
            return heap
                    ? "the Java heap is full; give it more, as in HONE_JAVA_OPTS=-Xmx8g"
                    : "out of memory (" + detail + "); lower training.rows-per-batch or data.max-tokens, "
                            + "or close other programs";
        } else if (e instanceof NoSuchFileException missing && missing.getFile() != null) {
            return missing.getFile() + ": " + MissingPath.file(Path.of(missing.getFile()));
        } else if (e instanceof FileNotFoundException) {
            return detail + ": no such file";
        } else if (e instanceof AccessDeniedException) {
            return detail + ": permission is missing";
        } else if (e instanceof FileAlreadyExistsException) {
            return detail + ": exists already";
        } else if (e instanceof IOException) {
            return "reading or writing failed: " + detail;
        } else if (e instanceof UnsatisfiedLinkError || e instanceof NoClassDefFoundError) {
            return "a native library could not be loaded: " + detail;
        } else if (e instanceof StackOverflowError) {
            return "the input is nested too deeply to be handled";
        }
        return "unexpected " + e.getClass().getSimpleName() + (detail.isEmpty() ? "" : ": " + detail);
    }

    private static boolean outOfMemory(Throwable e) {
        boolean reported =
                e instanceof RuntimeException && NO_MEMORY.matcher(firstLine(e)).find();
        return e instanceof OutOfMemoryError || (reported && !(e instanceof HoneException));
    }

    /** Libtorch appends its own stack trace to the first line. */
    private static String firstLine(Throwable e) {
        return Objects.requireNonNullElse(e.getMessage(), "")
                .lines()
                .findFirst()
                .orElse("");
    }

    private static String lowerCase(String message) {
        boolean sentence = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return sentence ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
    }

    /** The exit of a number. */
    static Exit exit(int code) {
        return Arrays.stream(Exit.values())
                .filter(exit -> exit.code() == code)
                .findFirst()
                .orElse(Exit.FAILED);
    }
}
