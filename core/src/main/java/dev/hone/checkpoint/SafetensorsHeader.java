package dev.hone.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.InputFile;
import dev.hone.files.LfsPointer;
import dev.hone.files.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table of contents of a safetensors file, checked before any byte of data is touched.
 *
 * <p>Layout: 8 bytes N, little-endian; N bytes of JSON, an object from tensor name to {@code {dtype, shape,
 * data_offsets}}, padded with spaces, with an optional {@code __metadata__} of strings; then the data, whose offsets count
 * from its own start and must cover it without gap or overlap.
 *
 * @param dataStart where the data begins in the file
 */
public record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata, long dataStart) {
    private static final long MAX_HEADER = 25_000_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** One tensor: its type as written, its shape, and its bytes [begin, end) within the data. */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    record Entry(String dtype, long[] shape, long begin, long end) {
        long bytes() {
            return end - begin;
        }
    }

    /** Bits of one element, by the format's name for the type. */
    static int bits(String dtype) {
        return switch (dtype) {
            case "F4" -> 4;
            case "F6_E2M3", "F6_E3M2" -> 6;
            case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ" -> 8;
            case "I16", "U16", "F16", "BF16" -> 16;
            case "I32", "U32", "F32" -> 32;
            case "C64", "F64", "I64", "U64" -> 64;
            default -> throw new IllegalArgumentException("dtype (" + dtype + ") is not a safetensors type");
        };
    }

    static SafetensorsHeader read(Path file) {
        try (FileChannel channel = InputFile.channel(file)) {
            return parse(file, channel);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
    }

    private static SafetensorsHeader parse(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        Optional<String> pointer = LfsPointer.complaint(file);
        if (pointer.isPresent()) {
            throw damaged(file, pointer.get());
        }
        if (size < 8) {
            throw damaged(file, "has " + size + " bytes, too few for a safetensors header");
        }
        long length = bytes(channel, 0, 8).getLong();
        if (length < 2 || length > MAX_HEADER) {
            throw damaged(
                    file, "states a header of " + Long.toUnsignedString(length) + " bytes; is it a safetensors file?");
        }
        if (size < 8 + length) {
            throw damaged(file, "ends inside its header (" + size + " of at least " + (8 + length) + " bytes)");
        }
        byte[] text = new byte[Math.toIntExact(length)];
        bytes(channel, 8, text.length).get(text);
        if (text[0] != '{') {
            throw damaged(file, "does not begin its header with '{'; is it a safetensors file?");
        }
        JsonNode root;
        try {
            // decoded here, because a JSON reader would also take UTF-16
            root = JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString());
        } catch (IOException e) {
            throw damaged(file, "has a header that is not JSON");
        }
        try {
            return checked(root, 8 + length, size - 8 - length);
        } catch (IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    private static SafetensorsHeader checked(JsonNode root, long dataStart, long dataSize) {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals("__metadata__")) {
                metadata.putAll(metadata(field.getValue()));
            } else {
                tensors.put(field.getKey(), entry(field.getKey(), field.getValue()));
            }
        }
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
        inOrder.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long covered = 0;
        for (Map.Entry<String, Entry> next : inOrder) {
            if (next.getValue().begin() != covered) {
                throw new IllegalArgumentException("tensor " + next.getKey() + " begins at byte "
                        + next.getValue().begin() + " of the data, but the one before ends at " + covered);
            }
            covered = next.getValue().end();
        }
        if (covered != dataSize) {
            throw new IllegalArgumentException("has " + dataSize + " bytes of data where its header promises " + covered
                    + " (was a write or download interrupted?)");
        }
        return new SafetensorsHeader(tensors, metadata, dataStart);
    }

    private static Map<String, String> metadata(JsonNode node) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    "__metadata__ (" + node.getNodeType() + ") must be an object of strings");
        }
        node.properties().forEach(m -> {
            if (!m.getValue().isTextual()) {
                throw new IllegalArgumentException("__metadata__ " + m.getKey() + " must be a string");
            }
            metadata.put(m.getKey(), m.getValue().asText());
        });
        return metadata;
    }

    private static Entry entry(String name, JsonNode node) {
        JsonNode offsets = node.path("data_offsets");
        if (!(node instanceof ObjectNode)
                || !node.path("dtype").isTextual()
                || !node.path("shape").isArray()
                || !offsets.isArray()
                || offsets.size() != 2
                || !isLong(offsets.get(0))
                || !isLong(offsets.get(1))) {
            throw new IllegalArgumentException("tensor " + name + " lacks dtype, shape or data_offsets");
        }
        long[] shape = new long[node.path("shape").size()];
        long bits = bits(node.path("dtype").asText());
        boolean empty = false;
        for (int i = 0; i < shape.length; i++) {
            JsonNode extent = node.path("shape").get(i);
            if (!isLong(extent) || extent.longValue() < 0) {
                throw new IllegalArgumentException("tensor " + name + " has an impossible shape (" + extent + ")");
            }
            shape[i] = extent.longValue();
            empty |= shape[i] == 0;
            try {
                bits = Math.multiplyExact(bits, Math.max(1, shape[i])); // also where a later extent is 0
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("tensor " + name + " has a shape whose size overflows", e);
            }
        }
        bits = empty ? 0 : bits;
        long begin = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (begin < 0 || end < begin || bits % 8 != 0 || end - begin != bits / 8) {
            throw new IllegalArgumentException(
                    "tensor " + name + " has " + (end - begin) + " bytes where its shape needs " + bits / 8);
        }
        return new Entry(node.path("dtype").asText(), shape, begin, end);
    }

    private static boolean isLong(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }

    private static CheckpointException damaged(Path file, String what) {
        return new CheckpointException(file + ": " + what);
    }
}
