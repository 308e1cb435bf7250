package dev.hone.gguf;

import dev.hone.error.CheckpointException;
import dev.hone.files.LfsPointer;
import dev.hone.gguf.block.GgmlType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what stands before the data of a GGUF file. Every count is held against the bytes that are left before anything is made
 * of it, so that a damaged file costs neither memory nor time.
 */
final class GgufHeader {
    private static final int MAX_ELEMENTS = 1 << 24; // of all arrays together: far above any vocabulary with its merges
    private static final int MAX_TENSORS = 1 << 20;
    private static final int MAX_TEXT = 1 << 24;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long filled; // the file's place behind the buffer
    private int elements;
    private String at = "its header"; // what is being read

    GgufHeader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    GgufFile read() throws IOException {
        start();
        long tensorCount = u64();
        long valueCount = u64();
        if (tensorCount < 0 || tensorCount > MAX_TENSORS || tensorCount > left() / 24) {
            throw wrong("states " + Long.toUnsignedString(tensorCount) + " tensors, more than it has room for");
        }
        if (valueCount < 0 || valueCount > left() / 13) {
            throw wrong("states " + Long.toUnsignedString(valueCount) + " values, more than it has room for");
        }
        Metadata metadata = new Metadata();
        for (long i = 0; i < valueCount; i++) {
            at = "value " + (i + 1) + " of " + valueCount;
            String key = text();
            at = key;
            if (metadata.has(key)) {
                throw wrong("states " + key + " twice");
            }
            metadata.put(key, value(type()));
        }
        long alignment = alignment(metadata);
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (long i = 0; i < tensorCount; i++) {
            at = "tensor " + (i + 1) + " of " + tensorCount;
            GgufTensor tensor = tensor(alignment);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw wrong("holds two tensors named " + tensor.name());
            }
        }
        long dataStart = (place() + alignment - 1) / alignment * alignment;
        requireRoom(tensors, dataStart);
        return new GgufFile(file, metadata, tensors, dataStart);
    }

    private void start() throws IOException {
        Optional<String> pointer = LfsPointer.complaint(file);
        if (pointer.isPresent()) {
            throw wrong(pointer.get());
        }
        if (size < 24) {
            throw wrong("has " + size + " bytes, too few for a GGUF header");
        }
        if (u32() != GgufWriter.MAGIC) {
            throw wrong("does not begin with GGUF; is it a GGUF file?");
        }
        int version = u32();
        if (version != 2 && version != GgufWriter.VERSION) {
            throw wrong(
                    version != 0 && (version & 0xffff) == 0
                            ? "is big-endian; convert the checkpoint again on a little-endian machine"
                            : "is GGUF version " + Integer.toUnsignedString(version)
                                    + "; read are 2 and 3, which every llama.cpp since 2023 writes");
        }
    }

    private long alignment(Metadata metadata) {
        int alignment;
        try {
            alignment = metadata.integer("general.alignment").orElse(GgufWriter.ALIGNMENT);
        } catch (Metadata.MetadataException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        if (alignment < 1 || alignment > MAX_ALIGNMENT || Integer.bitCount(alignment) != 1) {
            throw wrong("general.alignment (" + alignment + ") must be a power of two up to " + MAX_ALIGNMENT);
        }
        return alignment;
    }

    private GgufTensor tensor(long alignment) throws IOException {
        String name = text();
        at = "tensor " + name;
        int extents = u32();
        if (extents < 1 || extents > 4) {
            throw wrong(
                    "tensor " + name + " has " + Integer.toUnsignedString(extents) + " extents; 1 to 4 are allowed");
        }
        long[] shape = new long[extents];
        long count = 1;
        for (int i = extents - 1; i >= 0; i--) {
            shape[i] = u64();
            if (shape[i] < 1 || shape[i] > Long.MAX_VALUE / 8 / count) {
                throw wrong("tensor " + name + " has an impossible extent (" + Long.toUnsignedString(shape[i]) + ")");
            }
            count *= shape[i];
        }
        int code = u32();
        GgmlType type = GgmlType.of(code)
                .orElseThrow(() -> wrong("tensor " + name + " is stored as " + GgmlType.nameOf(code)
                        + ", which is not read; read are " + List.of(GgmlType.values())));
        if (shape[extents - 1] % type.block() != 0) {
            throw wrong("tensor " + name + " has rows of " + shape[extents - 1] + ", and " + type
                    + " needs multiples of " + type.block());
        }
        long offset = u64();
        if (offset < 0 || offset % alignment != 0) {
            throw wrong("tensor " + name + " begins at byte " + Long.toUnsignedString(offset)
                    + " of the data, which is no multiple of " + alignment + " (general.alignment)");
        }
        return new GgufTensor(name, type, shape, offset);
    }

    private void requireRoom(Map<String, GgufTensor> tensors, long dataStart) {
        List<GgufTensor> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(GgufTensor::offset));
        long end = 0;
        for (GgufTensor tensor : inOrder) {
            if (tensor.offset() < end) {
                throw wrong("tensor " + tensor.name() + " begins inside the one before it");
            }
            if (tensor.bytes() > size - dataStart - tensor.offset()) {
                throw wrong("tensor " + tensor.name() + " ends at byte "
                        + (dataStart + tensor.offset() + tensor.bytes()) + ", and the file has " + size
                        + " (was a write or download interrupted?)");
            }
            end = tensor.offset() + tensor.bytes();
        }
    }

    private ValueType type() throws IOException {
        int code = u32();
        return ValueType.of(code)
                .orElseThrow(() -> wrong(at + " has the unknown type " + Integer.toUnsignedString(code)));
    }

    private Object value(ValueType type) throws IOException {
        return switch (type) {
            case TEXT -> text();
            case BOOL -> need(1).get() != 0;
            case F32 -> need(4).getFloat();
            case F64 -> need(8).getDouble();
            case ARRAY -> array();
            default -> whole(type);
        };
    }

    private long whole(ValueType type) throws IOException {
        ByteBuffer bytes = need(type.bytes());
        return switch (type) {
            case U8 -> Byte.toUnsignedLong(bytes.get());
            case I8 -> bytes.get();
            case U16 -> Short.toUnsignedLong(bytes.getShort());
            case I16 -> bytes.getShort();
            case U32 -> Integer.toUnsignedLong(bytes.getInt());
            case I32 -> bytes.getInt();
            default -> bytes.getLong();
        };
    }

    private Object array() throws IOException {
        ValueType type = type();
        long count = u64();
        if (count < 0 || count > left() / type.bytes()) {
            throw wrong(at + " states " + Long.toUnsignedString(count) + " elements, more than there is room for");
        }
        if (count > MAX_ELEMENTS - elements) {
            throw wrong(at + " has " + count + " elements; all lists together may have " + MAX_ELEMENTS);
        }
        int length = (int) count;
        elements += length;
        switch (type) {
            case TEXT -> {
                List<String> texts = new ArrayList<>(length);
                for (int i = 0; i < length; i++) {
                    texts.add(text());
                }
                return List.copyOf(texts);
            }
            case F32 -> {
                float[] numbers = new float[length];
                for (int i = 0; i < length; i++) {
                    numbers[i] = need(4).getFloat();
                }
                return numbers;
            }
            case F64 -> {
                double[] numbers = new double[length];
                for (int i = 0; i < length; i++) {
                    numbers[i] = need(8).getDouble();
                }
                return numbers;
            }
            case BOOL -> {
                boolean[] flags = new boolean[length];
                for (int i = 0; i < length; i++) {
                    flags[i] = need(1).get() != 0;
                }
                return flags;
            }
            case ARRAY -> throw wrong(at + " is a list of lists, which is not read");
            default -> {
                long[] numbers = new long[length];
                for (int i = 0; i < length; i++) {
                    numbers[i] = whole(type);
                }
                return numbers;
            }
        }
    }

    private String text() throws IOException {
        long length = u64();
        if (length < 0 || length > left() || length > MAX_TEXT) {
            throw wrong("ends inside " + at + ": a text of " + Long.toUnsignedString(length)
                    + " bytes is stated, and there are " + left());
        }
        byte[] utf8 = new byte[(int) length];
        for (int done = 0; done < utf8.length; ) {
            int part = Math.min(utf8.length - done, BUFFER);
            need(part).get(utf8, done, part);
            done += part;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file + ": " + at + " holds a text that is not UTF-8", e);
        }
    }

    private int u32() throws IOException {
        return need(4).getInt();
    }

    private long u64() throws IOException {
        return need(8).getLong();
    }

    private long place() {
        return filled - buffer.remaining();
    }

    private long left() {
        return size - place();
    }

    /** The buffer with at least so many bytes in it. */
    private ByteBuffer need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return buffer;
        }
        if (left() < bytes) {
            throw wrong("ends inside " + at + " (" + size + " bytes; was a write or download interrupted?)");
        }
        buffer.compact();
        while (buffer.position() < bytes) {
            int read = channel.read(buffer, filled);
            if (read < 0) {
                throw new IOException("it became shorter while it was read");
            }
            filled += read;
        }
        return buffer.flip();
    }

    private CheckpointException wrong(String what) {
        return new CheckpointException(file + ": " + what);
    }
}
