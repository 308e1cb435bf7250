package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files damaged at random: they are read, or refused with a {@link CheckpointException}, and never anything else. */
class DamageTest {
    private static final long SEED = 20_240_611;

    @TempDir
    Path folder;

    @Test
    void weightsAreReadOrRefused() throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (Scope scope = Scope.open()) {
            SafetensorsWriter.write(
                    file,
                    List.of(
                            SafetensorsWriter.Item.of("a.weight", Tensor.ones(DType.F32, 3, 2)),
                            SafetensorsWriter.Item.of("b", Tensor.ones(DType.BF16, 4)),
                            SafetensorsWriter.Item.of("c", Tensor.ones(DType.BOOL, 0, 5))),
                    Map.of("format", "pt"));
        }
        survives(file, 260, 1_500, () -> {
            Safetensors open = Safetensors.open(file);
            for (String name : open.names()) {
                open.tensor(name);
            }
        });
    }

    @Test
    void configurationsAreReadOrRefused() throws IOException {
        Path file = folder.resolve("config.json");
        JsonFiles.write(file, ConfigFile.write(GoldenModels.b(), "float32"));
        survives(file, Integer.MAX_VALUE, 1_500, () -> ConfigFile.read(file));
    }

    @Test
    void adaptersAreReadOrRefused() throws IOException {
        ModelConfig model = GoldenModels.a();
        Adapter adapter = Adapter.fresh(model, new AdapterConfig(2, 4, 0, List.of("q_proj", "v_proj"), false), 1);
        AdapterFiles.write(folder, adapter, model, "base", new Fingerprint("t", "c", Set.of(2), "m"));
        Runnable read = () -> {
            AdapterFiles.warnings(folder, new Fingerprint("t", "c", Set.of(2), "m"));
            AdapterFiles.read(folder, model);
        };
        for (String name : List.of("adapter_config.json", "adapter_model.safetensors", "hone.json")) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            survives(file, 1_000, 300, read);
            Files.write(file, whole);
        }
    }

    /** Changes, cuts and repeats bytes among the first of a file. */
    private static void survives(Path file, int within, int trials, Runnable read) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(SEED);
        int refused = 0;
        for (int trial = 0; trial < trials; trial++) {
            byte[] damaged = whole.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(Math.min(within, damaged.length));
                switch (random.nextInt(6)) {
                    case 0 -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
                    case 1 -> damaged[at] = (byte) random.nextInt(256);
                    case 2 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                    case 3 -> damaged[at] = (byte) "0123456789-.,:[]{}\"eE tf".charAt(random.nextInt(24));
                    case 4 -> damaged[at] = whole[random.nextInt(whole.length)];
                    default -> System.arraycopy(whole, 0, damaged, at, Math.min(damaged.length - at, 16));
                }
            }
            Files.write(file, damaged);
            try (Scope scope = Scope.open()) {
                read.run();
            } catch (CheckpointException e) {
                refused++;
                assertThat(e.getMessage())
                        .as("seed %d, trial %d", SEED, trial)
                        .contains(file.getParent().toString());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ", trial " + trial + " of " + file.getFileName(), e);
            }
        }
        if (!file.endsWith("hone.json")) { // a damaged fingerprint is a warning
            assertThat(refused).isGreaterThan(trials / 10);
        }
    }
}
