package dev.hone.recipes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine has 16,000 kB, of which 8,000 are free; this process holds 1,000 more. */
class MachineMemoryTest {
    private static final long KB = 1024;

    @TempDir
    private Path root;

    @Test
    void withoutALimitTheMachinesMemoryCounts() throws IOException {
        machine("0::/");
        assertThat(MachineMemory.read(root)).isEqualTo(new MachineMemory(16_000 * KB, 9_000 * KB));
    }

    /** Of 6,000 kB 4,000 are used, 500 of them files that can be given up, and 1,000 are our own. */
    @Test
    void aLimitOfTheGroupAboveCountsWithWhatIsUsedInIt() throws IOException {
        machine("0::/pod/box");
        write("sys/fs/cgroup/pod/box/memory.max", "max");
        write("sys/fs/cgroup/pod/memory.max", Long.toString(6_000 * KB));
        write("sys/fs/cgroup/pod/memory.current", Long.toString(4_000 * KB));
        write("sys/fs/cgroup/pod/memory.stat", "anon 7\ninactive_file " + 500 * KB);
        assertThat(MachineMemory.read(root)).isEqualTo(new MachineMemory(6_000 * KB, 3_500 * KB));
    }

    @Test
    void theOlderKindOfGroupIsReadToo() throws IOException {
        machine("9:cpu:/\n4:memory:/box\n0::/");
        write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", Long.toString(2_000 * KB));
        write("sys/fs/cgroup/memory/box/memory.usage_in_bytes", Long.toString(1_000 * KB));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(MachineMemory.read(root)).isEqualTo(new MachineMemory(2_000 * KB, 2_000 * KB));
    }

    @Test
    void aSystemWithoutTheseFilesSaysWhatItHas() {
        assertThat(MachineMemory.read(root).total()).isPositive();
    }

    private void machine(String groups) throws IOException {
        write("proc/meminfo", "MemTotal:       16000 kB\nMemFree:  100 kB\nMemAvailable:    8000 kB");
        write("proc/self/status", "Name:\tjava\nVmRSS:\t    1000 kB");
        write("proc/self/cgroup", groups);
    }

    private void write(String file, String text) throws IOException {
        Path at = root.resolve(file);
        Files.createDirectories(at.getParent());
        Files.writeString(at, text + "\n");
    }
}
