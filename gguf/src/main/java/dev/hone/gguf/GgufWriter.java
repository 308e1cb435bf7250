package dev.hone.gguf;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.gguf.block.GgmlType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes GGUF files, version 3. Layout, all little-endian: {@code GGUF}; version (u32); how many tensors and how many values (u64 each); the
 * values, each its key, its type (u32) and itself; an entry for each tensor: its name, how many extents (u32), the extents
 * with the length of a row first (u64), its type (u32), its offset (u64); zeros up to a multiple of 32; the tensors' bytes, each beginning at
 * such a multiple. A text is its length (u64) and UTF-8.
 *
 * <p>A file appears under its name only when it is complete and on disk. Tensors pass through memory a piece at a time.
 */
public final class GgufWriter {
    static final int MAGIC = 0x46554747; // GGUF
    static final int VERSION = 3;
    static final int ALIGNMENT = 32;

    private static final int PIECE = 1 << 14; // numbers that one thread packs at a time; whole blocks of every type

    private GgufWriter() {}

    /** Takes a tensor's numbers in order; all calls but a tensor's last bring a multiple of 256. */
    @FunctionalInterface
    public interface Sink {
        void accept(float[] values, int count) throws IOException;
    }

    /** Gives a tensor's numbers. */
    @FunctionalInterface
    public interface Body {
        void writeTo(Sink sink) throws IOException;
    }

    /**
     * A tensor to be written.
     *
     * @param shape rows first; a row is whole blocks of the type
     */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    public record Item(String name, GgmlType type, long[] shape, Body body) {
        public Item {
            if (shape.length == 0 || shape[shape.length - 1] % type.block() != 0) {
                throw new IllegalArgumentException("tensor " + name + " has rows that are not whole blocks of " + type);
            }
        }
    }

    /** Writes a file; {@link CheckpointException} where a number is not finite or beyond what its type holds. */
    public static void write(Path file, Metadata metadata, List<Item> items) throws IOException {
        List<GgufTensor> tensors = new ArrayList<>();
        long offset = 0;
        for (Item item : items) {
            GgufTensor tensor = new GgufTensor(item.name, item.type, item.shape, offset);
            tensors.add(tensor);
            offset = aligned(offset + tensor.bytes());
        }
        if (tensors.stream().map(GgufTensor::name).distinct().count() != tensors.size()) {
            throw new IllegalArgumentException(file + ": two tensors have the same name");
        }
        byte[] header = header(metadata, tensors);
        AtomicFiles.write(file, channel -> {
            AtomicFiles.put(channel, ByteBuffer.wrap(header));
            for (int i = 0; i < items.size(); i++) {
                put(channel, items.get(i), tensors.get(i));
            }
        });
    }

    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void put(FileChannel channel, Item item, GgufTensor tensor) throws IOException {
        long[] written = {0};
        item.body.writeTo((values, count) -> {
            requireHeld(item, values, count);
            ByteBuffer packed = ByteBuffer.allocate(Math.toIntExact(item.type.bytes(count)));
            int pieces = (count + PIECE - 1) / PIECE;
            IntStream.range(0, pieces).parallel().forEach(piece -> {
                int from = piece * PIECE;
                int size = Math.min(PIECE, count - from);
                ByteBuffer part = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
                part.position(Math.toIntExact(item.type.bytes(from)));
                item.type.write(values, from, size, part);
            });
            AtomicFiles.put(channel, packed);
            written[0] += packed.capacity();
        });
        if (written[0] != tensor.bytes()) {
            throw new IllegalStateException("tensor " + item.name + " was announced with " + tensor.bytes()
                    + " bytes and came with " + written[0]);
        }
        AtomicFiles.put(channel, ByteBuffer.allocate(Math.toIntExact(aligned(written[0]) - written[0])));
    }

    private static void requireHeld(Item item, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            if (!(Math.abs(values[i]) <= item.type.largest())) {
                throw new CheckpointException("tensor " + item.name + " holds " + values[i] + ", which "
                        + item.type.shown()
                        + (Float.isFinite(values[i])
                                ? " cannot hold; bf16 and f32 can"
                                : " cannot hold and no model computes with; the checkpoint is damaged"));
            }
        }
    }

    private static byte[] header(Metadata metadata, List<GgufTensor> tensors) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes); // big-endian; numbers are turned round
        u32(out, MAGIC);
        u32(out, VERSION);
        u64(out, tensors.size());
        u64(out, metadata.values().size());
        for (Map.Entry<String, Object> entry : metadata.values().entrySet()) {
            text(out, entry.getKey());
            value(out, entry.getValue());
        }
        for (GgufTensor tensor : tensors) {
            text(out, tensor.name());
            long[] shape = tensor.shape();
            u32(out, shape.length);
            for (int i = shape.length - 1; i >= 0; i--) {
                u64(out, shape[i]);
            }
            u32(out, tensor.type().code());
            u64(out, tensor.offset());
        }
        out.write(new byte[Math.toIntExact(aligned(bytes.size()) - bytes.size())]);
        return bytes.toByteArray();
    }

    private static void value(DataOutputStream out, Object value) throws IOException {
        ValueType type = typeOf(value);
        u32(out, type.code());
        if (type != ValueType.ARRAY) {
            single(out, value);
            return;
        }
        if (value instanceof List<?> texts) {
            count(out, ValueType.TEXT, texts.size());
            for (Object text : texts) {
                text(out, (String) text);
            }
        } else if (value instanceof int[] numbers) {
            count(out, ValueType.I32, numbers.length);
            for (int number : numbers) {
                u32(out, number);
            }
        } else if (value instanceof float[] numbers) {
            count(out, ValueType.F32, numbers.length);
            for (float number : numbers) {
                u32(out, Float.floatToRawIntBits(number));
            }
        } else {
            throw new IllegalArgumentException("no array of " + value.getClass() + " is written");
        }
    }

    private static ValueType typeOf(Object value) {
        if (value instanceof Integer) {
            return ValueType.U32;
        } else if (value instanceof Float) {
            return ValueType.F32;
        } else if (value instanceof Boolean) {
            return ValueType.BOOL;
        } else if (value instanceof String) {
            return ValueType.TEXT;
        }
        return ValueType.ARRAY;
    }

    private static void single(DataOutputStream out, Object value) throws IOException {
        if (value instanceof Integer number) {
            u32(out, number);
        } else if (value instanceof Float number) {
            u32(out, Float.floatToRawIntBits(number));
        } else if (value instanceof Boolean flag) {
            out.writeByte(flag ? 1 : 0);
        } else {
            text(out, (String) value);
        }
    }

    private static void count(DataOutputStream out, ValueType type, int count) throws IOException {
        u32(out, type.code());
        u64(out, count);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        u64(out, utf8.length);
        out.write(utf8);
    }

    private static void u32(DataOutputStream out, int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }

    private static void u64(DataOutputStream out, long value) throws IOException {
        out.writeLong(Long.reverseBytes(value));
    }
}
