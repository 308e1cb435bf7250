package dev.hone.config;

import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a file or on the command line, reading it gives records or a {@link ConfigurationException}. */
class SettingsFuzzTest {
    private static final int ROUNDS = 2_000;
    private static final String TELLING = "{}[]:,-&*!|>'\"%@`#?~<=\n\t .0123456789eE_\u0000\uFFFF\u2028";

    @Test
    void noDamageToAFileIsTooMuch(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("run.yaml");
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = damaged(ExampleSettings.YAML.getBytes(StandardCharsets.UTF_8), random);
            if (seed % 4 == 0) { // bytes, which may not be text
                Files.write(file, bytes);
                survives(
                        seed,
                        () -> Settings.read(file).bind(ExampleSettings.class).toYaml());
            } else {
                String text = new String(bytes, StandardCharsets.UTF_8);
                survives(
                        seed,
                        () -> Settings.parse("run.yaml", text)
                                .bind(ExampleSettings.class)
                                .toYaml());
            }
        }
    }

    @Test
    void noAssignmentIsTooOdd() {
        Settings settings = Settings.parse("run.yaml", ExampleSettings.YAML);
        String[] seeds = {
            "training.seed=7", "data.train[0].weight=3", "adapter={kind: lora}", "weights.loss=1", "a[0][1].b=x"
        };
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = seeds[random.nextInt(seeds.length)].getBytes(StandardCharsets.UTF_8);
            String text = new String(damaged(bytes, random), StandardCharsets.UTF_8);
            survives(seed, () -> settings.set(text).bind(ExampleSettings.class).toYaml());
            survives(seed, () -> settings.peek(text));
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int edits = 1 + random.nextInt(8); edits > 0; edits--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(4)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] = (byte) TELLING.charAt(random.nextInt(TELLING.length()));
                case 2 -> { // a piece of the file somewhere else
                    int from = random.nextInt(changed.length);
                    int length = Math.min(random.nextInt(20), changed.length - Math.max(from, at));
                    System.arraycopy(bytes, from, changed, at, length);
                }
                default -> changed[at] = changed[random.nextInt(changed.length)];
            }
        }
        return changed;
    }

    private static void survives(long seed, Runnable reading) {
        try {
            reading.run();
        } catch (ConfigurationException expected) {
            // refused, as it may be
        } catch (Throwable e) {
            fail("seed " + seed, e);
        }
    }
}
