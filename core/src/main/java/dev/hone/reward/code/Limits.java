package dev.hone.reward.code;

import static dev.hone.error.Require.require;

import java.time.Duration;

/**
 * What a confined program may use. Whatever exceeds a limit ends; where the operating system only refuses more (memory of one
 * process, processes, files), the program sees an error of its own.
 *
 * @param processor seconds of a processor that each process may use, whole ones: on a busy machine as many as on an idle one
 * @param time by the clock, from its start
 * @param addressSpace bytes that each process may reserve; 0: as many as it likes, which a Java machine needs
 * @param memory bytes that all its processes may hold together, looked at every few hundredths of a second
 * @param processes processes and threads at a time
 * @param output bytes it may print, to standard output and to standard error each
 * @param files bytes of one file, and of all in its temporary folder
 */
public record Limits(
        Duration processor, Duration time, long addressSpace, long memory, int processes, int output, long files) {
    private static final long MIB = 1 << 20;

    public Limits {
        require(processor.toSeconds() > 0, "processor (%s) must be at least a second", processor);
        require(!time.isNegative() && !time.isZero(), "time (%s) must be positive", time);
        require(addressSpace >= 0, "addressSpace (%d) must be at least 0", addressSpace);
        require(memory > 0, "memory (%d) must be positive", memory);
        require(processes > 0, "processes (%d) must be positive", processes);
        require(output > 0, "output (%d) must be positive", output);
        require(files > 0, "files (%d) must be positive", files);
    }

    /** What a small program may use: so much of a processor, twice that by the clock, 1 GiB of memory, 24 processes, 1 MiB of output, 32 MiB of files. */
    public static Limits within(Duration processor) {
        return new Limits(processor, processor.multipliedBy(2), 1024 * MIB, 1024 * MIB, 24, (int) MIB, 32 * MIB);
    }

    /** The same for a Java machine, which reserves more than it uses and starts threads of its own. */
    Limits forJava() {
        return new Limits(processor, time, 4096 * MIB, memory, Math.max(processes, 64), output, files);
    }
}
