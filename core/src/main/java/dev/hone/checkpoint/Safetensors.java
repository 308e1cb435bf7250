package dev.hone.checkpoint;

import dev.hone.config.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, read memory-mapped: opening it reads the header alone, and each tensor only when it is asked for.
 *
 * <p>Shapes, offsets and types are checked before native code sees them. Safe to share between threads.
 */
public final class Safetensors {
    private final Path file;
    private final SafetensorsHeader header;

    private Safetensors(Path file, SafetensorsHeader header) {
        this.file = file;
        this.header = header;
    }

    /** Opens a file; a damaged one raises {@link CheckpointException} and says what is wrong with it. */
    public static Safetensors open(Path file) {
        return new Safetensors(file, SafetensorsHeader.read(file));
    }

    public Path file() {
        return file;
    }

    public Set<String> names() {
        return header.tensors().keySet();
    }

    public Map<String, String> metadata() {
        return header.metadata();
    }

    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    /** The type a tensor is stored in; {@link CheckpointException} where it is one we do not compute with. */
    public DType type(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        return Arrays.stream(DType.values())
                .filter(t -> t.name().equals(entry.dtype()))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(file + ": tensor " + name + " is stored as " + entry.dtype()
                        + "; we read " + Arrays.toString(DType.values())));
    }

    /** A copy of one tensor, in the type it is stored in. */
    public Tensor tensor(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        DType type = type(name);
        if (entry.bytes() > Integer.MAX_VALUE) {
            throw new CheckpointException(file + ": tensor " + name + " has " + entry.bytes()
                    + " bytes; a single tensor may have at most 2 GiB");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, header.dataStart() + entry.begin(), entry.bytes());
            return Tensor.fromBytes(bytes.order(ByteOrder.LITTLE_ENDIAN), type, entry.shape());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + SafetensorsHeader.reason(e) + ")", e);
        }
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        if (entry == null) {
            throw new CheckpointException(file + ": holds no tensor named " + name);
        }
        return entry;
    }
}
