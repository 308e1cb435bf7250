package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.CheckpointException;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    /** b = [1, 2] and c = [3] in float32, a = [1] in float16: the file the reference writer makes of them. */
    @Test
    void aFileEqualsTheReferenceWritersByteForByte() throws IOException {
        Path file = folder.resolve("v.safetensors");
        try (Scope scope = Scope.open()) {
            SafetensorsWriter.write(
                    file,
                    List.of(
                            SafetensorsWriter.Item.of(
                                    "a", Tensor.of(new float[] {1}).to(DType.F16)),
                            SafetensorsWriter.Item.of("b", Tensor.of(new float[] {1, 2})),
                            SafetensorsWriter.Item.of("c", Tensor.of(new float[] {3}))),
                    Map.of("format", "pt"));
        }
        byte[] bytes = Files.readAllBytes(file);
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[12,14]}}";
        assertThat(bytes).hasSize(222);
        assertThat(HexFormat.of().formatHex(bytes, 0, 8)).isEqualTo("c800000000000000");
        assertThat(new String(bytes, 8, 200, StandardCharsets.UTF_8))
                .isEqualTo(header + " ".repeat(200 - header.length()));
        assertThat(HexFormat.of().formatHex(bytes, 208, 222)).isEqualTo("0000803f0000004000004040003c");
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeComesBackAsItWentBitForBit(DType type) throws IOException {
        Path file = folder.resolve("t.safetensors");
        try (Scope scope = Scope.open()) {
            Tensor values = Tensor.of(new float[] {0, 1, 1, 0, 1, 0}, 2, 3).to(type);
            Tensor scalar = Tensor.of(new float[] {1}).view().to(type);
            Tensor none = Tensor.zeros(type, 0, 4);
            SafetensorsWriter.write(
                    file,
                    List.of(
                            SafetensorsWriter.Item.of("values", values),
                            SafetensorsWriter.Item.of("scalar", scalar),
                            SafetensorsWriter.Item.of("none", none)),
                    Map.of("format", "pt", "note", "Größe 크기"));
            Safetensors read = Safetensors.open(file);
            assertThat(read.metadata()).containsEntry("note", "Größe 크기");
            assertThat(read.type("values")).isEqualTo(type);
            assertThat(read.tensor("values").bytes()).isEqualTo(values.bytes());
            assertThat(read.tensor("scalar").shape()).isEmpty();
            assertThat(read.tensor("scalar").scalar()).isEqualTo(1);
            assertThat(read.tensor("none").shape()).containsExactly(0, 4);
        }
    }

    @Test
    void tensorsLargerThanABufferPassThroughItInPieces() throws IOException {
        Path pieces = folder.resolve("pieces.safetensors");
        Path whole = folder.resolve("whole.safetensors");
        try (Scope scope = Scope.open()) {
            Tensor values =
                    Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2, 5).to(DType.BF16);
            List<SafetensorsWriter.Item> items = List.of(SafetensorsWriter.Item.of("t", values));
            SafetensorsWriter.write(pieces, items, Map.of(), 7); // three elements at a time
            SafetensorsWriter.write(whole, items, Map.of());
            assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
            assertThat(Safetensors.open(whole).tensor("t", 7).floats()).containsExactly(values.floats());
            assertThat(Safetensors.open(whole).tensor("t", 7).shape()).containsExactly(2, 5);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a gap at the start    | {'a':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}              | begins at byte 2",
                "a gap between         | {'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}} | tensor b begins at byte 2",
                "an overlap            | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}} | tensor b begins at byte 2",
                "an end before a begin | {'a':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}}              | has -4 bytes",
                "too few bytes         | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}             | has 4 bytes where its shape needs 8",
                "data left over        | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}              | has 4 bytes of data where its header promises 3",
                "data missing          | {'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}}              | has 4 bytes of data where its header promises 5",
                "an overflowing size   | {'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,4]}} | overflows",
                "an overflow times 0   | {'a':{'dtype':'F32','shape':[0,4611686018427387904,4],'data_offsets':[0,0]}} | overflows",
                "a negative extent     | {'a':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}}             | impossible shape (-4)",
                "a broken extent       | {'a':{'dtype':'U8','shape':[4.0],'data_offsets':[0,4]}}            | impossible shape (4.0)",
                "a broken offset       | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0.5,4]}}            | lacks dtype",
                "an unknown type       | {'a':{'dtype':'F5','shape':[4],'data_offsets':[0,4]}}              | dtype (F5)",
                "half a byte           | {'a':{'dtype':'F4','shape':[7],'data_offsets':[0,4]}}              | has 4 bytes where",
                "no offsets            | {'a':{'dtype':'U8','shape':[4]}}                                   | lacks dtype, shape or data_offsets",
                "the same name twice   | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | not JSON",
                "text after the object | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} x            | not JSON",
                "broken JSON           | {'a':{'dtype':'U8'                                                 | not JSON",
                "an array              | [1,2]                                                              | does not begin its header",
                "metadata of numbers   | {'__metadata__':{'n':1},'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | __metadata__ n must be a string",
                "metadata that is text | {'__metadata__':'pt','a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | must be an object",
            })
    void aHeaderThatLiesIsRefused(String what, String header, String message) throws IOException {
        Path file = write(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Safetensors.open(file))
                .as(what)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void aHeaderInUtf16IsRefused() throws IOException {
        Path file = write("{}".getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> Safetensors.open(file)).hasMessageContaining("not JSON");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        Path file = write(new byte[] {'{', '"', (byte) 0xc3, '"', '}'});
        assertThatThrownBy(() -> Safetensors.open(file)).hasMessageContaining("not JSON");
    }

    @Test
    void filesTooShortForWhatTheyStateAreRefused() throws IOException {
        refused(new byte[0], "has 0 bytes, too few");
        refused(new byte[7], "has 7 bytes, too few");
        refused(length(100), "ends inside its header (8 of at least 108 bytes)");
        refused(length(100_000_001), "states a header of 100000001 bytes");
        refused(length(-1), "states a header of 18446744073709551615 bytes");
        refused(length(0), "states a header of 0 bytes");
    }

    @Test
    void aFolderAndNothingAreRefused() {
        assertThatThrownBy(() -> Safetensors.open(folder)).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("none")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("none: cannot be read (no such file)");
    }

    @Test
    void aFileCutAfterItWasOpenedIsNoticed() throws IOException {
        byte[] header =
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}".getBytes(StandardCharsets.UTF_8);
        Path file = write(header);
        Safetensors open = Safetensors.open(file);
        Files.write(file, length(header.length));
        assertThatThrownBy(() -> open.tensor("a"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("became shorter");
    }

    @Test
    void aTypeWeDoNotComputeWithIsRefusedWhenItIsAskedFor() throws IOException {
        Path file = write("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}"
                .getBytes(StandardCharsets.UTF_8));
        Safetensors open = Safetensors.open(file);
        assertThat(open.shape("a")).containsExactly(4);
        assertThatThrownBy(() -> open.tensor("a"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("stored as F8_E4M3");
        assertThatThrownBy(() -> open.tensor("b")).hasMessageContaining("holds no tensor named b");
    }

    @Test
    void aWriteThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("t.safetensors");
        try (Scope scope = Scope.open()) {
            SafetensorsWriter.write(file, List.of(SafetensorsWriter.Item.of("a", Tensor.ones(DType.F32, 2))), Map.of());
            byte[] before = Files.readAllBytes(file);
            List<SafetensorsWriter.Item> items = new ArrayList<>();
            items.add(SafetensorsWriter.Item.of("a", Tensor.zeros(DType.F32, 2)));
            items.add(new SafetensorsWriter.Item("b", DType.F32, new long[] {2}, () -> {
                throw new IllegalStateException("power cut");
            }));
            assertThatThrownBy(() -> SafetensorsWriter.write(file, items, Map.of()))
                    .hasMessage("power cut");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    @Test
    void aTensorOfAnotherShapeThanAnnouncedIsABug() {
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        folder.resolve("t"),
                        List.of(new SafetensorsWriter.Item(
                                "a", DType.F32, new long[] {3}, () -> Tensor.zeros(DType.F32, 2))),
                        Map.of()))
                .isInstanceOf(IllegalStateException.class);
    }

    private void refused(byte[] content, String message) throws IOException {
        Path file = folder.resolve("short.safetensors");
        Files.write(file, content);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    private static byte[] length(long length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    /** A file with this header and four bytes of data. */
    private Path write(byte[] header) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        content.putLong(header.length).put(header).put(new byte[] {1, 0, 1, 0});
        return Files.write(folder.resolve("bad.safetensors"), content.array());
    }
}
