package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A critic on disk, beside the model or adapter it was trained with: {@code value_head.safetensors} with {@code value.weight} [1,
 * hidden] in float32. Who runs the model needs none; who trains it further by PPO begins with a critic that knows something. Other tools
 * pass the file over.
 */
public final class ValueHeadFile {
    static final String NAME = "value_head.safetensors";

    private ValueHeadFile() {}

    /** Writes the weight of a {@link ValueHead}. */
    public static void write(Path folder, Parameter weight) throws IOException {
        SafetensorsWriter.write(
                folder.resolve(NAME),
                List.of(new SafetensorsWriter.Item(
                        ValueHead.WEIGHT, DType.F32, weight.value().shape(), weight::value)),
                Map.of("format", "pt"));
    }

    /**
     * The weight that lies in a model's or an adapter's folder; empty where none does.
     *
     * @throws CheckpointException where it is another model's, or damaged
     */
    public static Optional<Parameter> read(Path folder, ModelConfig model) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Safetensors tensors = Safetensors.open(file);
        if (!tensors.names().contains(ValueHead.WEIGHT)) {
            throw new CheckpointException(file + ": holds no " + ValueHead.WEIGHT
                    + "; it is no critic's file, so take it away to begin with a new one");
        }
        long[] shape = {1, model.hidden()};
        if (!Arrays.equals(tensors.shape(ValueHead.WEIGHT), shape)) {
            throw new CheckpointException(
                    file + ": " + ValueHead.WEIGHT + " has shape " + Arrays.toString(tensors.shape(ValueHead.WEIGHT))
                            + " where this model needs " + Arrays.toString(shape)
                            + "; it is another model's, so take it away to begin with a new one");
        }
        Tensor values = Scope.returning(() -> tensors.tensor(ValueHead.WEIGHT).to(DType.F32))
                .keep();
        if (!values.isFinite()) {
            throw new CheckpointException(
                    file + ": " + ValueHead.WEIGHT + " holds infinities or NaN; take it away to begin with a new one");
        }
        return Optional.of(new Parameter(ValueHead.WEIGHT, values));
    }
}
