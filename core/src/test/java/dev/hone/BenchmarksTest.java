package dev.hone;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.hone.model.weight.WeightFormatBenchmark;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Benchmarks are run by hand (docs/benchmarks.md); here each runs once, on little, so that none of them rots. */
class BenchmarksTest {
    @Test
    void eachOneRuns() {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(0)
                .mode(Mode.SingleShotTime)
                .warmupIterations(0)
                .measurementIterations(1)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .param("layout", "2x3")
                .param("tokens", "5")
                .param("inside", "7")
                .param("vocabulary", "50")
                .param("targets", "3")
                .param("rows", "2")
                .param("outputs", "9");
        String[] formats = WeightFormatBenchmark.there();
        if (formats.length == 0) {
            options.exclude("WeightFormatBenchmark");
        } else {
            options.param("format", formats);
        }
        Runner runner = new Runner(options.build());
        assertThatCode(runner::run).doesNotThrowAnyException();
    }
}
