package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.CheckpointException;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of four bits an element, as they are computed when they are read. */
class QuantisedWeightTest {
    private static final String STATE =
            "{\"quant_type\":\"nf4\",\"blocksize\":4,\"dtype\":\"float32\",\"shape\":[2,3]%s}";

    @TempDir
    private Path folder;

    private final List<SafetensorsWriter.Item> items = new ArrayList<>();
    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private void bytes(String name, String hex, long... shape) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        items.add(SafetensorsWriter.Item.of(name, Tensor.fromBytes(bytes, DType.U8, shape)));
    }

    private void text(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        items.add(SafetensorsWriter.Item.of(name, Tensor.fromBytes(ByteBuffer.wrap(bytes), DType.U8, bytes.length)));
    }

    private void floats(String name, float... values) {
        items.add(SafetensorsWriter.Item.of(name, Tensor.of(values)));
    }

    private WeightFiles files() throws IOException {
        SafetensorsWriter.write(folder.resolve("model.safetensors"), items, Map.of());
        return WeightFiles.in(folder, GoldenModels.a().decoder(), false);
    }

    /** The numbers 0 … 15 for the codes. */
    private static float[] codes() {
        float[] codes = new float[16];
        IntStream.range(0, 16).forEach(i -> codes[i] = i);
        return codes;
    }

    /** Codes 1 2 3 15 | 4 5, the first of a byte in its high bits, with the scales 2 and 10. */
    @Test
    void eachBlockOfFourBitCodesHasAScale() throws IOException {
        bytes("w", "123f45", 3, 1);
        floats("w.absmax", 2, 10);
        floats("w.quant_map", codes());
        text("w.quant_state.bitsandbytes__nf4", STATE.formatted(""));
        WeightFiles files = files();
        assertThat(files.names()).containsExactly("w");
        assertThat(files.shape("w")).containsExactly(2, 3);
        assertThat(files.type("w")).isEqualTo(DType.F32);
        assertThat(files.tensor("w", DType.F32).floats()).containsExactly(2, 4, 6, 30, 40, 50);
        assertThat(files.part("w", 3, 2).floats()).containsExactly(30, 40);
    }

    /** The scales are 0.5 · map[7] + 1 = 4.5 and 0.5 · map[200] + 1 = 101, as map[i] is i. */
    @Test
    void scalesMayBeCodesThemselves() throws IOException {
        float[] map = new float[256];
        IntStream.range(0, 256).forEach(i -> map[i] = i);
        bytes("w", "123f45", 3, 1);
        bytes("w.absmax", "07c8", 2);
        floats("w.nested_absmax", .5f);
        floats("w.nested_quant_map", map);
        floats("w.quant_map", codes());
        text(
                "w.quant_state.bitsandbytes__nf4",
                STATE.formatted(",\"nested_blocksize\":256,\"nested_dtype\":\"float32\",\"nested_offset\":1.0"));
        assertThat(files().tensor("w", DType.F32).floats()).containsExactly(4.5f, 9, 13.5f, 67.5f, 404, 505);
    }

    @Test
    void aWeightWithoutItsScalesIsRefused() {
        bytes("w", "123f45", 3, 1);
        floats("w.quant_map", codes());
        text("w.quant_state.bitsandbytes__nf4", STATE.formatted(""));
        assertThatThrownBy(this::files)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("without w.absmax");
    }

    @Test
    void scalesThatDoNotFitAreRefused() {
        bytes("w", "123f45", 3, 1);
        floats("w.absmax", 2);
        floats("w.quant_map", codes());
        text("w.quant_state.bitsandbytes__nf4", STATE.formatted(""));
        assertThatThrownBy(this::files)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("does not fit together (blocks of 4, 1 scales, 16 codes)");
    }

    /**
     * Two experts of two outputs and 32 inputs. In the first all codes are 2, which is 1, with 2^0 and 2^1; in the second the first byte
     * is f7: element 0 is 6 (code 7, in the low bits) and element 1 is −6, with 2^(−1); its second row is zero.
     */
    @Test
    void mxfp4HasAPowerOfTwoForThirtyTwoElements() throws IOException {
        String ones = "22".repeat(16);
        bytes("e_blocks", ones + ones + "f7" + "00".repeat(15) + "00".repeat(16), 2, 2, 1, 16);
        bytes("e_scales", "7f807e7f", 2, 2, 1);
        WeightFiles files = files();
        assertThat(files.shape("e")).containsExactly(2, 32, 2);
        float[] values = files.tensor("e", DType.F32).floats();
        assertThat(values).startsWith(1, 2, 1, 2).hasSize(128);
        assertThat(new float[] {values[64], values[65], values[66], values[67]}).containsExactly(3, 0, -3, 0);
        assertThat(files.part("e", 62, 4).floats()).containsExactly(1, 2, 3, 0);
    }

    @Test
    void mxfp4OfOtherShapesIsRefused() {
        bytes("e_blocks", "00".repeat(16), 1, 1, 2, 8);
        bytes("e_scales", "7f7f", 1, 1, 2);
        assertThatThrownBy(this::files)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("do not have the shapes of MXFP4");
    }

    /** Against the numbers that bitsandbytes computes from its own files. */
    @Test
    void aCheckpointInFourBitsSaysWhatItsNumbersSay() throws IOException {
        Path checkpoint = Reference.path("families/nf4/checkpoint");
        LanguageModel model = Checkpoint.open(checkpoint).model(WeightPlacement.frozen(DType.F32));
        List<String> rows = Files.readAllLines(checkpoint.resolve("rows.jsonl"));
        List<String> expected = Files.readAllLines(checkpoint.resolve("expected.jsonl"));
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = Reference.parsed(rows.get(i));
            int[] ids = Reference.ints(row.isArray() ? row : row.path("ids"));
            float[] scores = model.score(Batch.of(List.of(Example.ofText(i, ids))), null)
                    .logProbabilities()
                    .floats();
            JsonNode wanted = Reference.parsed(expected.get(i)).path("logprobs");
            assertThat(scores).hasSize(wanted.size());
            for (int t = 0; t < scores.length; t++) {
                assertThat((double) scores[t]).isCloseTo(wanted.get(t).asDouble(), within(2e-4));
            }
        }
    }
}
