package dev.hone.testkit;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Safetensors files that are almost right: the tensors somebody wants, a few of them bent. Some keep offsets that fit what the
 * header now says, so that what lies behind the header's own checks is reached as well.
 */
public final class BentTensors {
    private static final long[] EXTENTS = {
        -1, 0, 1, 2, 3, 64, 1 << 16, Integer.MAX_VALUE, 1L << 31, 1L << 32, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final List<String> TYPES = List.of(
            "F32", "F16", "BF16", "F64", "I64", "I32", "I16", "U8", "U64", "BOOL", "C64", "F8_E4M3", "F6_E2M3", "F4",
            "f32", "");
    private static final int MOST_BYTES = 1 << 16;

    /** One entry of a header, which says what it likes. */
    private static final class Entry {
        private String name;
        private String type = "F32";
        private long[] shape;
        private long begin;
        private long end;

        Entry(String name, long... shape) {
            this.name = name;
            this.shape = shape.clone();
        }

        String json() {
            return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + Arrays.toString(shape)
                    + ",\"data_offsets\":[" + begin + "," + end + "]}";
        }
    }

    private BentTensors() {}

    /** A file that should hold float32 tensors of these names and shapes, and holds what the fuzzer makes of them. */
    public static byte[] file(Map<String, long[]> wanted, FuzzedDataProvider in) {
        List<Entry> entries = new ArrayList<>();
        wanted.forEach((name, shape) -> entries.add(new Entry(name, shape)));
        for (int changes = in.consumeInt(0, 4); changes > 0 && !entries.isEmpty(); changes--) {
            bendMeaning(entries, in);
        }
        long at = 0;
        for (Entry entry : entries) {
            entry.begin = at;
            at += Math.floorMod(bytes(entry), (long) MOST_BYTES + 1);
            entry.end = at;
        }
        for (int changes = in.consumeInt(0, 2); changes > 0 && !entries.isEmpty(); changes--) {
            bendPlaces(entries.get(in.consumeInt(0, entries.size() - 1)), in);
        }
        return bytes(entries, (int) Math.min(at, 1 << 20), in);
    }

    private static void bendMeaning(List<Entry> entries, FuzzedDataProvider in) {
        int which = in.consumeInt(0, entries.size() - 1);
        Entry entry = entries.get(which);
        switch (in.consumeInt(0, 6)) {
            case 0 -> entries.remove(which);
            case 1 -> entries.add(in.consumeInt(0, entries.size()), new Entry(entry.name, entry.shape));
            case 2 -> entry.type = in.pickValue(TYPES);
            case 3 -> {
                if (entry.shape.length > 0) {
                    entry.shape[in.consumeInt(0, entry.shape.length - 1)] = in.pickValue(EXTENTS);
                }
            }
            case 4 -> entry.shape = in.consumeLongs(in.consumeInt(0, 70));
            case 5 -> {
                entry.shape = new long[in.consumeInt(0, 200)];
                Arrays.fill(entry.shape, in.pickValue(EXTENTS));
            }
            default -> entry.name = in.consumeAsciiString(12).replace("\\", "").replace("\"", "");
        }
    }

    private static void bendPlaces(Entry entry, FuzzedDataProvider in) {
        long other = in.consumeBoolean() ? in.pickValue(EXTENTS) : in.consumeLong(0, 100);
        if (in.consumeBoolean()) {
            entry.begin = other;
        } else {
            entry.end = other;
        }
    }

    /** Bytes of what an entry describes, however wrong. */
    private static long bytes(Entry entry) {
        long width = switch (entry.type) {
            case "F64", "I64", "U64", "C64" -> 8;
            case "F16", "BF16", "I16" -> 2;
            case "U8", "BOOL", "F8_E4M3" -> 1;
            default -> 4;
        };
        return Arrays.stream(entry.shape).reduce(width, (a, b) -> a * b);
    }

    private static byte[] bytes(List<Entry> entries, int dataBytes, FuzzedDataProvider in) {
        String header = "{" + String.join(",", entries.stream().map(Entry::json).toList()) + "}";
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        long length = in.consumeInt(0, 15) == 0 ? in.consumeLong() : text.length;
        byte[] data = new byte[in.consumeInt(0, 15) == 0 ? in.consumeInt(0, dataBytes + 9) : dataBytes];
        Arrays.fill(data, in.consumeByte());
        byte[] some = in.consumeRemainingAsBytes();
        System.arraycopy(some, 0, data, 0, Math.min(some.length, data.length));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
        file.writeBytes(text);
        file.writeBytes(data);
        return file.toByteArray();
    }
}
