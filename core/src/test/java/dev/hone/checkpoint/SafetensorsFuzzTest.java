package dev.hone.checkpoint;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.testkit.BentTensors;
import dev.hone.testkit.Hostile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a safetensors file holds: its tensors can be read, or it is refused by name. */
class SafetensorsFuzzTest {
    private static final int DATA_BYTES = 96;

    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "15m")
    void file(byte[] content) {
        readEveryTensor(content);
    }

    /** The input is the header alone; length and data are put around it. */
    @FuzzTest(maxDuration = "15m")
    void header(byte[] json) {
        readEveryTensor(ByteBuffer.allocate(8 + json.length + DATA_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array());
    }

    /** The input bends a file that is right. */
    @FuzzTest(maxDuration = "15m")
    void layout(FuzzedDataProvider in) {
        Map<String, long[]> wanted = new LinkedHashMap<>();
        wanted.put("a", new long[] {3, 2});
        wanted.put("b", new long[] {});
        wanted.put("c", new long[] {0, 5});
        readEveryTensor(BentTensors.file(wanted, in));
    }

    private static void readEveryTensor(byte[] content) {
        Path file = Hostile.file(folder, "model.safetensors", content);
        Hostile.read(file, () -> {
            Safetensors open = Safetensors.open(file);
            for (String name : open.names()) {
                Hostile.read(file, () -> open.tensor(name));
            }
        });
    }
}
