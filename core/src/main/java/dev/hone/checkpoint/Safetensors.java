package dev.hone.checkpoint;

import dev.hone.config.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
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
        return tensor(name, SafetensorsWriter.CHUNK_BYTES);
    }

    Tensor tensor(String name, int chunkBytes) {
        SafetensorsHeader.Entry entry = entry(name);
        DType type = type(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (entry.bytes() <= chunkBytes) {
                return Tensor.fromBytes(map(channel, entry, 0, entry.bytes()), type, entry.shape());
            }
            return inChunks(channel, entry, type, chunkBytes);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + SafetensorsHeader.reason(e) + ")", e);
        }
    }

    private Tensor inChunks(FileChannel channel, SafetensorsHeader.Entry entry, DType type, int chunkBytes)
            throws IOException {
        Tensor whole = Tensor.zeros(type, entry.shape());
        Tensor flat = whole.view(-1);
        long at = 0;
        while (at < entry.bytes()) {
            long bytes = Math.min(chunkBytes / type.bytes() * (long) type.bytes(), entry.bytes() - at);
            long count = bytes / type.bytes();
            ByteBuffer chunk = map(channel, entry, at, bytes);
            try (Scope scope = Scope.open()) {
                flat.narrow(0, at / type.bytes(), count).copyInPlace(Tensor.fromBytes(chunk, type, count));
            }
            at += bytes;
        }
        return whole;
    }

    private ByteBuffer map(FileChannel channel, SafetensorsHeader.Entry entry, long from, long bytes)
            throws IOException {
        if (channel.size() < header.dataStart() + entry.end()) {
            throw new IOException("it became shorter after it was opened");
        }
        return channel.map(FileChannel.MapMode.READ_ONLY, header.dataStart() + entry.begin() + from, bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        if (entry == null) {
            throw new CheckpointException(file + ": holds no tensor named " + name);
        }
        return entry;
    }
}
