package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.config.Settings;
import dev.hone.recipes.run.RunObserver;
import dev.hone.report.Curve;
import dev.hone.report.Curves;
import dev.hone.report.Plot;
import dev.hone.tensor.Engine;
import dev.hone.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A long run of the small model holds as much memory at its end as after its beginning: {@code -Dhone.steps=10000}. A whole
 * run, with metrics, evaluation and checkpoints on the way, and short rows.
 *
 * <p>Every hundredth of the run three things are read after a garbage collection: resident memory (VmRSS), native handles, which
 * are counted exactly, and the Java heap. Handles and heap may grow by so much a step, as the line of least squares through all
 * but the first quarter says. Resident memory knows no owner: the allocator takes some megabytes at a time, now and then, and
 * keeps them. So it may grow by so much in the median hundredth, where a tensor forgotten in each step would show with some
 * kilobytes, and by so much in all.
 */
@EnabledIfSystemProperty(named = "hone.steps", matches = "\\d+")
class LongRunTest {
    private static final long STEPS = Long.getLong("hone.steps", 0);
    private static final double RESIDENT_BYTES_A_STEP = 100;
    private static final double ALLOCATOR_BYTES = 30e6;
    private static final double HANDLES_A_STEP = 0.001;
    private static final double HEAP_BYTES_A_STEP = 150;

    @TempDir
    private Path folder;

    /** What a process holds after a step. */
    private record Sample(long step, long residentBytes, long handles, long heapBytes) {
        static Sample at(long step) {
            System.gc();
            Runtime java = Runtime.getRuntime();
            return new Sample(
                    step, Engine.residentBytes(), Pointer.totalCount(), java.totalMemory() - java.freeMemory());
        }
    }

    @ParameterizedTest
    @CsvSource({"lora, 'adapter: {rank: 8, alpha: 16, dropout: 0.1}'", "full, ''"})
    void memoryStaysFlat(String name, String adapter) throws IOException {
        Sampling sampling = new Sampling();
        assertThat(run(name, adapter, sampling).ending()).isEqualTo(Trainer.Ending.COMPLETE);

        List<Sample> samples = sampling.samples;
        report(name, samples);
        List<Sample> settled = samples.subList(samples.size() / 4, samples.size());
        assertThat(slope(settled, Sample::handles)).as("handles a step").isLessThan(HANDLES_A_STEP);
        assertThat(slope(settled, Sample::heapBytes)).as("heap bytes a step").isLessThan(HEAP_BYTES_A_STEP);
        assertThat(medianGrowth(settled)).as("resident bytes a step").isLessThan(RESIDENT_BYTES_A_STEP);
        assertThat(last(settled).residentBytes() - settled.get(0).residentBytes())
                .as("resident bytes in all")
                .isLessThan((long) ALLOCATOR_BYTES);
    }

    /** A table of every tenth sample, the slopes, and a plot in {@code target}. */
    private static void report(String name, List<Sample> samples) throws IOException {
        System.out.printf("| %s: step | resident MB | native handles | heap MB |%n|---|---|---|---|%n", name);
        for (int i = 0; i < samples.size(); i += Math.max(1, samples.size() / 10)) {
            Sample s = samples.get(i);
            System.out.printf(
                    Locale.ROOT,
                    "| %,d | %.1f | %,d | %.2f |%n",
                    s.step(),
                    s.residentBytes() / 1e6,
                    s.handles(),
                    s.heapBytes() / 1e6);
        }
        List<Sample> settled = samples.subList(samples.size() / 4, samples.size());
        System.out.printf(
                Locale.ROOT,
                "a step: %.1f resident bytes in the median, %.5f handles, %.1f heap bytes%n",
                medianGrowth(settled),
                slope(settled, Sample::handles),
                slope(settled, Sample::heapBytes));
        Curves.save(
                Plot.of(
                        "memory of a long run, " + name,
                        "MB",
                        curve("resident", samples, Sample::residentBytes),
                        curve("heap", samples, Sample::heapBytes)),
                Path.of("target", "long-run-" + name + ".png"));
    }

    private static Curve curve(String name, List<Sample> samples, ToDoubleFunction<Sample> bytes) {
        return new Curve(
                name,
                samples.stream()
                        .map(s -> new Curve.Point(s.step(), bytes.applyAsDouble(s) / 1e6))
                        .toList());
    }

    /** Of the resident bytes, from one sample to the next, a step. */
    private static double medianGrowth(List<Sample> samples) {
        double[] growth = IntStream.range(1, samples.size())
                .mapToDouble(
                        i -> samples.get(i).residentBytes() - samples.get(i - 1).residentBytes())
                .sorted()
                .toArray();
        return growth[growth.length / 2] / Math.max(1, STEPS / 100);
    }

    private static Sample last(List<Sample> samples) {
        return samples.get(samples.size() - 1);
    }

    /** Of the line of least squares. */
    private static double slope(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double steps = samples.stream().mapToLong(Sample::step).average().orElseThrow();
        double mean = samples.stream().mapToDouble(value).average().orElseThrow();
        double product = 0;
        double square = 0;
        for (Sample s : samples) {
            product += (s.step() - steps) * (value.applyAsDouble(s) - mean);
            square += (s.step() - steps) * (s.step() - steps);
        }
        return product / square;
    }

    private Trainer.Outcome run(String name, String adapter, RunObserver observer) throws IOException {
        Files.write(
                folder.resolve("rows.jsonl"),
                IntStream.range(0, 200)
                        .mapToObj(i -> "{\"prompt\": \"%d + %d\", \"completion\": \"%d\"}".formatted(i, 7, i + 7))
                        .toList());
        String yaml =
                """
                method: sft
                model: ../small-model
                output: %s/%s
                data: {train: %s/rows.jsonl, evaluate: {share: 0.05}}
                %s
                training:
                  steps: %d
                  rows-per-step: 2
                  rows-per-batch: 1
                  workers: 1
                  evaluate-every: %d
                  checkpoint-every: %d
                """.formatted(folder, name, folder, adapter, STEPS, Math.max(1, STEPS / 20), Math.max(1, STEPS / 20));
        Settings settings = Settings.parse("run.yaml", yaml);
        return TinyRun.train(settings, observer);
    }

    /** Reads memory a hundred times while the run trains. */
    private static final class Sampling implements RunObserver {
        private final List<Sample> samples = new ArrayList<>();

        @Override
        public void say(String line) {}

        @Override
        public Work begin(String label, String unit, long total, long from) {
            return new Work() {
                @Override
                public void report(long done, long units, String facts) {
                    if (label.equals("sft") && done % Math.max(1, STEPS / 100) == 0) {
                        samples.add(Sample.at(done));
                    }
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean getAsBoolean() {
            return false;
        }
    }
}
