package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.CheckpointException;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValueHeadFileTest {
    private static final ModelConfig MODEL = GoldenModels.a();

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        try (Scope scope = Scope.open()) {
            Parameter weight = new Parameter(ValueHead.WEIGHT, GoldenModels.sine(1, 0, 1, MODEL.hidden()));
            ValueHeadFile.write(folder, weight);
            assertThat(ValueHeadFile.read(folder, MODEL).orElseThrow().value().floats())
                    .containsExactly(weight.value().floats());
        }
    }

    @Test
    void aFolderNeedNotHaveOne() {
        assertThat(ValueHeadFile.read(folder, MODEL)).isEmpty();
    }

    @Test
    void anotherModelsIsRefused() throws IOException {
        try (Scope scope = Scope.open()) {
            ValueHeadFile.write(folder, new Parameter(ValueHead.WEIGHT, GoldenModels.sine(1, 0, 1, 3)));
            assertThatThrownBy(() -> ValueHeadFile.read(folder, MODEL))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("has shape [1, 3] where this model needs [1, " + MODEL.hidden() + "]");
            ValueHeadFile.write(
                    folder, new Parameter(ValueHead.WEIGHT, Tensor.full(DType.F32, Double.NaN, 1, MODEL.hidden())));
            assertThatThrownBy(() -> ValueHeadFile.read(folder, MODEL)).hasMessageContaining("infinities or NaN");
        }
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        Files.writeString(folder.resolve(ValueHeadFile.NAME), "nothing");
        assertThatThrownBy(() -> ValueHeadFile.read(folder, MODEL)).isInstanceOf(CheckpointException.class);
    }
}
