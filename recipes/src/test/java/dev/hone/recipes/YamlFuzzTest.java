package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.config.Settings;
import dev.hone.recipes.compare.ComparisonFile;
import dev.hone.recipes.pipeline.PipelineFile;
import dev.hone.recipes.run.RunFile;
import dev.hone.testkit.Hostile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a YAML file: it is a run, a pipeline or a contest, or it is refused by file and line. */
class YamlFuzzTest {
    @TempDir
    static Path folder;

    @FuzzTest(maxDuration = "15m")
    void file(byte[] yaml) {
        read(yaml);
    }

    /** Nested a hundred thousand times: refused, and no exhausted stack. */
    @Test
    void depthIsRefused() {
        assertThat(read("{a: ".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(read("- ".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    /** Nearly a megabyte of one word. */
    @Test
    void longWordsAreRefused() {
        assertThat(read(("model: " + "a".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    private static boolean read(byte[] yaml) {
        Path file = Hostile.file(folder, "run.yaml", yaml);
        boolean run = Hostile.read(file, () -> RunFile.read(Settings.read(file)));
        boolean pipeline = Hostile.read(file, () -> PipelineFile.read(Settings.read(file)));
        boolean contest = Hostile.read(file, () -> ComparisonFile.read(Settings.read(file)));
        return run || pipeline || contest;
    }
}
