package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.FolderChecksums;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.FaultyFiles;
import dev.hone.testkit.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States after steps 1 and 2, of a weight that is 1 and then 2. */
class StateFilesTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Path newest = Path.of("");

    @BeforeEach
    void saveTwo() {
        save(folder, 1);
        save(folder, 2);
        newest = folder.resolve("step-00000002");
    }

    @Test
    void theNewestWholeStateIsResumedFrom() {
        assertThat(restored()).isEqualTo(2);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFlippedBitOfAnyFileIsNoticedAndTheStateBeforeIsUsed() throws IOException {
        for (String name : List.of("state.safetensors", "state.json", "checksums.json")) {
            byte[] whole = Files.readAllBytes(newest.resolve(name));
            for (int at = 0; at < whole.length; at += 7) {
                byte[] bytes = whole.clone();
                bytes[at] ^= 1;
                Files.write(newest.resolve(name), bytes);

                boolean blank = name.equals("checksums.json") && Character.isWhitespace(whole[at]); // may mean nothing
                assertThat(blank ? 1 : restored()).as("%s, byte %d", name, at).isEqualTo(1);
            }
            Files.write(newest.resolve(name), whole);
        }
        assertThat(warnings.get(0))
                .contains("state.safetensors: has changed since it was written", "going back to step-00000001");
    }

    @Test
    void aFileCutShortIsNoticedWithHowMuchIsMissing() throws IOException {
        for (String name : List.of("state.safetensors", "state.json", "checksums.json")) {
            byte[] whole = Files.readAllBytes(newest.resolve(name));
            for (int length = 0; length < whole.length - 1; length += 7) {
                Files.write(newest.resolve(name), Arrays.copyOf(whole, length));
                assertThat(restored()).as("%s, %d bytes", name, length).isEqualTo(1);
            }
            Files.write(newest.resolve(name), whole);
        }
        assertThat(warnings.get(0)).contains("bytes shorter than its checksums.json says");
    }

    /** States written before the file had its name hold the same as {@code manifest.json}. */
    @Test
    void aStateWithTheEarlierNameOfItsChecksumsIsWhole() throws IOException {
        Files.move(newest.resolve("checksums.json"), newest.resolve("manifest.json"));

        assertThat(restored()).isEqualTo(2);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        for (String name : List.of("state.safetensors", "state.json", "checksums.json")) {
            byte[] whole = Files.readAllBytes(newest.resolve(name));
            Files.delete(newest.resolve(name));
            warnings.clear();

            assertThat(restored()).isEqualTo(1);
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains(name + ": is missing; going back to step-00000001");
            Files.write(newest.resolve(name), whole);
        }
    }

    @Test
    void aRunOfWhichNoStateIsWholeDoesNotBeginAnewInSilence() throws IOException {
        Files.delete(newest.resolve("state.json"));
        Files.delete(folder.resolve("step-00000001/state.safetensors"));

        assertThatThrownBy(this::restored)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("step-00000002/state.json: is missing")
                .hasMessageContaining("step-00000001/state.safetensors: is missing")
                .hasMessageContaining("holds no state to resume from")
                .hasMessageContaining("delete the folder to begin again");
    }

    @Test
    void theNewestFewAreKeptAndADamagedLaterOneIsNotCountedAmongThem() throws IOException {
        save(folder, 3);
        assertThat(names()).containsExactly("step-00000002", "step-00000003");

        Files.delete(folder.resolve("step-00000003/state.json"));
        assertThat(restored()).isEqualTo(2);
        save(folder, 2);
        assertThat(names()).containsExactly("step-00000002");
    }

    @Test
    void whereverAProcessEndsWhileItSavesAWholeStateIsThere() throws IOException {
        boolean ended = true;
        int change = 0;
        while (ended) {
            change++;
            ended = false;
            try {
                save(FaultyFiles.at(folder, Fault.DEATH, change), 3);
            } catch (FaultyFiles.Death e) {
                ended = true;
            }
            assertThat(restored()).as("change %d", change).isIn(2f, 3f);
            assertThat(warnings).isEmpty();

            AtomicFolder.delete(folder.resolve("step-00000003"));
            save(folder, 1);
            save(folder, 2);
            assertThat(names()).as("change %d", change).containsExactly("step-00000001", "step-00000002");
        }
        assertThat(change).isGreaterThan(20);
    }

    @Test
    void aFullDiskKeepsWhatWasSavedAndNothingHalfWritten() throws IOException {
        boolean full = true;
        for (int change = 1; full; change++) {
            full = false;
            try {
                save(FaultyFiles.at(folder, Fault.FULL_DISK, change), 3);
            } catch (CheckpointException e) {
                full = true;
                assertThat(e)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("the run stands at step-00000002");
                assertThat(names()).containsExactly("step-00000001", "step-00000002");
            }
        }
        assertThat(restored()).isEqualTo(3);
        assertThat(names()).containsExactly("step-00000002", "step-00000003");
    }

    private static void save(Path folder, int step) {
        try (Scope scope = Scope.open()) {
            Parameter weight = weight(step);
            Progress progress = Progress.start();
            for (int i = 0; i < step; i++) {
                progress = progress.stepped(10);
            }
            new StateFiles(folder, 2, line -> {}).save(progress, parts(weight));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** Negative, missing, or no number: the run would begin again from nothing, and call it progress. */
    @Test
    void aStateThatCountsWronglyIsPassedOver() throws IOException {
        Path json = newest.resolve("state.json");
        Files.writeString(json, Files.readString(json).replace("\"step\": 2", "\"step\": \"2\""));
        FolderChecksums.write(newest);

        assertThat(restored()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("state.json: step (\"2\")", "whole number");
    }

    @Test
    void theStateOfAnotherRunIsRefused() {
        try (Scope scope = Scope.open()) {
            Parameter wider =
                    new Parameter("w", Tensor.of(new float[] {0, 0, 0}, 3).trainable());
            StateFiles.State state =
                    new StateFiles(folder, 2, warnings::add).newest().orElseThrow();

            assertThatThrownBy(() -> state.restore(parts(wider)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("weight.w is F32[1] where this run has F32[3]");
        }
    }

    private float restored() {
        try (Scope scope = Scope.open()) {
            Parameter weight = weight(0);
            new StateFiles(folder, 2, warnings::add).newest().orElseThrow().restore(parts(weight));
            return weight.value().floats()[0];
        }
    }

    private static List<Stateful> parts(Parameter weight) {
        return List.of(
                new SavedWeights("weight", List.of(weight)),
                AdamW.Config.standard().over(List.of(weight)));
    }

    private static Parameter weight(float value) {
        return new Parameter("w", Tensor.of(new float[] {value}, 1).trainable());
    }
}
