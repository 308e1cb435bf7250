package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.error.StoppedException;
import dev.hone.error.TrainingException;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.objective.NextToken;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.OnPolicySourceContract;
import dev.hone.testkit.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose data depends on the weights that its steps leave; its source keeps the {@linkplain OnPolicySourceContract contract}. */
class OnPolicySourceTest {
    private static final ModelConfig CONFIG = GoldenModels.a();
    private static final int ROWS = 6;
    private static final int STEPS = 2 * ROWS;

    @TempDir
    private Path folder;

    private final Run run = new Run();

    /** Gives the row that the policy finds least likely of those it has not given in this round; it remembers which it has. */
    private static final class LeastLikely implements BatchSource, Stateful {
        private final Policy policy;
        private final BooleanSupplier stop;
        private final List<Long> asked = new ArrayList<>();
        private final List<Integer> chosen = new ArrayList<>();
        private long[] given = new long[ROWS];

        LeastLikely(Policy policy, BooleanSupplier stop) {
            this.policy = policy;
            this.stop = stop;
        }

        @Override
        public long steps() {
            return STEPS;
        }

        @Override
        public StepBatches next(long step) {
            asked.add(step);
            int row = IntStream.range(0, ROWS)
                    .filter(r -> given[r] == 0)
                    .boxed()
                    .max((a, b) -> Double.compare(loss(a), loss(b)))
                    .orElseThrow();
            if (stop.getAsBoolean()) {
                throw new StoppedException();
            }
            given[row] = 1;
            chosen.add(row);
            if (Arrays.stream(given).sum() == ROWS) {
                given = new long[ROWS];
            }
            return new StepBatches(List.of(batch(row)), () -> List.of(new StepRow("row " + row, batch(row))));
        }

        private double loss(int row) {
            return policy.measure(List.of(batch(row)), new NextToken()).loss();
        }

        private static Batch batch(int row) {
            int[] tokens = IntStream.range(0, 8)
                    .map(i -> (row * 7 + i * (row + 1)) % 29)
                    .toArray();
            return Batch.of(List.of(Example.ofText(row, tokens)));
        }

        @Override
        public String stateName() {
            return "least-likely";
        }

        @Override
        public Map<String, Tensor> state() {
            return Map.of("given", Tensor.of(given));
        }

        @Override
        public void restore(Function<String, Tensor> saved) {
            given = saved.apply("given").longs();
        }
    }

    @Nested
    class OfLeastLikely extends OnPolicySourceContract {
        @Override
        protected Policy policy() {
            return Policy.full(TinyModels.trainable(CONFIG, 1));
        }

        @Override
        protected BatchSource open(Policy policy, BooleanSupplier stop) {
            return new LeastLikely(policy, stop);
        }
    }

    /** A policy, always of the same weights, and what it learns from. */
    private static final class Run {
        private final Policy policy = Policy.full(TinyModels.trainable(CONFIG, 1));
        private final LeastLikely source = new LeastLikely(policy, () -> false);
        private final Trainer trainer = new Trainer(
                        policy,
                        new NextToken(),
                        new Hyperparameters(
                                0.02,
                                Schedule.cosine(2),
                                Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()),
                                1,
                                0,
                                5,
                                null,
                                1))
                .alsoSaving(source);

        Run savingTo(Path folder) {
            trainer.saveTo(new StateFiles(folder, 2, line -> {}));
            return this;
        }
    }

    @Test
    void itsRowsAreTrainedOn() {
        double before = meanLoss(run);
        Trainer.Outcome outcome = run.trainer.run(run.source, () -> false);
        assertThat(outcome.ending()).isEqualTo(Trainer.Ending.COMPLETE);
        assertThat(meanLoss(run)).isLessThan(before - 0.5);
    }

    private static double meanLoss(Run run) {
        return IntStream.range(0, ROWS).mapToDouble(run.source::loss).average().orElseThrow();
    }

    /** The first round is in another order than the second, after which other rows are the least likely. */
    @Test
    void whatItGivesDependsOnTheWeights() {
        run.trainer.run(run.source, () -> false);
        assertThat(run.source.chosen.subList(0, ROWS)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        assertThat(run.source.chosen.subList(ROWS, STEPS))
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5)
                .isNotEqualTo(run.source.chosen.subList(0, ROWS));
    }

    /** The source has given step 7 and cannot take it back; the state after step 5 is the newest. */
    @Test
    void aRefusedStepOfAStatefulSourceIsResumedFromTheStateBefore() {
        Run first = new Run().savingTo(folder);
        assertThatThrownBy(() -> first.trainer
                        .listen(new TrainingListener() {
                            @Override
                            public void stepped(StepReport report) {
                                if (report.step() == 7) {
                                    spoil(first.policy);
                                }
                            }
                        })
                        .run(first.source, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 8: loss is NaN")
                .hasMessageContaining("rows row " + first.source.chosen.get(7));
        assertThat(first.source.asked).endsWith(6L, 7L);
        assertThat(new Run().savingTo(folder).trainer.progress().step()).isEqualTo(5);
    }

    private static void spoil(Policy policy) {
        Autograd.withoutDo(() -> {
            try (Scope scope = Scope.open()) {
                policy.parameters().get(0).value().timesInPlace(Double.NaN);
            }
        });
    }

    @Test
    void aPreviewAndItsStepAskTheSourceOnce() {
        Preview preview = run.trainer.preview(run.source);
        assertThat(preview.rows()).extracting(RowLoss::place).containsExactly("row " + run.source.chosen.get(0));
        List<StepReport> reports = new ArrayList<>();
        run.trainer.listen(new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                reports.add(report);
            }
        });
        run.trainer.run(run.source, () -> run.trainer.progress().step() == 1);
        assertThat(run.source.asked).containsExactly(0L);
        assertThat(reports.get(0).loss()).isEqualTo(preview.metrics().loss());
    }

    @Test
    void aStatefulSourceThatStatesDoNotHoldIsRefused() {
        Trainer trainer = new Trainer(
                        run.policy,
                        new NextToken(),
                        new Hyperparameters(
                                0.02,
                                Schedule.constant(),
                                Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()),
                                1,
                                0,
                                0,
                                null,
                                1))
                .saveTo(new StateFiles(folder, 2, line -> {}));
        assertThatThrownBy(() -> trainer.run(run.source, () -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the source (least-likely) is not part of the saved states");
        assertThatThrownBy(() -> trainer.alsoSaving(run.source)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.trainer.alsoSaving(run.source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two parts of a state are called least-likely");
    }
}
