package dev.hone.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Targets;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.objective.Objective;
import dev.hone.objective.Term;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Objective} keeps: its weights follow from data alone, a step may be split into any batches, and the gradient
 * of its sums is their derivative. No model takes part: scores are a formula of a row's number and a target's place in the row,
 * wherever the row stands, and close to the references that {@link Material} annotates, so that no sigmoid is saturated.
 *
 * <p>A subclass names its objectives and the batches they are computed on:
 *
 * <pre>{@code
 * class OrpoContract extends ObjectiveContract {
 *     protected List<Objective> objectives() { return List.of(new Orpo(0.1)); }
 *     protected Batch batch(List<Integer> units) { return Material.PAIRS.batch(units); }
 * }
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ObjectiveContract {
    /** How far a score is moved to each side of a finite difference. */
    private static final float MOVE = 0.02f;

    private Scope scope = Scope.open();

    /** The objective; several where its formula has variants. */
    protected abstract List<Objective> objectives();

    /** Units of a step laid flat, in this order; there are {@value Material#COUNT}, from 0. A unit stays in one batch. */
    protected abstract Batch batch(List<Integer> units);

    /**
     * The sums at moved scores with whatever is a constant to the gradient taken from the scores that were not moved. Override it
     * where a formula has such constants: finite differences of the plain sums are then not its gradient.
     */
    protected Map<Term, Tensor> sums(Objective objective, Scores moved, Scores held, Batch batch) {
        return objective.sums(moved, batch);
    }

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** The weights of two batches together are the sum of theirs, none is negative, and each sum has one. */
    @ParameterizedTest
    @MethodSource("objectives")
    void weightsFollowFromTheDataAlone(Objective objective) {
        Map<Term, Double> whole = new EnumMap<>(Term.class);
        for (int unit : Material.units()) {
            Batch alone = batch(List.of(unit));
            Objective own = objective.of(alone);
            assertThat(own.weights(alone)).isEqualTo(own.weights(batch(List.of(unit))));
            assertThat(own.weights(alone).values()).allMatch(weight -> weight >= 0 && Double.isFinite(weight));
            own.weights(alone).forEach((term, weight) -> whole.merge(term, weight, Double::sum));
        }
        Batch all = batch(Material.units());
        Map<Term, Double> weights = objective.of(all).weights(all);
        assertThat(weights).hasSameSizeAs(whole);
        weights.forEach((term, weight) ->
                assertThat(weight).as("%s", term).isPositive().isCloseTo(whole.get(term), within(1e-6 * weight)));
        Taken taken = new Taken(objective, List.of(all));
        assertThat(taken.sums).containsOnlyKeys(weights.keySet());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void splittingAStepChangesNeitherItsSumsNorItsMeasuresNorItsGradient(Objective objective) {
        Taken whole = new Taken(objective, List.of(batch(Material.units())));
        assertThat(whole.gradients.values().stream().mapToDouble(Math::abs).sum())
                .isPositive();
        for (List<List<Integer>> split : List.of(
                List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7)),
                List.of(List.of(7, 3, 5), List.of(0, 6, 1), List.of(2, 4)),
                Material.units().stream().map(List::of).toList())) {
            Taken parts = new Taken(objective, split.stream().map(this::batch).toList());
            close(parts.sums, whole.sums);
            close(parts.measures, whole.measures);
            close(parts.gradients, whole.gradients);
        }
    }

    /** A batch with nothing in it weighs nothing and adds nothing: no mean of an empty list, no 0/0. */
    @ParameterizedTest
    @MethodSource("objectives")
    void anEmptyBatchAddsNothing(Objective objective) {
        Batch all = batch(Material.units());
        Batch empty = empty(all);
        assertThat(objective.of(empty).weights(empty).values()).containsOnly(0.0);
        assertThat(objective.of(empty).measured(empty)).isZero();
        Taken alone = new Taken(objective, List.of(all));
        Taken beside = new Taken(objective, List.of(empty, all));
        close(beside.sums, alone.sums);
        close(beside.measures, alone.measures);
        close(beside.gradients, alone.gradients);
    }

    /** Each score that has a gradient is moved by ±{@value #MOVE}, the others and what a first look has seen held still. */
    @ParameterizedTest
    @MethodSource("objectives")
    void theGradientIsTheDerivativeOfTheSums(Objective objective) {
        Batch seen = batch(Material.units());
        Objective own = looked(objective, List.of(seen)).of(seen);
        Batch batch = own.trainedPart(seen);
        Map<Statistic, float[]> at = scores(own, batch);
        Map<Statistic, float[]> gradients = gradients(own, at, batch);
        Scores held = constant(at, batch.targets());
        double largest = gradients.values().stream()
                .flatMapToDouble(column -> IntStream.range(0, column.length).mapToDouble(i -> Math.abs(column[i])))
                .max()
                .orElseThrow();
        assertThat(largest).isPositive();
        gradients.forEach((statistic, column) -> {
            for (int target = 0; target < column.length; target++) {
                double up = moved(own, at, held, statistic, target, MOVE, batch);
                double down = moved(own, at, held, statistic, target, -MOVE, batch);
                assertThat((up - down) / (2 * MOVE))
                        .as("%s of target %d", statistic, target)
                        .isCloseTo(column[target], within(5e-3 * largest + 5e-3 * Math.abs(column[target])));
            }
        });
    }

    /** An objective that calls itself linear is differentiated before any score is known, so any scores must do. */
    @ParameterizedTest
    @MethodSource("objectives")
    void gradientsOfALinearObjectiveDoNotDependOnTheScores(Objective objective) {
        Batch batch = batch(Material.units());
        Objective own = objective.of(batch);
        if (!own.isLinear()) {
            return;
        }
        Map<Statistic, float[]> other = scores(own, batch);
        other.values().forEach(column -> {
            for (int i = 0; i < column.length; i++) {
                column[i] = 0.5f * column[i] - 0.1f;
            }
        });
        Map<Statistic, float[]> expected = gradients(own, scores(own, batch), batch);
        gradients(own, other, batch)
                .forEach((statistic, column) ->
                        assertThat(column).as("%s", statistic).containsExactly(expected.get(statistic)));
    }

    /** An objective that calls itself separable is differentiated at some targets before the scores of the others are known. */
    @ParameterizedTest
    @MethodSource("objectives")
    void gradientsOfASeparableObjectiveDependOnTheirOwnTargetAlone(Objective objective) {
        Batch batch = batch(Material.units());
        Objective own = objective.of(batch);
        if (!own.isSeparable()) {
            return;
        }
        Map<Statistic, float[]> expected = gradients(own, scores(own, batch), batch);
        for (int target = 0; target < batch.targets().count(); target++) {
            int kept = target;
            Map<Statistic, float[]> others = scores(own, batch);
            others.values().forEach(column -> {
                for (int i = 0; i < column.length; i++) {
                    column[i] = i == kept ? column[i] : 0;
                }
            });
            gradients(own, others, batch)
                    .forEach((statistic, column) -> assertThat(column[kept])
                            .as("%s of target %d", statistic, kept)
                            .isEqualTo(expected.get(statistic)[kept]));
        }
    }

    /** The trained part of a batch holds all that the sums depend on, and what is left out gets no gradient. */
    @ParameterizedTest
    @MethodSource("objectives")
    void rowsThatAreNotTrainedHaveNoGradient(Objective objective) {
        Batch whole = batch(Material.units());
        Objective own = looked(objective, List.of(whole)).of(whole);
        Batch part = own.trainedPart(whole);
        Map<String, Double> expected = keyed(whole.targets(), whole, gradients(own, scores(own, whole), whole));
        Map<String, Double> learned = keyed(part.targets(), part, gradients(own, scores(own, part), part));
        expected.forEach((target, gradient) ->
                assertThat(learned.getOrDefault(target, 0.0)).as(target).isCloseTo(gradient, within(1e-6)));
    }

    /** An objective that needs no first look is not changed by one. */
    @ParameterizedTest
    @MethodSource("objectives")
    void whatNeedsNoFirstLookIsNotChangedByOne(Objective objective) {
        Batch batch = batch(Material.units());
        Objective own = objective.of(batch);
        if (!own.needsFirstPass()) {
            Scores scores = constant(scores(own, batch), batch.targets());
            Objective after = own.afterFirstPass(List.of(scores), List.of(batch));
            own.sums(scores, batch)
                    .forEach((term, sum) -> assertThat(
                                    after.sums(scores, batch).get(term).scalar())
                            .as("%s", term)
                            .isEqualTo(sum.scalar()));
        }
    }

    /** What a divergence is measured from is there where, and only where, it is read. */
    @ParameterizedTest
    @MethodSource("objectives")
    void aDivergenceIsMeasuredFromSomething(Objective objective) {
        Batch batch = batch(Material.units());
        Objective own = objective.of(batch);
        assertThat(own.comparison(batch) != null).isEqualTo(own.reads().contains(Statistic.DIVERGENCE));
    }

    /** What a step makes of the formula's scores: sums and measures over all batches, and each score's gradient. */
    private final class Taken {
        final Map<Term, Double> sums = new EnumMap<>(Term.class);
        final Map<String, Double> measures = new TreeMap<>();
        final Map<String, Double> gradients = new TreeMap<>();

        Taken(Objective objective, List<Batch> batches) {
            Objective looked = looked(objective, batches);
            for (Batch batch : batches) {
                Objective own = looked.of(batch);
                Batch part = own.trainedPart(batch);
                Map<Statistic, float[]> at = scores(own, part);
                Scores scores = constant(at, part.targets());
                own.sums(scores, part).forEach((term, sum) -> {
                    assertThat(sum.isFinite()).as("%s is finite", term).isTrue();
                    sums.merge(term, sum.scalar(), Double::sum);
                });
                own.measures(scores, part).forEach((name, value) -> measures.merge(name, value, Double::sum));
                own.largest(scores, part).forEach((name, value) -> measures.merge(name, value, Math::max));
                if (part.targets().count() > 0) {
                    gradients.putAll(keyed(part.targets(), part, gradients(own, at, part)));
                }
            }
        }
    }

    private static Objective looked(Objective objective, List<Batch> batches) {
        if (!objective.needsFirstPass()) {
            return objective;
        }
        List<Batch> seen = batches.stream().map(objective::firstPassPart).toList();
        List<Scores> window = new ArrayList<>();
        for (Batch batch : seen) {
            window.add(constant(scores(objective, batch), batch.targets()));
        }
        return objective.afterFirstPass(window, seen);
    }

    private double moved(
            Objective objective,
            Map<Statistic, float[]> at,
            Scores held,
            Statistic statistic,
            int target,
            float by,
            Batch batch) {
        Map<Statistic, float[]> other = new HashMap<>(at);
        float[] column = at.get(statistic).clone();
        column[target] += by;
        other.put(statistic, column);
        try (Scope one = Scope.open()) {
            return total(sums(objective, constant(other, batch.targets()), held, batch))
                    .scalar();
        }
    }

    /** By statistic; a statistic without a gradient is left out, one that the sums do not depend on is zero. */
    private static Map<Statistic, float[]> gradients(Objective objective, Map<Statistic, float[]> at, Batch batch) {
        Map<Statistic, Tensor> leaves = leaves(at);
        total(objective.sums(new Scores(leaves, batch.targets()), batch)).backward();
        Map<Statistic, float[]> gradients = new LinkedHashMap<>();
        leaves.forEach((statistic, leaf) -> {
            if (statistic.hasGradient()) {
                gradients.put(
                        statistic,
                        leaf.hasGradient()
                                ? leaf.gradient().floats()
                                : new float[batch.targets().count()]);
            }
        });
        return gradients;
    }

    private static Map<Statistic, Tensor> leaves(Map<Statistic, float[]> at) {
        Map<Statistic, Tensor> leaves = new EnumMap<>(Statistic.class);
        at.forEach((statistic, column) ->
                leaves.put(statistic, Tensor.of(column, column.length).trainable()));
        return leaves;
    }

    private static Tensor total(Map<Term, Tensor> sums) {
        return sums.values().stream().reduce(Tensor::plus).orElseThrow();
    }

    private static Scores constant(Map<Statistic, float[]> at, Targets targets) {
        Map<Statistic, Tensor> columns = new EnumMap<>(Statistic.class);
        at.forEach((statistic, column) -> columns.put(statistic, Tensor.of(column, column.length)));
        return new Scores(columns, targets);
    }

    /** All that the objective reads, and nothing else. */
    private static Map<Statistic, float[]> scores(Objective objective, Batch batch) {
        Set<Statistic> read = EnumSet.copyOf(objective.reads());
        if (!read.contains(Statistic.REWARD)) {
            read.add(Statistic.LOG_PROBABILITY);
        }
        Map<Statistic, float[]> columns = new EnumMap<>(Statistic.class);
        for (Statistic statistic : read) {
            float[] column = new float[batch.targets().count()];
            int[] places = places(batch.targets(), batch.rowCount());
            for (int i = 0; i < column.length; i++) {
                long row = batch.rowIds()[batch.targets().row()[i]];
                column[i] = (float)
                        (middle(statistic) + 0.3 * Math.sin(1.7 * row + 0.9 * places[i] + 1.1 * statistic.ordinal()));
            }
            columns.put(statistic, column);
        }
        return columns;
    }

    /** About what an untrained model of 32 tokens says, ln 1/32 = −3.47. */
    private static double middle(Statistic statistic) {
        return switch (statistic) {
            case LOG_PROBABILITY, MEAN_LOG_PROBABILITY, COLLISION -> -3.4;
            case ENTROPY -> 3.4;
            case DIVERGENCE -> 0.5;
            case REWARD, VALUE -> 0;
        };
    }

    /** How many targets of its row stand before each one. */
    private static int[] places(Targets targets, int rows) {
        int[] counts = new int[rows];
        int[] places = new int[targets.count()];
        for (int i = 0; i < places.length; i++) {
            places[i] = counts[targets.row()[i]]++;
        }
        return places;
    }

    /** Gradients by row number, place in the row and statistic. */
    private static Map<String, Double> keyed(Targets targets, Batch batch, Map<Statistic, float[]> gradients) {
        Map<String, Double> keyed = new TreeMap<>();
        int[] places = places(targets, batch.rowCount());
        gradients.forEach((statistic, column) -> {
            for (int i = 0; i < column.length; i++) {
                keyed.put(statistic + " of row " + batch.rowIds()[targets.row()[i]] + " at " + places[i], (double)
                        column[i]);
            }
        });
        return keyed;
    }

    private static Batch empty(Batch like) {
        Map<Annotation, Annotation.Values> annotations = new EnumMap<>(Annotation.class);
        like.annotations()
                .forEach((annotation, values) ->
                        annotations.put(annotation, new Annotation.Values(values.width(), new float[0])));
        Targets none = new Targets(new int[0], new int[0], new float[0], new int[0]);
        return new Batch(new int[0], new int[0], List.of(), none, new long[0], annotations);
    }

    private static <K> void close(Map<K, Double> actual, Map<K, Double> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, value) -> assertThat(actual.get(key))
                .as("%s", key)
                .isCloseTo(value, within(1e-5 * Math.max(1, Math.abs(value)))));
    }
}
