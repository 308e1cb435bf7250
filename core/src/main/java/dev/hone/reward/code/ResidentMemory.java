package dev.hone.reward.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The memory that a process and all its descendants hold, from {@code /proc}. Pages that several of them share count several times. */
final class ResidentMemory {
    private static final long PAGE = 4096;

    private ResidentMemory() {}

    /** In bytes; what has ended meanwhile counts nothing. */
    static long ofTree(long pid) {
        long[] sum = {of(pid)};
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            threads.forEach(thread -> {
                for (String child : read(thread.resolve("children")).split(" ")) {
                    if (!child.isBlank()) {
                        sum[0] += ofTree(Long.parseLong(child.strip()));
                    }
                }
            });
        } catch (IOException | UncheckedIOException e) {
            // it has ended
        }
        return sum[0];
    }

    private static long of(long pid) {
        String[] fields = read(Path.of("/proc/" + pid + "/statm")).split(" ");
        return fields.length < 2 ? 0 : Long.parseLong(fields[1]) * PAGE;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
