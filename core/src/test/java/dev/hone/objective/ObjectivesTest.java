package dev.hone.objective;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Material;
import dev.hone.testkit.ObjectiveContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every objective keeps the {@linkplain ObjectiveContract contract}. */
class ObjectivesTest {
    @Nested
    class OfNextToken extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new NextToken(), new NextToken(NextToken.TokenLossType.NLL, 0.1));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.ROWS.batch(units);
        }
    }

    /** −w · p · log p, with p of the scores that were not moved. */
    @Nested
    class OfDynamicFineTuning extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new NextToken(NextToken.TokenLossType.DFT, 0));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.ROWS.batch(units);
        }

        @Override
        protected Map<Term, Tensor> sums(Objective objective, Scores moved, Scores held, Batch batch) {
            Tensor p = held.logProbabilities().exp();
            return Map.of(
                    Term.LOSS,
                    moved.logProbabilities()
                            .times(p)
                            .times(moved.weights())
                            .sum()
                            .negate());
        }
    }

    @Nested
    class OfDistillation extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Distillation(0.5, 2, Material.teacher().head()));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.TAUGHT.batch(units);
        }
    }

    @Nested
    class OfDpo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            Map<PreferenceLoss, Double> two = Map.of(PreferenceLoss.AOT, 0.5, PreferenceLoss.SIGMOID, 1.0);
            return Stream.concat(
                            Arrays.stream(PreferenceLoss.values())
                                    .filter(loss -> loss != PreferenceLoss.AOT_UNPAIRED)
                                    .map(loss -> Dpo.of(loss, 0.1, 0.2)),
                            Arrays.stream(Divergence.values())
                                    .map(divergence -> new Dpo(0.1, two, 1, 0, divergence, 0.5)))
                    .map(Objective.class::cast)
                    .toList();
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }
    }

    /** A difference belongs to two pairs, half to each, so a score moves the loss of the pair it is ranked with too. */
    @Nested
    class OfUnpairedAot extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(Dpo.of(PreferenceLoss.AOT_UNPAIRED, 0.1, 0.2));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }

        @Override
        protected Map<Term, Tensor> sums(Objective objective, Scores moved, Scores held, Batch batch) {
            Objective ranked = objectives().get(0).afterFirstPass(List.of(moved), List.of(batch));
            return ranked.sums(moved, batch);
        }
    }

    /** w · −log σ(β·Δ) of each pair; w = exp(mean(log p − log Σ p²)) over both answers, of the scores that were not moved. */
    @Nested
    class OfPolicyWeightedDpo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            Map<PreferenceLoss, Double> sigmoid = Map.of(PreferenceLoss.SIGMOID, 1.0);
            return List.of(new Dpo(0.1, sigmoid, 0, 0, Divergence.REVERSE_KL, 1, Dpo.Weighting.POLICY));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }

        @Override
        protected Map<Term, Tensor> sums(Objective objective, Scores moved, Scores held, Batch batch) {
            float[] reference = batch.get(Annotation.REFERENCE);
            Tensor ratios = moved.logProbabilities().minus(Tensor.of(reference, reference.length));
            Tensor below = held.logProbabilities().minus(held.get(Statistic.COLLISION));
            float[] weights = batch.targets().weight();
            PairSums means = PairSums.sum(below, weights, batch).dividedBy(PairSums.lengths(batch));
            Tensor losses = PairSums.sum(ratios, weights, batch)
                    .difference()
                    .times(0.1)
                    .logSigmoid()
                    .negate();
            return Map.of(
                    Term.LOSS,
                    losses.times(means.chosen().plus(means.rejected()).exp()).sum());
        }
    }

    @Nested
    class OfSimPo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new SimPo(2, 1, 0.5));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }
    }

    @Nested
    class OfCpo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Cpo(0.1, 1, 0.1));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }
    }

    @Nested
    class OfOrpo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Orpo(0.1));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS.batch(units);
        }
    }

    @Nested
    class OfOrpoOnRows extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Orpo(0.1, Likelihood.ROW));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.PAIRS_AND_PROMPTS.batch(units);
        }
    }

    @Nested
    class OfKto extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Kto(0.1, 1, 1.3));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.ANSWERS_AND_FOREIGN.batch(units);
        }
    }

    @Nested
    class OfApoZeroUnpaired extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new ApoZeroUnpaired(0.1, 1, 1.3));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.ANSWERS.batch(units);
        }
    }

    @Nested
    class OfRewardModelling extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new RewardModelling(0.01));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.WHOLE_PAIRS.batch(units);
        }
    }

    /** With clips so wide that none is reached: a finite difference across an edge is not a derivative. */
    @Nested
    class OfClippedPolicy extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            List<Objective> all = new ArrayList<>();
            ClippedPolicy.Clip wide = new ClippedPolicy.Clip(0.9, 9);
            for (PolicyLoss loss : PolicyLoss.values()) {
                for (ClippedPolicy.Level level : ClippedPolicy.Level.values()) {
                    boolean hasLevel = loss != PolicyLoss.CISPO && loss != PolicyLoss.VESPO;
                    hasLevel &=
                            level == ClippedPolicy.Level.SEQUENCE ? loss != PolicyLoss.DPPO : loss != PolicyLoss.LUSPO;
                    if (hasLevel) {
                        all.add(new ClippedPolicy(
                                loss,
                                level,
                                loss.clips() ? wide : ClippedPolicy.Clip.USUAL,
                                new ClippedPolicy.Kl(0.1, level == ClippedPolicy.Level.TOKEN),
                                0.5,
                                ClippedPolicy.Trust.ALL,
                                loss == PolicyLoss.GRPO ? 0.1 : 0,
                                1,
                                50));
                    }
                }
            }
            return all;
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.GROUPS.batch(units);
        }
    }

    @Nested
    class OfRloo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Rloo(1, 100));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.GROUPS.batch(units);
        }
    }

    /** Sampled values so far off that none is held: the edge is no place for a finite difference. */
    @Nested
    class OfPpo extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new Ppo(0.9, 5, 0.5));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.GROUPS.batch(units);
        }
    }

    /** −f · A · log p, with a factor f of the scores that were not moved. */
    @Nested
    class OfWeightedLikelihood extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(ClippedPolicy.of(PolicyLoss.CISPO), ClippedPolicy.of(PolicyLoss.VESPO));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.GROUPS.batch(units);
        }

        @Override
        protected Map<Term, Tensor> sums(Objective objective, Scores moved, Scores held, Batch batch) {
            float[] factors = gradient(objective, held, batch);
            return Map.of(
                    Term.LOSS,
                    moved.logProbabilities().times(Tensor.of(factors)).sum());
        }

        private static float[] gradient(Objective objective, Scores held, Batch batch) {
            float[] sampled = batch.get(Annotation.SAMPLED);
            float[] advantages = batch.get(Annotation.ADVANTAGE);
            float[] own = held.logProbabilities().floats();
            double[] rows = new double[batch.rowCount()];
            for (int i = 0; i < own.length; i++) {
                rows[batch.targets().row()[i]] += own[i] - sampled[i];
            }
            float[] factors = new float[own.length];
            for (int i = 0; i < own.length; i++) {
                double row = rows[batch.targets().row()[i]];
                double[] k = advantages[i] >= 0 ? new double[] {2, 3} : new double[] {3, 2};
                double factor = objective.equals(ClippedPolicy.of(PolicyLoss.CISPO))
                        ? Math.min(5, Math.exp(own[i] - sampled[i]))
                        : Math.exp(row * k[0] + k[1] * (1 - Math.exp(row)));
                factors[i] = (float) (-factor * advantages[i]);
            }
            return factors;
        }
    }

    /** What is replayed beside a method; the method's own batches are those of {@link OfKto}. */
    @Nested
    class OfReplay extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new WithReplay(new Kto(0.1, 1, 1.3), 0.7));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            Batch rows = Material.ROWS.batch(units);
            return rows.with(Annotation.REPLAY, new float[rows.rowCount()]);
        }
    }

    @Nested
    class OfWhatIsReplayedBeside extends ObjectiveContract {
        @Override
        protected List<Objective> objectives() {
            return List.of(new WithReplay(new Kto(0.1, 1, 1.3), 0.7));
        }

        @Override
        protected Batch batch(List<Integer> units) {
            return Material.ANSWERS_AND_FOREIGN.batch(units);
        }
    }

    @Test
    void everyObjectiveKeepsTheContract() {
        List<String> written = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.hone.objective")
                        .stream()
                        .filter(c -> c.isAssignableTo(Objective.class) && !c.isInterface() && c.isTopLevelClass())
                        .map(JavaClass::getSimpleName)
                        .toList();
        assertThat(written).isNotEmpty();
        assertThat(Arrays.stream(ObjectivesTest.class.getDeclaredClasses())
                        .filter(ObjectiveContract.class::isAssignableFrom)
                        .flatMap(contract -> tested(contract).stream()))
                .containsAll(written);
    }

    private List<String> tested(Class<?> contract) {
        try {
            ObjectiveContract made = (ObjectiveContract)
                    contract.getDeclaredConstructor(ObjectivesTest.class).newInstance(this);
            java.lang.reflect.Method objectives = contract.getDeclaredMethod("objectives");
            objectives.setAccessible(true);
            return ((List<?>) objectives.invoke(made))
                    .stream()
                            .map(objective -> objective.getClass().getSimpleName())
                            .toList();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
