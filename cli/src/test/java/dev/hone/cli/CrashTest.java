package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training processes that are killed ({@code kill -9}) at random moments and started again end with the bytes of
 * undisturbed ones. {@code -Dhone.kills=100} makes a campaign of it, {@code -Dhone.seed} repeats one as far as time can be repeated;
 * {@code cli/target/crash.txt} says where the kills landed.
 *
 * <p>A kill comes at any moment, or while something is being written, or between steps: a purely random moment would seldom be one of
 * the latter two. The same folder is killed again and again until its run ends by itself.
 */
class CrashTest {
    private static final int STEPS = 20;

    @TempDir
    private Path folder;

    /** An undisturbed run. */
    private record Undisturbed(RunFolder run, long milliseconds) {}

    @Test
    void aRunThatWasKilledEndsWithTheBytesOfOneThatWasNot() throws IOException {
        int kills = Integer.getInteger("hone.kills", 20);
        long seed = Long.getLong("hone.seed", System.nanoTime());
        System.out.println("CrashTest: " + kills + " kills, -Dhone.seed=" + seed);
        Random random = new Random(seed);
        RunKind.prepare(folder, 60, 120);
        Map<RunKind, Undisturbed> undisturbed = new EnumMap<>(RunKind.class);
        Map<RunKind, Integer> lives = new EnumMap<>(RunKind.class);
        Map<String, Integer> landed = new TreeMap<>();
        for (int kill = 0; kill < kills; ) {
            RunKind kind = RunKind.values()[kill % RunKind.values().length];
            RunFolder run = run(kind, lives.getOrDefault(kind, 0));
            if (!undisturbed.containsKey(kind)) {
                undisturbed.put(kind, undisturbed(kind));
            }
            if (killed(kind, run, random, undisturbed.get(kind).milliseconds())) {
                landed.merge(run.stage(), 1, Integer::sum);
                kill++;
            } else {
                requireSame(run, undisturbed.get(kind).run());
                lives.merge(kind, 1, Integer::sum);
            }
        }
        for (RunKind kind : RunKind.values()) {
            RunFolder run = run(kind, lives.getOrDefault(kind, 0));
            if (Files.exists(run.path())) {
                train(kind, run);
                requireSame(run, undisturbed.get(kind).run());
            }
        }
        String report = kills + " kills, seed " + seed + ": " + landed;
        System.out.println("CrashTest: " + report);
        Files.writeString(Path.of("target/crash.txt"), report + "\n");
    }

    private Undisturbed undisturbed(RunKind kind) throws IOException {
        RunFolder run = run(kind, -1);
        long started = System.nanoTime();
        train(kind, run);
        return new Undisturbed(run, (System.nanoTime() - started) / 1_000_000);
    }

    /** The folder of a kind's run of that number; -1 for the undisturbed one. */
    private RunFolder run(RunKind kind, int life) {
        return new RunFolder(folder.resolve(kind.name() + (life < 0 ? "-undisturbed" : "-" + life)));
    }

    private void train(RunKind kind, RunFolder run) throws IOException {
        try (ChildProcess process = start(kind, run)) {
            assertThat(process.await()).as(process::said).isEqualTo(Exit.DONE.code());
        }
    }

    private ChildProcess start(RunKind kind, RunFolder run) throws IOException {
        Path file = kind.file(folder, run.path(), STEPS);
        return ChildProcess.start(
                run.path().resolveSibling(run.path().getFileName() + ".log"), "train", file.toString());
    }

    /** Starts the run and kills it at a random moment; false if it came to its end before. */
    private boolean killed(RunKind kind, RunFolder run, Random random, long life) throws IOException {
        try (ChildProcess process = start(kind, run)) {
            switch (random.nextInt(3)) {
                case 0 -> process.run(random.nextLong(life + 1));
                case 1 -> {
                    for (int writes = random.nextInt(6); writes >= 0; writes--) {
                        process.until(() -> !run.isBeingWritten());
                        process.until(run::isBeingWritten);
                    }
                    process.run(random.nextInt(8));
                }
                default -> {
                    int before = run.steps();
                    process.until(() -> run.steps() != before);
                    process.run(random.nextLong(life / 3 + 1));
                }
            }
            boolean killed = process.kill();
            if (run.has("finished")) { // finished, although the kill may still have hit the process
                return false;
            }
            assertThat(killed).as(process::said).isTrue();
            return true;
        }
    }

    private static void requireSame(RunFolder run, RunFolder undisturbed) throws IOException {
        assertThat(run.result("final")).isEqualTo(undisturbed.result("final"));
        assertThat(run.result("best")).isEqualTo(undisturbed.result("best"));
        assertThat(run.metrics()).isEqualTo(undisturbed.metrics());
        assertThat(run.metrics()).hasSize(STEPS);
        assertThat(run.leftovers()).isEmpty();
        run.requireFree();
    }
}
