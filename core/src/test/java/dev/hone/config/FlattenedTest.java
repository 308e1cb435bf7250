package dev.hone.config;

import static dev.hone.error.Require.require;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records whose settings stand among those of the record that holds them. */
class FlattenedTest {
    record Run(
            String name,
            @Flattened Length length,
            @Flattened Rate rate) {}

    record Length(
            @Default("3") @Alternative("length") @Nullable Integer epochs,
            @Alternative("length") @Nullable Integer steps) {}

    record Rate(
            double peakRate,
            @Default("0.1") double floor,
            @Nullable Path table,
            @Renamed("wait") int patience) {
        Rate {
            require(floor >= 0, "floor (%s) must not be negative", floor);
            require(peakRate > floor, "peak-rate (%s) must be above floor", peakRate);
        }
    }

    @Test
    void itsKeysStandAmongTheOthersInItsPlace() {
        Configured<Run> read = read("name: a\nsteps: 5\npeak-rate: 2\npatience: 1\ntable: t.csv");
        assertThat(read.value()).isEqualTo(new Run("a", new Length(null, 5), new Rate(2, 0.1, Path.of("t.csv"), 1)));
        assertThat(read.toYaml()).isEqualTo("""
                name: a  # f.yaml:1
                epochs: null  # default
                steps: 5  # f.yaml:2
                peak-rate: 2.0  # f.yaml:3
                floor: 0.1  # default
                table: t.csv  # f.yaml:5
                patience: 1  # f.yaml:4
                """);
        assertThat(read(read.toYaml()).value()).isEqualTo(read.value());
        assertThat(read.paths()).containsExactly(Map.entry("table", Path.of("t.csv")));
        assertThat(read.origin("steps")).hasToString("f.yaml:2");
    }

    @Test
    void whatItsConstructorRefusesIsReportedAtItsKey() {
        assertThatThrownBy(() -> read("name: a\npatience: 1\nfloor: -1\npeak-rate: 1"))
                .hasMessageContaining("f.yaml:3: floor (-1.0) must not be negative");
        assertThatThrownBy(() -> read("name: a\npatience: 1\npeak-rate: 0.05"))
                .hasMessageContaining("f.yaml:3: peak-rate (0.05) must be above floor");
    }

    @Test
    void unknownMissingFormerAndExcludingKeysAreReportedAsIfItWereNotThere() {
        assertThatThrownBy(() -> read("name: a\npeak-rat: 1\nwait: 2\nepochs: 1\nsteps: 1"))
                .hasMessageContaining("f.yaml:2: peak-rat is not a setting; did you mean peak-rate?")
                .hasMessageContaining("f.yaml:3: wait is now called patience; rename it")
                .hasMessageContaining("f.yaml:1: peak-rate is missing")
                .hasMessageContaining("f.yaml:5: epochs and steps exclude each other");
    }

    @Test
    void aDefaultOfTheCallerReachesItByItsKey() {
        Run run = Settings.parse("f.yaml", "name: a\npatience: 1")
                .orElse("peak-rate", 4.0)
                .bind(Run.class)
                .value();
        assertThat(run.rate().peakRate()).isEqualTo(4);
    }

    private static Configured<Run> read(String yaml) {
        return Settings.parse("f.yaml", yaml).bind(Run.class);
    }
}
