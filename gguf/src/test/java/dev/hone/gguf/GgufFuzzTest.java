package dev.hone.gguf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.gguf.block.GgmlType;
import dev.hone.testkit.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a GGUF file holds: its tensors can be read, or it is refused by name. */
class GgufFuzzTest {
    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "15m")
    void file(byte[] content) {
        readEveryTensor(Hostile.file(folder, "model.gguf", content));
    }

    /** The input bends a file that is right: bytes at some places are others. */
    @FuzzTest(maxDuration = "15m")
    void bent(FuzzedDataProvider in) throws IOException {
        Path right = folder.resolve("right.gguf");
        GgufWriter.write(
                right,
                new Metadata().put("general.architecture", "llama").put("tokens", List.of("a", "b")),
                List.of(new GgufWriter.Item(
                        "t", GgmlType.Q8_0, new long[] {1, 32}, sink -> sink.accept(new float[32], 32))));
        byte[] bytes = Files.readAllBytes(right);
        while (in.remainingBytes() > 0) {
            bytes[in.consumeInt(0, bytes.length - 1)] = in.consumeByte();
        }
        readEveryTensor(Hostile.file(folder, "model.gguf", bytes));
    }

    private static void readEveryTensor(Path file) {
        Hostile.read(file, () -> {
            GgufFile open = GgufFile.open(file);
            for (String name : open.tensors().keySet()) {
                Hostile.read(file, () -> open.read(name, (values, count) -> {}));
            }
        });
    }
}
