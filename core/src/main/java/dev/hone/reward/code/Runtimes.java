package dev.hone.reward.code;

import dev.hone.error.TrainingException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Python and the Java that programs are run with in the sandbox. Safe for use by several threads. */
final class Runtimes {
    private static final String CHECK = resource("check.py");

    /** Sets and dictionaries have the same order in every run, so that a program has one score. */
    private static final Map<String, String> PYTHON =
            Map.of("PYTHONHASHSEED", "0", "PYTHONDONTWRITEBYTECODE", "1", "PYTHONUTF8", "1");

    private static final Path JDK = Path.of(System.getProperty("java.home", ""));

    /** Quick to start and small: most programs end before a better compiler or collector would pay. */
    private static final List<String> JAVA = List.of(
            JDK.resolve("bin/java").toString(),
            "-Xmx512m",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:ErrorFile=/dev/null",
            "-cp",
            ".");

    private static final Pattern PUBLIC = Pattern.compile(
            "(?m)^\\s*public\\s+(?:final\\s+|abstract\\s+|sealed\\s+)*(?:class|record|enum|interface)\\s+(\\w+)");

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
    record Ready(Program program, Limits limits, String problem) {}

    /** Makes a program ready to run, a Java one by compiling it. */
    Ready prepare(Language language, String source) {
        return switch (language) {
            case PYTHON -> new Ready(python(List.of("main.py"), Map.of("main.py", Sandbox.bytes(source))), limits, "");
            case JAVA -> {
                Matcher named = PUBLIC.matcher(source);
                JavaProgram compiled = compile(Map.of((named.find() ? named.group(1) : "Main") + ".java", source));
                String started = compiled.started().orElse("");
                String problem =
                        compiled.problem().isEmpty() && started.isEmpty() ? "no class has a main" : compiled.problem();
                yield new Ready(java(List.of(started), compiled.files()), limits.forJava(), problem);
            }
        };
    }

    Outcome run(Ready ready, String input) {
        return sandbox.run(ready.program().reading(Sandbox.bytes(input)), ready.limits());
    }

    /** Runs a job of {@code check.py}. */
    Outcome checkPython(String job) {
        return sandbox.run(python(List.of("-S", "-c", CHECK), Map.of()).reading(Sandbox.bytes(job)), limits);
    }

    /** Runs the tests that are a method of compiled classes. */
    Outcome checkJava(JavaProgram compiled, String owner, String method, String word) {
        Map<String, byte[]> files = new TreeMap<>(compiled.files());
        files.putAll(own(InsideCheck.class));
        Program program = java(List.of("-ea", InsideCheck.class.getName(), owner, method), files);
        return sandbox.run(program.reading(Sandbox.bytes(word)), limits.forJava());
    }

    /**
     * Compiles sources by the names of their files. What the compiler cannot do in a program's time is the program's fault.
     *
     * @throws TrainingException if the running Java has no compiler
     */
    JavaProgram compile(Map<String, String> sources) {
        if (ModuleFinder.ofSystem().find("jdk.compiler").isEmpty()) {
            throw new TrainingException("Java programs are compiled with the JDK that runs hone, and " + JDK
                    + " is a JRE without a compiler; install a JDK (openjdk-17-jdk-headless) and run hone with it");
        }
        Map<String, byte[]> files = new TreeMap<>(own(InsideCompiler.class));
        sources.forEach((name, source) -> files.put(name, Sandbox.bytes(source)));
        List<String> arguments = new ArrayList<>(List.of(InsideCompiler.class.getName()));
        arguments.addAll(new TreeMap<>(sources).keySet());
        Outcome outcome = sandbox.run(java(arguments, files), limits.forJava());
        if (outcome.end() != Outcome.End.ENDED || outcome.status() > 128) {
            return new JavaProgram(Map.of(), "the compiler does not finish");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(outcome.output()))) {
            int count = in.readInt();
            if (count < 0) {
                return new JavaProgram(Map.of(), in.readUTF());
            }
            Map<String, byte[]> classes = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                classes.put(in.readUTF(), in.readNBytes(in.readInt()));
            }
            return new JavaProgram(classes, "");
        } catch (IOException e) {
            if (outcome.errors().contains("StackOverflowError")
                    || outcome.errors().contains("OutOfMemoryError")) {
                return new JavaProgram(Map.of(), "the compiler does not finish");
            }
            throw failed("the Java compiler", outcome);
        }
    }

    private static Program python(List<String> arguments, Map<String, byte[]> files) {
        List<String> command = new ArrayList<>(List.of("python3", "-s"));
        command.addAll(arguments);
        return new Program(command, files, new byte[0], List.of(), PYTHON);
    }

    private static Program java(List<String> arguments, Map<String, byte[]> files) {
        List<String> command = new ArrayList<>(JAVA);
        for (String argument : arguments) {
            command.add(argument.equals("-ea") ? command.size() - 2 : command.size(), argument); // in front of -cp
        }
        return new Program(command, files, new byte[0], jdk(), Map.of("MALLOC_ARENA_MAX", "1"));
    }

    /** The folders of the running JDK; of a Debian one the configuration lies in /etc. */
    private static List<Path> jdk() {
        List<Path> folders = new ArrayList<>();
        if (!JDK.startsWith("/usr")) {
            folders.add(JDK);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/etc"), "java-*")) {
            all.forEach(folders::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folders;
    }

    /** What is thrown where it was not the program that failed. */
    static TrainingException failed(String what, Outcome outcome) {
        String errors = outcome.errors().strip();
        return new TrainingException(what + " failed in the sandbox before the program was judged (" + outcome.end()
                + ", status " + outcome.status() + "): " + errors.substring(Math.max(0, errors.length() - 500)));
    }

    /** The file of a class of ours that runs in the sandbox. */
    private static Map<String, byte[]> own(Class<?> type) {
        return Map.of(type.getName().replace('.', '/') + ".class", read(type.getSimpleName() + ".class"));
    }

    static String resource(String name) {
        return new String(read(name), StandardCharsets.UTF_8);
    }

    private static byte[] read(String name) {
        try (InputStream in = Runtimes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
