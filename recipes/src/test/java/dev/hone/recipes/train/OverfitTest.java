package dev.hone.recipes.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.config.Settings;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight rows of a tiny model's task, overfitted. */
class OverfitTest {
    @TempDir
    private Path folder;

    private TinyRun tiny;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        tiny = TinyRun.in(folder);
    }

    @Test
    void aSetUpThatLearnsHalvesItsLossAndLeavesNothingBehind() {
        Overfit.OverfitResult result = overfit("3e-3");
        assertThat(result.learned()).isTrue();
        assertThat(result.rows()).hasSize(8);
        assertThat(result.after()).isLessThan(0.2);
        assertThat(result.describe()).endsWith("the set-up learns");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aRateTooSmallToLearnAnythingIsRecognised() {
        Overfit.OverfitResult result = overfit("1e-7");
        assertThat(result.learned()).isFalse();
        assertThat(result.describe()).contains("more than half of it is left");
    }

    private Overfit.OverfitResult overfit(String rate) {
        Settings settings = Settings.parse("run.yaml", tiny.yaml("run", "")).set("training.learning-rate=" + rate);
        return Overfit.of(RunFile.read(settings).value(), RunObserver.none());
    }
}
