package dev.hone.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.CheckpointException;
import dev.hone.gguf.block.GgmlType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with four values and two tensors, whole and damaged. */
class GgufFileTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.gguf");
        Metadata metadata = new Metadata()
                .put("general.architecture", "llama")
                .put("llama.block_count", 2)
                .put("tokens", List.of("a", "한"))
                .put("scores", new float[] {1, -2});
        GgufWriter.write(
                file,
                metadata,
                List.of(
                        item("first", GgmlType.F32, 1, 2, 3, 4, 5, 6),
                        new GgufWriter.Item(
                                "second",
                                GgmlType.F16,
                                new long[] {2},
                                sink -> sink.accept(new float[] {0.5f, -1}, 2))));
    }

    private static GgufWriter.Item item(String name, GgmlType type, float... values) {
        return new GgufWriter.Item(
                name, type, new long[] {2, values.length / 2}, sink -> sink.accept(values, values.length));
    }

    @Test
    void whatWasWrittenIsRead() {
        GgufFile read = GgufFile.open(file);
        assertThat(read.metadata().requireText("general.architecture")).isEqualTo("llama");
        assertThat(read.metadata().requireInteger("llama.block_count")).isEqualTo(2);
        assertThat(read.metadata().texts("tokens")).containsExactly("a", "한");
        assertThat(read.metadata().floats("scores")).containsExactly(1, -2);
        assertThat(read.tensor("first").shape()).containsExactly(2, 3);
        assertThat(read.floats("first")).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(read.floats("second")).containsExactly(0.5f, -1);
    }

    /** Magic, version 3, two tensors, four values; then the first key's length and the key. */
    @Test
    void theFileBeginsAsTheFormatSays() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(bytes.array(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("GGUF");
        assertThat(bytes.getInt(4)).isEqualTo(3);
        assertThat(bytes.getLong(8)).isEqualTo(2);
        assertThat(bytes.getLong(16)).isEqualTo(4);
        assertThat(bytes.getLong(24)).isEqualTo("general.architecture".length());
        assertThat(bytes.limit() % 32).isZero();
    }

    @Test
    void aFileThatIsCutAnywhereIsRefusedByName() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 28; length += 3) { // the last bytes are padding
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GgufFile.open(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    private void requireRefused(int at, int bytes, long value, String reason) throws IOException {
        byte[] bent = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bent).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes == 4) {
            buffer.putInt(at, (int) value);
        } else {
            buffer.putLong(at, value);
        }
        Path other = folder.resolve("bent.gguf");
        Files.write(other, bent);
        assertThatThrownBy(() -> GgufFile.open(other))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(other + ": ")
                .hasMessageContaining(reason);
    }

    /** Where the entry of the first tensor has its number of extents. */
    private int extents() throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf("first") + 5;
    }

    @Test
    void everyWrongNumberIsNamed() throws IOException {
        requireRefused(0, 4, 0x12345678, "does not begin with GGUF");
        requireRefused(4, 4, 1, "is GGUF version 1");
        requireRefused(4, 4, 3 << 24, "is big-endian");
        requireRefused(8, 8, 1L << 40, "states 1099511627776 tensors");
        requireRefused(16, 8, -1, "states 18446744073709551615 values");
        requireRefused(24, 8, 1L << 60, "a text of 1152921504606846976 bytes");
        int at = extents();
        requireRefused(at, 4, 9, "tensor first has 9 extents");
        requireRefused(at + 4, 8, 1L << 62, "tensor first has an impossible extent");
        requireRefused(at + 20, 4, 10, "tensor first is stored as Q2_K, which is not read");
        requireRefused(at + 20, 4, 99, "tensor first is stored as type 99");
        requireRefused(at + 20, 4, 8, "tensor first has rows of 3, and Q8_0 needs multiples of 32");
        requireRefused(at + 24, 8, 4, "is no multiple of 32");
        requireRefused(at + 24, 8, 1L << 40, "tensor first ends at byte");
        requireRefused(at + 24, 8, 32, "begins inside the one before it");
    }

    @Test
    void aNumberThatTheTypeCannotHoldIsRefusedAndNothingIsLeft() {
        Path other = folder.resolve("large.gguf");
        assertThatThrownBy(() -> GgufWriter.write(other, new Metadata(), List.of(item("big", GgmlType.F16, 1, 70000))))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor big holds 70000.0, which f16 cannot hold; bf16 and f32 can");
        assertThatThrownBy(() ->
                        GgufWriter.write(other, new Metadata(), List.of(item("lost", GgmlType.F32, 1, Float.NaN))))
                .hasMessageContaining("tensor lost holds NaN");
        assertThat(folder.toFile().list()).containsExactly("model.gguf");
    }
}
