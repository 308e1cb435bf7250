package dev.hone.gguf;

import dev.hone.error.CheckpointException;
import dev.hone.files.InputFile;
import dev.hone.files.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/**
 * A GGUF file: opening it reads and checks metadata and table of contents, and each tensor's numbers are read when they are asked for. Safe
 * to share between threads. {@link GgufWriter} has the layout.
 */
public final class GgufFile {
    private static final int PIECE = 1 << 18; // numbers; whole blocks of every type

    private final Path path;
    private final Metadata metadata;
    private final Map<String, GgufTensor> tensors;
    private final long dataStart;

    GgufFile(Path path, Metadata metadata, Map<String, GgufTensor> tensors, long dataStart) {
        this.path = path;
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.dataStart = dataStart;
    }

    /** Opens a file; a damaged one raises {@link CheckpointException} and says what is wrong with it. */
    public static GgufFile open(Path file) {
        try (FileChannel channel = InputFile.channel(file)) {
            return new GgufHeader(file, channel).read();
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
    }

    public Path path() {
        return path;
    }

    public Metadata metadata() {
        return metadata;
    }

    /** The tensors by name, in the file's order. */
    public Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** The entry of a tensor that has to be there. */
    public GgufTensor tensor(String name) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(path + ": holds no tensor named " + name);
        }
        return tensor;
    }

    /** Reads a tensor's numbers, a piece at a time. */
    public void read(String name, GgufWriter.Sink sink) {
        GgufTensor tensor = tensor(name);
        long count = tensor.count();
        float[] values = new float[(int) Math.min(PIECE, count)];
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.type().bytes(values.length)))
                .order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = InputFile.channel(path)) {
            for (long at = 0; at < count; at += values.length) {
                int size = (int) Math.min(values.length, count - at);
                bytes.clear().limit(Math.toIntExact(tensor.type().bytes(size)));
                long place = dataStart + tensor.offset() + tensor.type().bytes(at);
                while (bytes.hasRemaining()) {
                    int read = channel.read(bytes, place + bytes.position());
                    if (read < 0) {
                        throw new IOException("it became shorter after it was opened");
                    }
                }
                tensor.type().read(bytes.flip(), values, 0, size);
                sink.accept(values, size);
            }
        } catch (IOException e) {
            throw new CheckpointException(path + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
    }

    /** All numbers of a tensor, which has less than 2³¹ of them. */
    public float[] floats(String name) {
        float[] all = new float[Math.toIntExact(tensor(name).count())];
        int[] at = {0};
        read(name, (values, count) -> {
            System.arraycopy(values, 0, all, at[0], count);
            at[0] += count;
        });
        return all;
    }
}
