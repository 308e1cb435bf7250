package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.EpochLoader;
import dev.hone.files.FolderChecksums;
import dev.hone.objective.NextToken;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says which weights of a run are the best. */
class ValidationTest {
    @TempDir
    private Path folder;

    private final Policy policy = Policy.full(TinyModels.trainable(GoldenModels.a(), 1));
    private final List<Boolean> improved = new ArrayList<>();
    private final List<ValidationResult> results = new ArrayList<>();
    private final List<NumericalFault> faults = new ArrayList<>();

    /** Says one value after the other, whatever the policy is. */
    private static final class Scripted implements Validation {
        private final String name;
        private final Direction direction;
        private final Deque<Double> values = new ArrayDeque<>();

        Scripted(String name, Direction direction, double... values) {
            this.name = name;
            this.direction = direction;
            for (double value : values) {
                this.values.add(value);
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Direction direction() {
            return direction;
        }

        @Override
        public ValidationResult measure(BooleanSupplier stop) {
            return new ValidationResult(name, values.removeFirst(), Map.of("length", 7.0));
        }
    }

    /** Rewards .2 .5 .4 .5: the second is the best, and after two that are not better the run ends. */
    @Test
    void aRewardIsBestWhereItIsHighest() {
        Scripted reward = new Scripted("reward", Validation.Direction.HIGHER_IS_BETTER, .2, .5, .4, .5);
        Trainer.Outcome outcome = run(reward, 2);
        assertThat(outcome.ending()).isEqualTo(Trainer.Ending.EARLY_STOP);
        assertThat(outcome.progress().step()).isEqualTo(4);
        assertThat(outcome.progress().bestStep()).isEqualTo(2);
        assertThat(outcome.progress().bestValue()).isEqualTo(.5);
        assertThat(improved).containsExactly(true, true, false, false);
    }

    /** What is no number improves nothing; before the first number nothing is worse either, and afterwards it is. */
    @Test
    void aValueThatIsNoNumberChoosesNothing() {
        Scripted never = new Scripted(
                "loss",
                Validation.Direction.LOWER_IS_BETTER,
                DoubleStream.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0, 0, 0, 0, 0)
                        .map(value -> value == 0 ? Double.NaN : value)
                        .toArray());
        Trainer.Outcome outcome = run(never, 1);
        assertThat(outcome.ending()).isEqualTo(Trainer.Ending.COMPLETE);
        assertThat(outcome.progress().best()).isNull();
        assertThat(improved).hasSize(10).containsOnly(false);
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo(NumericalFault.FaultType.VALIDATION);
            assertThat(fault.step()).isEqualTo(1);
        });
    }

    @Test
    void aValueThatIsNoNumberIsWorseThanOneThatIs() {
        Scripted once = new Scripted("loss", Validation.Direction.LOWER_IS_BETTER, Double.NaN, .4, Double.NaN, .3);
        Trainer.Outcome outcome = run(once, 1);
        assertThat(outcome.ending()).isEqualTo(Trainer.Ending.EARLY_STOP);
        assertThat(outcome.progress().bestStep()).isEqualTo(2);
    }

    /** The same values as losses: the first is the lowest. */
    @Test
    void aLossIsBestWhereItIsLowest() {
        Scripted loss = new Scripted("loss", Validation.Direction.LOWER_IS_BETTER, .2, .5, .4);
        Trainer.Outcome outcome = run(loss, 2);
        assertThat(outcome.progress().step()).isEqualTo(3);
        assertThat(outcome.progress().bestStep()).isEqualTo(1);
        assertThat(improved).containsExactly(true, false, false);
    }

    @Test
    void aValueThatIsNaNOrWorstIsNeverTheBest() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Progress progress =
                    Progress.start().stepped(1).validated("loss", Validation.Direction.LOWER_IS_BETTER, value);
            assertThat(progress.improved()).isFalse();
            assertThat(progress.best()).isNull();
            assertThat(progress.worse()).as("than nothing").isZero();
        }
    }

    @Test
    void whatIsOnlyReportedStandsBesideTheResultAndDecidesNothing() {
        Scripted reward = new Scripted("reward", Validation.Direction.HIGHER_IS_BETTER, .2, .5, .4, .5);
        Scripted replay = new Scripted("replay", Validation.Direction.LOWER_IS_BETTER, 4, 3, 2, 1);
        Trainer.Outcome outcome =
                trainer(2).validateBy(reward).alsoReporting(replay).run(loader(), () -> false);
        assertThat(outcome.progress().bestStep()).isEqualTo(2);
        assertThat(results.get(1).value()).isEqualTo(.5);
        assertThat(results.get(1).measures())
                .containsExactly(Map.entry("length", 7.0), Map.entry("replay", 3.0), Map.entry("replay/length", 7.0));
    }

    @Test
    void theBestValueIsSavedUnderTheNameOfItsValidation() throws IOException {
        run(new Scripted("reward", Validation.Direction.HIGHER_IS_BETTER, .2, .5, .4, .5), 2);
        assertThat(state()).contains("\"best-reward\": 0.5,").doesNotContain("best-loss");

        Trainer resumed = trainer(2).saveTo(new StateFiles(folder, 1, line -> {}));
        assertThat(resumed.progress().best()).isEqualTo(new Progress.Best("reward", .5));
        assertThatThrownBy(() -> resumed.progress().validated("loss", Validation.Direction.LOWER_IS_BETTER, 3))
                .hasMessageContaining("the best reward so far (0.5) cannot be compared with loss (3.0)");
    }

    /** The text that states have had since the first version. */
    @Test
    void theBestLossIsSavedAsEver() throws IOException {
        run(new Scripted("loss", Validation.Direction.LOWER_IS_BETTER, 2.5, 3, 3), 2);
        assertThat(state()).isEqualTo("""
                        {
                          "best-loss": 2.5,
                          "best-step": 1,
                          "step": 3,
                          "tokens": 24,
                          "worse": 2
                        }
                        """);
        assertThat(trainer(2).saveTo(new StateFiles(folder, 1, line -> {})).progress())
                .isEqualTo(new Progress(3, 24, new Progress.Best("loss", 2.5), 1, 2, false));
    }

    @Test
    void aStateWithoutABestValueHasNone() throws IOException {
        run(new Scripted("loss", Validation.Direction.LOWER_IS_BETTER, 2.5, 3, 3), 2);
        Path json = folder.resolve("step-00000003/state.json");
        Files.writeString(json, Files.readString(json).replace("\"best-loss\": 2.5,", ""));
        FolderChecksums.write(json.getParent());
        assertThat(trainer(2)
                        .saveTo(new StateFiles(folder, 1, line -> {}))
                        .progress()
                        .best())
                .isNull();
    }

    private String state() throws IOException {
        try (var entries = Files.list(folder)) {
            return Files.readString(entries.findFirst().orElseThrow().resolve("state.json"));
        }
    }

    private Trainer.Outcome run(Validation validation, int patience) {
        return trainer(patience)
                .validateBy(validation)
                .saveTo(new StateFiles(folder, 1, line -> {}))
                .run(loader(), () -> false);
    }

    /** Validates after each step. */
    private Trainer trainer(int patience) {
        Hyperparameters hyperparameters = new Hyperparameters(
                1e-3,
                Schedule.constant(),
                Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()),
                1,
                1,
                0,
                patience == 0 ? null : new Hyperparameters.EarlyStop(patience),
                1);
        return new Trainer(policy, new NextToken(), hyperparameters).listen(new TrainingListener() {
            @Override
            public void faulted(NumericalFault fault) {
                faults.add(fault);
            }

            @Override
            public void evaluated(Progress progress, ValidationResult result) {
                improved.add(progress.improved());
                results.add(result);
            }
        });
    }

    /** Ten steps of one row of eight tokens. */
    private static EpochLoader loader() {
        List<Example> row = List.of(Example.ofText(0, new int[] {3, 1, 4, 1, 5, 9, 2, 6}));
        return EpochLoader.steps(Dataset.of(row), new EpochLoader.BatchShape(false, 0, 1, 0, 64, 1), 10);
    }
}
