package dev.hone.recipes.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.error.DataException;
import dev.hone.recipes.guard.ForecastFit.RunPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastFitTest {
    @TempDir
    private Path folder;

    /** Runs on the line lost = 0.01 + 0.2 · KL, up and down by 0.001, and one that lost three times as much. */
    private static List<RunPoint> runs() {
        List<RunPoint> runs = new ArrayList<>(IntStream.range(1, 9)
                .mapToObj(i ->
                        new RunPoint(Path.of("run-" + i), i / 10.0, 0.01 + 0.02 * i + (i % 2 == 0 ? 0.001 : -0.001)))
                .toList());
        runs.add(new RunPoint(Path.of("odd"), 0.45, 0.3));
        return runs;
    }

    @Test
    void theRunThatLostOtherwiseIsOutsideOfWhatTheOthersForetell() {
        ForecastFit fit = ForecastFit.fit("general", runs());

        assertThat(fit.failures()).extracting(RunPoint::run).containsExactly(Path.of("odd"));
        assertThat(fit.sentence()).contains("9 runs; 1 of them");
        assertThat(fit.line().rSquared()).isLessThan(0.7);
    }

    @Test
    void withoutItTheLineIsTheOneTheyStandOn() {
        ForecastFit fit = ForecastFit.fit("general", runs().subList(0, 8));

        assertThat(fit.line().slope()).isCloseTo(0.2, within(0.01));
        assertThat(fit.line().rSquared()).isGreaterThan(0.99);
        assertThat(fit.failures()).isEmpty();
    }

    @Test
    void theLastValidationOfARunIsItsEnd() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Path run = Files.createDirectory(folder.resolve("run-" + i));
            Files.writeString(run.resolve("metrics.jsonl"), """
                    {"step":1,"loss":2.0,"forecast/kl":9.0,"evaluation/retention/general/lost":9.0}
                    {"step":2,"loss":2.0,"forecast/kl":%1$s.0,"evaluation/retention/general/lost":%1$s.5}
                    {"step":3,"loss":2.0}
                    """.formatted(i));
            folders.add(run);
        }

        assertThat(ForecastFit.of(folders, "general").line().intercept()).isCloseTo(0.5, within(1e-9));
        assertThatThrownBy(() -> ForecastFit.of(folders, "sums"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("run-1/metrics.jsonl: has no row with forecast/kl and retention/sums");
        assertThatThrownBy(() -> ForecastFit.of(folders.subList(0, 3), "general"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at least 4 runs (3)");
    }
}
