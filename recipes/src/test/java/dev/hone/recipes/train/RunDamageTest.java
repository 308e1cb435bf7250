package dev.hone.recipes.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.error.CheckpointException;
import dev.hone.error.HoneException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.FolderChecksums;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.FolderLock;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.report.MetricsFile;
import dev.hone.report.MetricsRow;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of nine steps was interrupted after six: states of steps 4 and 6, best of step 5. Something in its folder is damaged. */
class RunDamageTest {
    private static final String[] SETTINGS = {"training.checkpoint-every=4", "training.evaluate-every=5"};

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private Path run;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void interrupt() throws IOException {
        tiny = TinyRun.in(folder);
        run = folder.resolve("run");
        Trainer.Outcome outcome = tiny.run("run", "", TinyRun.stoppingAfter(6), SETTINGS);
        assertThat(outcome.progress().step()).isEqualTo(6);
        assertThat(outcome.progress().bestStep()).isEqualTo(5);
        assertThat(run.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-00000004", "step-00000006");
    }

    private Trainer.Outcome resume() {
        return tiny.run("run", "", TinyRun.listening(said::add), SETTINGS);
    }

    private List<Long> steps() throws IOException {
        return MetricsFile.read(run.resolve("metrics.jsonl")).stream()
                .map(MetricsRow::step)
                .toList();
    }

    private static List<Long> steps(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void undamagedItGoesOn() throws IOException {
        assertThat(resume().progress().step()).isEqualTo(9);
        assertThat(said).contains("resuming after step 6").noneMatch(line -> line.contains("is gone"));
        assertThat(steps()).isEqualTo(steps(1, 9));
    }

    @Test
    void aFolderThatWasMovedGoesOnThere() throws IOException {
        Files.move(run, folder.resolve("elsewhere"));
        Trainer.Outcome outcome = tiny.run("elsewhere", "", TinyRun.listening(said::add), SETTINGS);
        assertThat(outcome.progress().step()).isEqualTo(9);
        assertThat(said).contains("resuming after step 6");
    }

    @Test
    void rowsThatAreTornOffAreMadeAnewFromTheStateBefore() throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        List<String> lines = Files.readAllLines(metrics);
        Files.writeString(
                metrics,
                String.join("\n", lines.subList(0, 4)) + "\n" + lines.get(4).substring(0, 9));
        assertThat(resume().progress().step()).isEqualTo(9);
        assertThat(said)
                .anyMatch(line -> line.contains("metrics.jsonl: is ")
                        && line.contains("rows up to step 4 are left")
                        && line.contains("going back to step-00000004"));
        assertThat(steps()).isEqualTo(steps(1, 9));
    }

    @Test
    void anEmptiedFileOfMetricsIsRefused() throws IOException {
        Files.writeString(run.resolve("metrics.jsonl"), "");
        assertThatThrownBy(this::resume)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("metrics.jsonl: is ")
                .hasMessageContaining("rows up to step 0 are left")
                .hasMessageContaining("delete it to go on without its rows");
    }

    @Test
    void aDeletedOneIsTold() throws IOException {
        Files.delete(run.resolve("metrics.jsonl"));
        assertThat(resume().progress().step()).isEqualTo(9);
        assertThat(said)
                .anyMatch(line -> line.contains("metrics.jsonl: is gone, and with it the rows of steps 1 to 6"));
        assertThat(steps()).isEqualTo(steps(7, 9));
    }

    @Test
    void anotherNumberOfAStepCutsNothing() throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        String before = Files.readString(metrics).replace("\"step\":3,", "\"step\":300,");
        Files.writeString(metrics, before);
        assertThatThrownBy(this::resume).hasMessageContaining("metrics.jsonl: has changed since");
        assertThat(metrics).hasContent(before);
    }

    @Test
    void bestThatWasFlippedCutOrReplacedIsRefused() throws IOException {
        Path weights = run.resolve("best/model.safetensors");
        byte[] right = Files.readAllBytes(weights);
        byte[] flipped = right.clone();
        flipped[flipped.length - 3] ^= 1;
        Files.write(weights, flipped);
        refusesBest("has changed since it was written");
        Files.write(weights, java.util.Arrays.copyOf(right, right.length / 2));
        refusesBest("bytes shorter");
        Files.delete(weights);
        refusesBest("is missing");
        AtomicFolder.delete(run.resolve("best"));
        Files.writeString(run.resolve("best"), "a file");
        refusesBest("is no folder any more");
    }

    /** Another model's weights, whole as they are, are not what the run measured. */
    @Test
    void bestOfAnotherRunIsNotTakenForTheRuns() throws IOException {
        Path best = run.resolve("best");
        Path weights = best.resolve("model.safetensors");
        byte[] others = Files.readAllBytes(weights);
        others[others.length - 3] ^= 1;
        Files.write(weights, others);
        FolderChecksums.write(best);
        Trainer.Outcome outcome = resume();
        assertThat(said)
                .anyMatch(line -> line.contains("best: holds other weights than when the state of step 6 was saved")
                        && line.contains("it held the model of step 5"));
        assertThat(outcome.progress().bestStep()).isEqualTo(9);
        assertThat(weights).hasSameBinaryContentAs(run.resolve("final/model.safetensors"));
    }

    /** The state of step 4 is from before the best, so going back to it is the other way out. */
    private void refusesBest(String how) throws IOException {
        AtomicFolder.delete(run.resolve("checkpoints/step-00000004"));
        assertThatThrownBy(this::resume)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("best")
                .hasMessageContaining(how)
                .hasMessageContaining("it held the model of step 5");
    }

    @Test
    void bestIsMadeAnewFromAStateBeforeIt() throws IOException {
        Path weights = run.resolve("best/model.safetensors");
        byte[] right = Files.readAllBytes(weights);
        Files.write(weights, new byte[3]);
        assertThat(resume().progress().step()).isEqualTo(9);
        assertThat(said).anyMatch(line -> line.contains("going back to step-00000004"));
        assertThat(Files.readAllBytes(weights)).hasSize(right.length);
    }

    @Test
    void aDeletedBestIsTold() throws IOException {
        AtomicFolder.delete(run.resolve("best"));
        assertThat(resume().progress().bestStep()).isEqualTo(9);
        assertThat(said).anyMatch(line -> line.contains("best: is gone; it held the model of step 5"));
        assertThat(run.resolve("best")).isDirectory();
    }

    @Test
    void withoutAnyStateItDoesNotBeginAnewInSilence() throws IOException {
        AtomicFolder.delete(run.resolve("checkpoints"));
        assertThatThrownBy(this::resume)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("checkpoints: holds no state, although")
                .hasMessageContaining("has the steps up to 6");
    }

    @Test
    void whatWasDecidedIsANumberThatCouldHaveBeen() throws IOException {
        for (String value : List.of("-7", "0", "1.5", "\"x\"", "99999999999", "null")) {
            Files.writeString(run.resolve("decided.json"), "{\"tokens-per-batch\": " + value + "}");
            assertThatThrownBy(this::resume)
                    .isInstanceOf(HoneException.class)
                    .hasMessageContaining(
                            "decided.json: tokens-per-batch (" + value + ") must be a whole number from 1");
        }
    }

    @Test
    void settingsThatWereCutAreReadFromTheManifest() throws IOException {
        Path resolved = run.resolve("run-resolved.yaml");
        String whole = Files.readString(resolved);
        for (String cut : List.of("", whole.substring(0, whole.length() / 2), "nonsense: [")) {
            said.clear();
            Files.writeString(resolved, cut);
            assertThatThrownBy(() -> tiny.run("run", "", "training.seed=7", SETTINGS[0], SETTINGS[1]))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("seed: 42");
        }
        assertThat(resume().progress().step()).isEqualTo(9);
        assertThat(said).anyMatch(line -> line.contains("run-resolved.yaml: was damaged or changed"));
        assertThat(resolved).hasContent(whole);
    }

    @Test
    void aFolderThatIsDeletedMeanwhileIsNotWrittenTo() throws IOException {
        assertThatThrownBy(() -> tiny.run(
                        "run",
                        "",
                        TinyRun.listening(line -> {
                            if (line.startsWith("resuming")) {
                                try {
                                    AtomicFolder.delete(run);
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            }
                        }),
                        SETTINGS))
                .isInstanceOf(HoneException.class);
        assertThat(run.resolve("final")).doesNotExist();
        assertThat(run.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void aFolderWithTheNamesOfARunIsNotTaken() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other/final"));
        Files.writeString(other.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> tiny.run("other", ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds final and is not the folder of a run");
        assertThat(other.resolve("mine.txt")).hasContent("mine");
        assertThat(other.getParent().toFile().list()).containsExactly("final");
    }

    @Test
    void aSecondWriterIsKeptOutAlthoughTheLockWasDeleted() throws IOException {
        try (FolderLock first = FolderLock.take(run, "run")) {
            Files.delete(run.resolve(".lock"));
            assertThatThrownBy(() -> FolderLock.take(run, "run"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("is writing this run, although .lock is missing");
            assertThatThrownBy(first::requireHeld).hasMessageContaining("lost its .lock");
        }
    }

    @Test
    void aWriterThatDiedKeepsNobodyOut() throws IOException {
        Files.deleteIfExists(run.resolve(".lock"));
        Files.writeString(run.resolve(".writer"), "999999999 2020-01-01T00:00:00Z\n");
        FolderLock.take(run, "run").close();
    }

    @Test
    void aFinishedRunIsMadeLonger() throws IOException {
        resume();
        assertThatThrownBy(() -> tiny.run("run", "", SETTINGS)).hasMessageContaining("--extend");
        Trainer.Outcome longer = extend("training.steps=14");
        assertThat(longer.progress().step()).isEqualTo(14);
        assertThat(steps()).isEqualTo(steps(1, 14));
        assertThat(said)
                .anyMatch(
                        line -> line.contains("extending a finished run of 9 steps to 14; the schedule is that of 14"));
        assertThat(RunDirectory.isFinished(run)).isTrue();
        assertThat(run.resolve("run-resolved.yaml")).content().contains("steps: 14");
    }

    @Test
    void onlyItsLengthMayChangeAndItMustGrow() {
        resume();
        assertThatThrownBy(() -> extend("training.steps=14", "training.seed=7"))
                .hasMessageContaining("only its length may change")
                .hasMessageContaining("seed: 42");
        assertThatThrownBy(() -> extend("training.steps=9")).hasMessageContaining("more than it was finished with");
        assertThatThrownBy(() -> extend("training.steps=5"))
                .hasMessageContaining("of 9 steps, and its length now is 5");
        assertThat(RunDirectory.isFinished(run)).isTrue();
        assertThatThrownBy(() -> tiny.run("run", "", SETTINGS)).hasMessageContaining("holds a finished run");
    }

    private Trainer.Outcome extend(String... changes) {
        Settings settings =
                Settings.parse("run.yaml", tiny.yaml("run", "")).set(SETTINGS).set(changes);
        var configured = RunFile.read(settings);
        try (RunDirectory directory = RunDirectory.extend(run, settings, configured)) {
            return Training.run(configured.value(), directory, TinyRun.listening(said::add))
                    .outcome();
        }
    }
}
