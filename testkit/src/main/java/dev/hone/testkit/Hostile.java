package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.error.HoneException;
import dev.hone.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What may come of input that nobody vouches for: an answer, or a refusal that names the file; soon, and nothing else.
 *
 * <p>Fuzz tests run their input through {@link #read}. Time is that of this thread's processor, so that a busy machine fails no test.
 */
public final class Hostile {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int LONGEST_MESSAGE = 20_000;

    private static boolean warm;

    private Hostile() {}

    /** Something that reads the input. */
    @FunctionalInterface
    public interface Reading {
        void run() throws IOException;
    }

    /**
     * Reads, in a scope of its own.
     *
     * @param place what a refusal has to name: a file, or its folder where several are read
     * @return whether it was read and not refused
     */
    public static boolean read(Path place, Reading reading) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        boolean whole = true;
        try (Scope scope = Scope.open()) {
            reading.run();
        } catch (HoneException refusal) {
            whole = false;
            assertThat(refusal.getMessage()).contains(place.toString());
            assertThat(refusal.getMessage().length()).isLessThan(LONGEST_MESSAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Duration taken = Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        if (warm) { // the first reading also loads classes and the native libraries
            assertThat(taken).isLessThan(LONGEST);
        }
        warm = true;
        return whole;
    }

    /** A file with this content. */
    public static Path file(Path folder, String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
