package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        try (Scope scope = Scope.open()) {
            for (int step = 1; step <= 2; step++) {
                Parameter weight = weight(step);
                Progress progress = Progress.start();
                for (int i = 0; i < step; i++) {
                    progress = progress.stepped(10);
                }
                new StateFiles(folder, 2, warnings::add)
                        .save(progress, List.of(weight), AdamW.Config.standard().over(List.of(weight)));
            }
        }
        newest = folder.resolve("step-00000002");
    }

    @Test
    void theNewestWholeStateIsGoneOnFrom() {
        assertThat(restored()).isEqualTo(2);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFlippedBitIsNoticedAndTheStateBeforeIsUsed() throws IOException {
        Path tensors = newest.resolve("state.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1] ^= 1;
        Files.write(tensors, bytes);

        assertThat(restored()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("has changed since it was written", "going back");
    }

    @Test
    void aStateCutShortIsNoticedToo() throws IOException {
        Path tensors = newest.resolve("state.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        Files.write(tensors, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThat(restored()).isEqualTo(1);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aStateWhoseWritingWasInterruptedIsPassedOver() throws IOException {
        Files.delete(newest.resolve("state.json"));

        assertThat(restored()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("was not finished");
    }

    @Test
    void aStateThatSaysNothingReadableIsPassedOver() throws IOException {
        Files.writeString(newest.resolve("state.json"), "{\"step\": 2");

        assertThat(restored()).isEqualTo(1);
        assertThat(warnings).hasSize(1);
    }

    private float restored() {
        try (Scope scope = Scope.open()) {
            Parameter weight = weight(0);
            new StateFiles(folder, 2, warnings::add)
                    .newest()
                    .orElseThrow()
                    .restore(List.of(weight), AdamW.Config.standard().over(List.of(weight)));
            return weight.value().floats()[0];
        }
    }

    private static Parameter weight(float value) {
        return new Parameter("w", Tensor.of(new float[] {value}, 1).trainable());
    }
}
