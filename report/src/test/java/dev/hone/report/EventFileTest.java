package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000L, 250_000_000));

    @TempDir
    Path folder;

    /** Printed by event_record.py beside the test's resources, which knows the format and nothing of this code. */
    @Test
    void bytesEqualThoseDerivedFromTheFormat() throws IOException {
        EventFile file = EventFile.create(folder, CLOCK);
        try (file) {
            file.scalars(300, Map.of("loss", 1.5));
        }
        String version = "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9";
        String loss = "1b000000000000001a0d9e130900001040fc54d94110ac022a0d0a0b0a046c6f7373150000c03f0ff2762a";
        assertThat(file.path()).hasBinaryContent(HexFormat.of().parseHex(version + loss));
        assertThat(file.path()).hasFileName("events.out.tfevents.1700000000.hone");
    }

    @Test
    void everyScalarReadsBackAndEveryChecksumHolds() throws IOException {
        Map<String, Number> values = new LinkedHashMap<>();
        values.put("loss", 0.1);
        values.put("tokens", 1L << 40);
        values.put("평가/정확도", Float.NaN);
        EventFile file = EventFile.create(folder, CLOCK);
        try (file) {
            file.scalars(1, values);
            file.scalars(Long.MAX_VALUE, Map.of("x".repeat(300), -1));
            file.flush();
        }
        List<Event> events = read(file.path());
        assertThat(events)
                .containsExactly(
                        new Event(1_700_000_000.25, 0, "brain.Event:2", 0, Map.of()),
                        new Event(
                                1_700_000_000.25,
                                1,
                                "",
                                0,
                                Map.of("loss", 0.1f, "tokens", 0x1p40f, "평가/정확도", Float.NaN)),
                        new Event(1_700_000_000.25, Long.MAX_VALUE, "", 0, Map.of("x".repeat(300), -1f)));
    }

    @Test
    void aResumedRunSaysWhereItTakesOver() throws IOException {
        EventFile file = EventFile.resume(folder, 41, CLOCK);
        file.close();
        assertThat(read(file.path()).get(1)).isEqualTo(new Event(1_700_000_000.25, 41, "", 1, Map.of()));
    }

    @Test
    void aFileThatExistsStaysUntouched() throws IOException {
        EventFile first = EventFile.create(folder, CLOCK);
        first.close();
        byte[] before = Files.readAllBytes(first.path());
        EventFile second = EventFile.create(folder, CLOCK);
        second.close();
        assertThat(second.path()).hasFileName("events.out.tfevents.1700000000.hone.1");
        assertThat(first.path()).hasBinaryContent(before);
    }

    private record Event(double wallTime, long step, String version, long session, Map<String, Float> scalars) {}

    private static List<Event> read(Path path) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            ByteBuffer length = slice(in, 8);
            assertThat(in.getInt()).isEqualTo(masked(length));
            ByteBuffer event = slice(in, (int) length.getLong(0));
            assertThat(in.getInt()).isEqualTo(masked(event));
            events.add(event(event));
        }
        return events;
    }

    private static Event event(ByteBuffer in) {
        double wallTime = 0;
        long step = 0;
        String version = "";
        long session = 0;
        Map<String, Float> scalars = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            switch (key) {
                case 1 << 3 | 1 -> wallTime = in.getDouble();
                case 2 << 3 -> step = varint(in);
                case 3 << 3 | 2 -> version = text(in);
                case 5 << 3 | 2 -> summary(slice(in, (int) varint(in)), scalars);
                case 7 << 3 | 2 -> {
                    ByteBuffer log = slice(in, (int) varint(in));
                    assertThat(varint(log)).isEqualTo(1 << 3);
                    session = varint(log);
                }
                default -> throw new AssertionError("field key " + key);
            }
        }
        return new Event(wallTime, step, version, session, scalars);
    }

    private static void summary(ByteBuffer in, Map<String, Float> scalars) {
        while (in.hasRemaining()) {
            assertThat(varint(in)).isEqualTo(1 << 3 | 2);
            ByteBuffer value = slice(in, (int) varint(in));
            assertThat(varint(value)).isEqualTo(1 << 3 | 2);
            String tag = text(value);
            assertThat(varint(value)).isEqualTo(2 << 3 | 5);
            scalars.put(tag, value.getFloat());
            assertThat(value.hasRemaining()).isFalse();
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(slice(in, (int) varint(in))).toString();
    }

    private static ByteBuffer slice(ByteBuffer in, int length) {
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    /** CRC-32C bit by bit, not the JDK's. */
    private static int masked(ByteBuffer bytes) {
        int crc = -1;
        for (int i = 0; i < bytes.limit(); i++) {
            crc ^= bytes.get(i) & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}
