package dev.hone.reward.code;

import dev.hone.error.TrainingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs that nobody has read, so that they can neither see nor change anything. Linux only.
 *
 * <p>A program runs under bubblewrap in namespaces of its own: no network, not even this machine's; its own processes alone; of the
 * file system {@code /usr} (and a Java machine) to read, and a small temporary folder in memory. It has no privileges, and no way to get
 * any: no set-user-id programs, no further namespaces. Where hone runs as root it is {@code nobody}. {@code prlimit} bounds each of its
 * processes, and {@link Limits#time}, {@link Limits#output} and {@link Limits#memory} are watched from here. When the program ends or is
 * ended, so is all that it has started: a shell that waits for it is the first process of its namespace, and the kernel kills the rest with
 * that. If this Java machine dies, they die too.
 *
 * <p>Nothing is written to this machine's disk: files go in through standard input, in front of the program's own. Safe for use by several threads.
 */
public final class Sandbox {
    /** Marks that the program is confined and about to start, reads its files, runs it, and waits for it alone. */
    private static final String FIRST_PROCESS = String.join(
            "\n",
            "echo 1000 2>/dev/null >/proc/self/oom_score_adj || :",
            "printf %s \"$1\" >&2",
            "shift",
            "while [ \"$1\" != -- ]; do",
            "  case $1 in */*) mkdir -p \"${1%/*}\" ;; esac",
            "  head -c \"$2\" >\"$1\" || exit 125",
            "  shift 2",
            "done",
            "shift",
            "\"$@\"",
            "exit $?");

    private static final String FOLDER = "/tmp";
    private static final int NOBODY = 65534;
    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_MILLIS = 40;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String NEEDED =
            "bubblewrap 0.8 or newer, and user namespaces that unprivileged users may create"
                    + " (sysctl kernel.unprivileged_userns_clone=1 on old Debian, an AppArmor profile for bwrap on Ubuntu 24; in a"
                    + " container, one that may create namespaces)";

    /** Bubblewrap, behind what makes another user of root. */
    private final List<String> bubblewrap;

    Sandbox(List<String> bubblewrap) {
        this.bubblewrap = List.copyOf(bubblewrap);
    }

    /**
     * The sandbox of this machine, tried out.
     *
     * @throws TrainingException if there is none, with what to install or to allow
     */
    public static Sandbox open() {
        return open(List.of(Path.of("/usr/bin"), Path.of("/bin")));
    }

    static Sandbox open(List<Path> programs) {
        List<String> missing = Stream.of("bwrap", "prlimit", "setpriv", "head")
                .filter(tool -> programs.stream().noneMatch(folder -> Files.isExecutable(folder.resolve(tool))))
                .toList();
        if (!missing.isEmpty()) {
            throw new TrainingException("programs are run in a sandbox alone, and this machine has no "
                    + String.join(" and no ", missing)
                    + "; install them on Linux (apt-get install bubblewrap util-linux), or leave the code reward out");
        }
        List<String> command = new ArrayList<>(isRoot() ? asNobody() : List.of());
        command.add("bwrap");
        Sandbox sandbox = new Sandbox(command);
        Program nothing = new Program(List.of("true"), Map.of("a", new byte[] {1}), new byte[0], List.of(), Map.of());
        Outcome tried = sandbox.run(nothing, Limits.within(Duration.ofSeconds(30)));
        if (!tried.succeeded()) {
            throw new TrainingException("the sandbox does not work here: " + tried.errors() + "; it needs " + NEEDED);
        }
        return sandbox;
    }

    private static List<String> asNobody() {
        return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--no-new-privs", "--");
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Runs a program to its end, at the latest a second after its time is over. Its time starts with it: how long it waits for a
     * busy machine does not count.
     *
     * @throws TrainingException if it could not be run, which says nothing about it
     */
    Outcome run(Program program, Limits limits) {
        String mark = word();
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command(program, limits, mark));
            builder.environment().clear();
            builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
            process = builder.start();
        } catch (IOException e) {
            throw new TrainingException("the sandbox cannot be started (" + e.getMessage() + ")", e);
        }
        // The kernel ends the sandbox with the thread that started it, which therefore waits for it here.
        Drain output = new Drain(process.getInputStream(), limits.output(), "");
        Drain errors = new Drain(process.getErrorStream(), limits.output(), mark);
        try {
            feed(process.getOutputStream(), program);
            if (!errors.awaitMark(PATIENCE_SECONDS)) {
                end(process);
                throw new TrainingException(
                        "the sandbox does not start (" + errors.text().strip() + "); it needs " + NEEDED);
            }
            long start = System.nanoTime();
            Outcome.End end = await(process, limits, output, errors);
            end(process);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            output.await();
            errors.await();
            if (output.isFull() || errors.isFull()) {
                end = Outcome.End.OUTPUT;
            }
            return new Outcome(end, process.exitValue(), output.bytes(), errors.text(), took);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("the sandbox was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Outcome.End await(Process process, Limits limits, Drain output, Drain errors)
            throws InterruptedException {
        long start = System.nanoTime();
        long time = limits.time().toNanos();
        while (true) {
            long left = time - (System.nanoTime() - start);
            if (left <= 0) {
                return Outcome.End.TIME;
            }
            if (process.waitFor(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)), TimeUnit.NANOSECONDS)) {
                return Outcome.End.ENDED;
            }
            if (output.isFull() || errors.isFull()) {
                return Outcome.End.OUTPUT;
            }
            if (ResidentMemory.ofTree(process.pid()) > limits.memory()) {
                return Outcome.End.MEMORY;
            }
        }
    }

    /**
     * Ends the program with all that it has started. Its first process is killed, not bubblewrap's outer one, which waits for it: the
     * kernel reports the end of a namespace's first process once all the others are gone.
     */
    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            process.children().forEach(ProcessHandle::destroyForcibly);
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor();
            }
        }
    }

    private List<String> command(Program program, Limits limits, String mark) {
        List<String> command = new ArrayList<>(bubblewrap);
        command.addAll(List.of(
                "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "" + NOBODY, "--gid", "" + NOBODY));
        command.addAll(List.of("--hostname", "sandbox", "--die-with-parent", "--new-session", "--as-pid-1"));
        system(command);
        for (Path folder : program.visible()) {
            command.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
        }
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        command.addAll(List.of("--size", "" + limits.files(), "--tmpfs", FOLDER));
        command.addAll(List.of("--size", "" + Math.min(limits.files(), 1 << 20), "--tmpfs", "/dev/shm"));
        command.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", FOLDER, "--clearenv"));
        Map<String, String> environment = new TreeMap<>(program.environment());
        environment.putAll(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", FOLDER, "LANG", "C.UTF-8"));
        environment.forEach((name, value) -> command.addAll(List.of("--setenv", name, value)));
        command.add("--");
        command.addAll(bounds(limits));
        command.addAll(List.of("sh", "-c", FIRST_PROCESS, "sh", mark));
        new TreeMap<>(program.files()).forEach((name, bytes) -> command.addAll(List.of(name, "" + bytes.length)));
        command.add("--");
        command.addAll(program.command());
        return command;
    }

    /** What of this machine's file system is there: programs and libraries, as they lie here. */
    private static void system(List<String> command) {
        command.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String name : List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64")) {
            Path path = Path.of(name);
            try {
                if (Files.isSymbolicLink(path)) {
                    command.addAll(
                            List.of("--symlink", Files.readSymbolicLink(path).toString(), name));
                } else if (Files.isDirectory(path)) {
                    command.addAll(List.of("--ro-bind", name, name));
                }
            } catch (IOException e) {
                throw new TrainingException("the sandbox cannot look at " + name + " (" + e.getMessage() + ")", e);
            }
        }
        for (String name : List.of("/etc/ld.so.cache", "/etc/alternatives")) {
            command.addAll(List.of("--ro-bind-try", name, name));
        }
    }

    private static List<String> bounds(Limits limits) {
        List<String> bounds =
                new ArrayList<>(List.of("prlimit", "--core=0", "--nofile=64", "--memlock=65536", "--msgqueue=0"));
        bounds.add("--cpu=" + limits.processor().toSeconds());
        bounds.add("--nproc=" + limits.processes());
        bounds.add("--fsize=" + limits.files());
        if (limits.addressSpace() > 0) {
            bounds.add("--as=" + limits.addressSpace());
        }
        bounds.add("--");
        return bounds;
    }

    /** Writes the files and the input from a thread of its own: a program that does not read must not hold up its watch. */
    private static void feed(OutputStream to, Program program) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        new TreeMap<>(program.files()).values().forEach(all::writeBytes);
        all.writeBytes(program.input());
        Thread writer = new Thread(() -> {
            try (to) {
                all.writeTo(to);
            } catch (IOException e) {
                // the program has ended or does not read, which is its own affair
            }
        });
        writer.setDaemon(true);
        writer.start();
    }

    /** A word that no program can guess. */
    static String word() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
