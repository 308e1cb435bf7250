package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.hone.data.batch.Batch;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.error.StoppedException;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.train.AdamW;
import dev.hone.train.Hyperparameters;
import dev.hone.train.Optimizer;
import dev.hone.train.Policy;
import dev.hone.train.Schedule;
import dev.hone.train.StateFiles;
import dev.hone.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link BatchSource} keeps that depends on the weights and remembers what it gave: a run asks it once for each step and
 * in order; what it gives is a function of the weights; stopped anywhere and resumed, it gives the same rest.
 */
public abstract class OnPolicySourceContract {
    @TempDir
    private Path folder;

    /** A policy of the same weights each time. */
    protected abstract Policy policy();

    /**
     * A new source of at least four steps on a policy. What it remembers of a step it keeps in saved states, as a {@link Stateful}, or in
     * files, which are there for another source of the same test.
     *
     * @param stop asked while a step is made; true: {@link StoppedException} is raised
     */
    protected abstract BatchSource open(Policy policy, BooleanSupplier stop);

    /** What is learned from its steps. */
    protected Objective objective() {
        return new NextToken();
    }

    /** At which one run changes what the source gives later on. */
    protected double learningRate() {
        return 0.02;
    }

    /** A source that records what it is asked and what it gives. */
    private static class Recorded implements BatchSource {
        final BatchSource source;
        private final List<Long> asked = new ArrayList<>();
        private final List<StepBatches> given = new ArrayList<>();

        Recorded(BatchSource source) {
            this.source = source;
        }

        @Override
        public long steps() {
            return source.steps();
        }

        @Override
        public StepBatches next(long step) {
            asked.add(step);
            StepBatches next = source.next(step);
            given.add(next);
            return next;
        }

        List<List<String>> steps(long from) {
            return given.subList((int) from, given.size()).stream()
                    .map(step -> BatchText.whole(step.batches()))
                    .toList();
        }
    }

    /** The same of one that keeps a state. */
    private static final class Remembering extends Recorded implements Stateful {
        private final Stateful state;

        Remembering(BatchSource source, Stateful state) {
            super(source);
            this.state = state;
        }

        @Override
        public String stateName() {
            return state.stateName();
        }

        @Override
        public Map<String, Tensor> state() {
            return state.state();
        }

        @Override
        public void restore(Function<String, Tensor> saved) {
            state.restore(saved);
        }

        @Override
        public boolean hasFixedShapes() {
            return state.hasFixedShapes();
        }
    }

    /** A policy and what it learns from. */
    private final class Run {
        private final Policy policy = policy();
        private final Recorded source;
        private final Trainer trainer;
        private long stopsIn = -1;

        Run(double rate) {
            BatchSource opened = open(policy, this::isStopped);
            source = opened instanceof Stateful state ? new Remembering(opened, state) : new Recorded(opened);
            Hyperparameters hyperparameters = new Hyperparameters(
                    rate,
                    Schedule.constant(),
                    Optimizer.OptimizerConfig.adamw(AdamW.Config.standard()),
                    1,
                    0,
                    0,
                    null,
                    1);
            trainer = new Trainer(policy, objective(), hyperparameters);
            if (source instanceof Stateful state) {
                trainer.alsoSaving(state);
            }
        }

        private boolean isStopped() {
            return source.asked.get(source.asked.size() - 1) == stopsIn;
        }

        Run savingTo(Path states) {
            trainer.saveTo(new StateFiles(states, 2, line -> {}));
            return this;
        }

        Trainer.Ending finish() {
            return trainer.run(source, () -> false).ending();
        }

        List<float[]> weights() {
            try (Scope scope = Scope.open()) {
                return policy.parameters().stream()
                        .map(p -> p.value().detach().view(-1).floats())
                        .toList();
            }
        }

        void requireSameWeights(Run expected) {
            assertThat(weights().toArray(float[][]::new))
                    .isDeepEqualTo(expected.weights().toArray(float[][]::new));
        }
    }

    private Run run() {
        return new Run(learningRate());
    }

    private Run finished() {
        Run run = run();
        assertThat(run.finish()).isEqualTo(Trainer.Ending.COMPLETE);
        return run;
    }

    @Test
    void itIsAskedOnceForEachStepAndInOrder() {
        Run run = finished();
        assertThat(run.source.steps()).isGreaterThanOrEqualTo(4);
        assertThat(run.source.asked)
                .containsExactlyElementsOf(
                        LongStream.range(0, run.source.steps()).boxed().toList());
    }

    /** Asked at the end of the run, when the weights have long changed. */
    @Test
    void rowsAloneAreThoseOfTheMicroBatches() {
        for (StepBatches step : finished().source.given) {
            assertThat(step.batches()).isNotEmpty();
            List<Batch> alone = step.rows().stream().map(StepRow::batch).toList();
            assertThat(BatchText.rows(alone)).containsExactlyInAnyOrderElementsOf(BatchText.rows(step.batches()));
            assertThat(step.rows()).allMatch(row -> !row.place().isEmpty());
        }
    }

    /** Two equal policies are given the same; one that learns next to nothing is given something else. */
    @Test
    void whatItGivesIsAFunctionOfTheWeights() {
        Run run = finished();
        Run again = finished();
        assertThat(again.source.steps(0)).isEqualTo(run.source.steps(0));
        again.requireSameWeights(run);

        Run still = new Run(1e-12);
        still.finish();
        assertThat(still.source.steps(0).get(0)).isEqualTo(run.source.steps(0).get(0));
        assertThat(still.source.steps(0)).isNotEqualTo(run.source.steps(0));
    }

    @Test
    void aRunStoppedAfterAnyStepAndResumedIsTheSameRun() {
        Run whole = finished();
        long steps = whole.source.steps();
        for (long last = 1; last < steps; last++) {
            long stop = last;
            Path states = folder.resolve("after-" + stop);
            Run first = run().savingTo(states);
            first.trainer.run(first.source, () -> first.trainer.progress().step() == stop);
            Run second = run().savingTo(states);
            second.finish();

            assertThat(second.source.asked)
                    .as("stopped after %d", stop)
                    .containsExactlyElementsOf(
                            LongStream.range(stop, steps).boxed().toList());
            assertThat(second.source.steps(0)).as("stopped after %d", stop).isEqualTo(whole.source.steps(stop));
            second.requireSameWeights(whole);
        }
    }

    /** The state is that before the step, which the source makes anew: resumed from files, or asked again itself. */
    @Test
    void aSourceStoppedWhileItWorksIsLeftAsItWas() {
        Run whole = finished();
        long stop = whole.source.steps() / 2;
        Run first = run().savingTo(folder);
        first.stopsIn = stop;
        assertThat(first.finish()).isEqualTo(Trainer.Ending.INTERRUPTED);
        assertThat(first.trainer.progress().step()).isEqualTo(stop);

        Run second = run().savingTo(folder);
        second.finish();
        assertThat(second.source.steps(0)).isEqualTo(whole.source.steps(stop));
        second.requireSameWeights(whole);

        first.stopsIn = -1;
        assertThat(first.finish()).isEqualTo(Trainer.Ending.COMPLETE);
        assertThat(first.source.steps(0)).isEqualTo(whole.source.steps(0));
        first.requireSameWeights(whole);
    }

    @Test
    void itsStateHasTheSameNamesAtAnyTime() {
        try (Scope scope = Scope.open()) {
            Run run = run();
            assumeThat(run.source).isInstanceOf(Stateful.class);
            Stateful state = (Stateful) run.source;
            String name = state.stateName();
            List<String> names = state.state().keySet().stream().sorted().toList();
            run.finish();
            assertThat(state.stateName()).isEqualTo(name).isNotEmpty();
            assertThat(state.state().keySet()).containsExactlyInAnyOrderElementsOf(names);
        }
    }
}
