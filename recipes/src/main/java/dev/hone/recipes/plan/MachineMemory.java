package dev.hone.recipes.plan;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of the machine, and of the part of it that a container or another limit leaves to this process.
 *
 * @param total in bytes, the limit counted
 * @param available in bytes: what can be taken now, with what this process holds already
 */
public record MachineMemory(long total, long available) {
    /** What it is now. */
    public static MachineMemory now() {
        return read(Path.of("/"));
    }

    /**
     * Reads the files a Linux kernel offers: {@code /proc/meminfo}, and the limits of the control group this process is in and of
     * those above it, version 2 or 1. Where there are none, the machine's memory is taken to be free.
     *
     * @param root stands for {@code /}
     */
    static MachineMemory read(Path root) {
        OptionalLong total = field(root.resolve("proc/meminfo"), "MemTotal");
        OptionalLong free = field(root.resolve("proc/meminfo"), "MemAvailable");
        if (total.isEmpty() || free.isEmpty()) {
            long machine = machineTotal();
            return new MachineMemory(machine, machine);
        }
        long own = field(root.resolve("proc/self/status"), "VmRSS").orElse(0);
        long limit = total.getAsLong();
        long available = free.getAsLong() + own;
        for (Path group : groups(root)) {
            OptionalLong most = number(group, "memory.max", "memory.limit_in_bytes");
            OptionalLong used = number(group, "memory.current", "memory.usage_in_bytes");
            if (most.isPresent() && most.getAsLong() < limit) {
                limit = most.getAsLong();
                long cache =
                        field(group.resolve("memory.stat"), "inactive_file").orElse(0);
                available = Math.min(available, limit - used.orElse(0) + cache + own);
            }
        }
        return new MachineMemory(limit, Math.min(limit, available));
    }

    private static long machineTotal() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /** The folders of this process's control groups, from its own up to the root. */
    private static List<Path> groups(Path root) {
        List<Path> groups = new java.util.ArrayList<>();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3); // number:controllers:path
            if (parts.length == 3
                    && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("memory"))) {
                Path top = root.resolve(parts[1].isEmpty() ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
                Path at = Path.of(parts[2]);
                for (int depth = at.getNameCount(); depth > 0; depth--) {
                    groups.add(top.resolve(at.subpath(0, depth).toString()));
                }
                groups.add(top);
            }
        }
        return groups;
    }

    private static OptionalLong number(Path group, String... names) {
        for (String name : names) {
            for (String line : lines(group.resolve(name))) {
                if (line.matches("\\d{1,18}")) { // not "max", nor the largest number there is
                    return OptionalLong.of(Long.parseLong(line));
                }
            }
        }
        return OptionalLong.empty();
    }

    /** A line such as {@code MemTotal: 16384 kB}, or {@code inactive_file 4096}. */
    private static OptionalLong field(Path file, String name) {
        Pattern wanted = Pattern.compile(name + ":?\\s+(\\d{1,18})(\\s+kB)?");
        for (String line : lines(file)) {
            Matcher found = wanted.matcher(line.strip());
            if (found.matches()) {
                return OptionalLong.of(Long.parseLong(found.group(1)) * (found.group(2) == null ? 1 : 1024));
            }
        }
        return OptionalLong.empty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
