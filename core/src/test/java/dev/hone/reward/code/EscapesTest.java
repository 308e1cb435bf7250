package dev.hone.reward.code;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that try to get out of the sandbox; none does, none leaves a process, and each ends in time. */
class EscapesTest {
    private static final long MIB = 1 << 20;
    private static final Duration TIME = Duration.ofSeconds(2);
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(1), TIME, 512 * MIB, 512 * MIB, 24, 1 << 16, 4 * MIB);

    @TempDir
    private static Path folder;

    private static Runtimes runtimes;
    private static ServerSocket server;
    private static ServerSocketChannel unix;
    private static String input;

    @BeforeAll
    static void open() throws IOException {
        runtimes = new Runtimes(Sandboxes.open(), LIMITS);
        server = new ServerSocket(0);
        unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        unix.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
        input = JsonNodeFactory.instance
                .objectNode()
                .put("port", server.getLocalPort())
                .put("socket", folder.resolve("socket").toString())
                .put("abstract", "/tmp/.X11-unix/X0")
                .put("home", System.getProperty("user.home"))
                .put("project", Path.of("").toAbsolutePath().toString())
                .put("pid", ProcessHandle.current().pid())
                .toString();
    }

    @AfterAll
    static void close() throws IOException {
        if (server != null) {
            server.close();
            unix.close();
        }
    }

    static List<Attempt> escapes() {
        return Attempt.in("escapes.txt");
    }

    @Test
    void thereAreAtLeastForty() {
        assertThat(escapes()).hasSizeGreaterThanOrEqualTo(40);
        assertThat(escapes().stream().map(Attempt::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("escapes")
    void noneSucceeds(Attempt attempt) throws IOException, InterruptedException {
        Set<Long> before = confined();

        Outcome outcome = runtimes.run(runtimes.prepare(Language.PYTHON, attempt.code()), input);

        assertThat(outcome.text()).doesNotContain("ESCAPED");
        assertThat(attempt.ends()).as(outcome.toString()).contains(ending(outcome));
        assertThat(outcome.took()).isLessThan(TIME.plusSeconds(1));
        Set<Long> left = confined();
        left.removeAll(before);
        assertThat(left).as("processes left behind").isEmpty();
    }

    private static String ending(Outcome outcome) {
        if (outcome.end() != Outcome.End.ENDED) {
            return outcome.end().toString().toLowerCase(Locale.ROOT);
        }
        String text = outcome.text().strip();
        return outcome.status() > 128 ? "killed" : text.isEmpty() && outcome.status() == 0 ? "quiet" : text;
    }

    /** The processes of other process namespaces than this one's. */
    private static Set<Long> confined() throws IOException {
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        Set<Long> others = new TreeSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    if (!Files.readSymbolicLink(process.resolve("ns/pid")).equals(own)) {
                        others.add(Long.valueOf(process.getFileName().toString()));
                    }
                } catch (IOException e) {
                    // of another user, or gone
                }
            }
        }
        return others;
    }
}
