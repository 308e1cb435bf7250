package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.InputFile;
import dev.hone.files.WriteFailure;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: opening it reads the header alone, and each tensor is read only when it is asked for, straight into its
 * own memory. A mapped file would count as memory of the process until a garbage collection noticed that it is not needed.
 *
 * <p>Shapes, offsets and types are checked before native code sees them. Safe to share between threads.
 */
public final class Safetensors {
    /** Elements that are converted at once: they stay in cache. */
    private static final long CONVERTED = 1L << 19;

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
        Tensor whole = Tensor.uninitialised(type(name), entry(name).shape());
        long step = chunkBytes / whole.dtype().bytes(); // a buffer holds less than 2 GiB, a tensor may have more
        forChunks(name, step, (channel, place, part) -> read(channel, place, part.memory()), whole);
        return whole;
    }

    /** A copy of one tensor in another type, converted as it is read: the stored values never stand in memory as a whole. */
    public Tensor tensor(String name, DType wanted) {
        DType stored = type(name);
        if (stored == wanted) {
            return tensor(name);
        }
        Tensor whole = Tensor.uninitialised(wanted, entry(name).shape());
        try (Scope scope = Scope.open()) {
            Tensor buffer = Tensor.uninitialised(stored, Math.min(CONVERTED, Math.max(1, whole.count())));
            forChunks(
                    name,
                    CONVERTED,
                    (channel, place, part) -> {
                        Tensor read = buffer.narrow(0, 0, part.count());
                        read(channel, place, read.memory());
                        part.copyInPlace(read);
                    },
                    whole);
        }
        return whole;
    }

    /** A copy of some elements of a tensor, counted row after row, in the type they are stored in; less than 2 GiB. */
    Tensor part(String name, long from, long count) {
        SafetensorsHeader.Entry entry = entry(name);
        Tensor part = Tensor.uninitialised(type(name), count);
        try (FileChannel channel = InputFile.channel(file)) {
            read(
                    channel,
                    header.dataStart() + entry.begin() + from * part.dtype().bytes(),
                    part.memory());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
        return part;
    }

    private interface Fill {
        void fill(FileChannel channel, long place, Tensor part) throws IOException;
    }

    private void forChunks(String name, long step, Fill body, Tensor whole) {
        SafetensorsHeader.Entry entry = entry(name);
        int bytes = type(name).bytes();
        try (FileChannel channel = InputFile.channel(file);
                Scope scope = Scope.open()) {
            Tensor flat = whole.view(-1);
            for (long at = 0; at < flat.count(); at += step) {
                Tensor part = flat.narrow(0, at, Math.min(step, flat.count() - at));
                body.fill(channel, header.dataStart() + entry.begin() + at * bytes, part);
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
    }

    private static void read(FileChannel channel, long from, ByteBuffer into) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new IOException("it became shorter after it was opened");
            }
            at += count;
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
