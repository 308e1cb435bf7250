package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.Recomputation;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.ApoZeroUnpaired;
import dev.hone.objective.ClippedPolicy;
import dev.hone.objective.Cpo;
import dev.hone.objective.Distillation;
import dev.hone.objective.Divergence;
import dev.hone.objective.Dpo;
import dev.hone.objective.Kto;
import dev.hone.objective.Likelihood;
import dev.hone.objective.NextToken;
import dev.hone.objective.Objective;
import dev.hone.objective.Orpo;
import dev.hone.objective.PolicyLoss;
import dev.hone.objective.Ppo;
import dev.hone.objective.PreferenceLoss;
import dev.hone.objective.RewardModelling;
import dev.hone.objective.Rloo;
import dev.hone.objective.SimPo;
import dev.hone.objective.WithReplay;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Material;
import dev.hone.testkit.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may be done to the rows of a step without changing it, for every objective there is: its loss, what it measures and the
 * gradient of every weight stay.
 *
 * <p>Packed and unpacked are here the first and the last split: a batch of eight units lies flat as a packed row does, and in
 * eight batches of one unit each stands alone. Batches have no padding. Its place takes a unit several times as long as the
 * others, to whose length padding would fill them up: what is beside a row must not reach it. The one thing that is filled up,
 * the keys of texts generated side by side, is tested in {@code KeyValueCacheTest} and {@code GeneratorTest}.
 */
class InvarianceTest {
    /**
     * An objective and what it learns from.
     *
     * @param replayed whether texts are replayed beside it
     */
    private record Case(Objective objective, Material material, boolean replayed) {
        @Override
        public String toString() {
            return objective + " of " + material;
        }

        Case withReplay() {
            return new Case(new WithReplay(objective, 0.7), material, true);
        }

        /** One batch of each list of units, and one of what is replayed. */
        List<Batch> step(List<List<Integer>> split) {
            List<Batch> batches = new ArrayList<>();
            for (List<Integer> units : split) {
                batches.add(material.batch(units));
                if (replayed) {
                    Batch rows = Material.ROWS.batch(units);
                    batches.add(rows.with(Annotation.REPLAY, new float[rows.rowCount()]));
                }
            }
            return batches;
        }

        ModelConfig config() {
            return material.scoredBy(GoldenModels.a());
        }

        Policy policy() {
            return judged(Policy.full(GoldenModels.trainable(config())));
        }

        /** With a critic where the objective asks for one. */
        Policy judged(Policy policy) {
            if (!objective.reads().contains(Statistic.VALUE)) {
                return policy;
            }
            Tensor weight = GoldenModels.sine(3, 0, 1, config().hidden()).keep();
            return policy.withValueHead(new Parameter(ValueHead.WEIGHT, weight));
        }

        Step whole(Policy policy) {
            return Step.of(policy, step(List.of(Material.units())), objective);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (NextToken.TokenLossType loss : NextToken.TokenLossType.values()) {
            cases.add(of(new NextToken(loss, 0), Material.ROWS));
        }
        cases.add(of(new NextToken(NextToken.TokenLossType.NLL, 0.1), Material.ROWS));
        cases.add(of(new Distillation(0.5, 2, Material.teacher().head()), Material.TAUGHT));
        for (PreferenceLoss loss : PreferenceLoss.values()) {
            cases.add(of(Dpo.of(loss, 0.1, 0.2), Material.PAIRS));
        }
        for (Divergence divergence : Divergence.values()) {
            Map<PreferenceLoss, Double> losses = Map.of(PreferenceLoss.AOT_UNPAIRED, 0.5, PreferenceLoss.SIGMOID, 1.0);
            cases.add(of(new Dpo(0.1, losses, 1, 0, divergence, 0.5), Material.PAIRS));
        }
        for (Dpo.Weighting weighting : Dpo.Weighting.values()) {
            Map<PreferenceLoss, Double> losses = Map.of(PreferenceLoss.SIGMOID, 1.0);
            cases.add(of(new Dpo(0.1, losses, 0, 0, Divergence.REVERSE_KL, 1, weighting), Material.PAIRS));
        }
        cases.add(of(new SimPo(2, 1, 0.5), Material.PAIRS));
        cases.add(of(new Cpo(0.1, 1, 0.1), Material.PAIRS));
        cases.add(of(new Orpo(0.1), Material.PAIRS));
        cases.add(of(new Orpo(0.1, Likelihood.ROW), Material.PAIRS_AND_PROMPTS));
        cases.add(of(new Kto(0.1, 1, 1.3), Material.ANSWERS_AND_FOREIGN));
        cases.add(of(new ApoZeroUnpaired(0.1, 1, 1.3), Material.ANSWERS));
        cases.add(of(new RewardModelling(0.01), Material.WHOLE_PAIRS));
        for (PolicyLoss loss : PolicyLoss.values()) {
            cases.add(of(ClippedPolicy.of(loss), Material.GROUPS));
        }
        cases.add(of(
                new ClippedPolicy(
                        PolicyLoss.GRPO,
                        ClippedPolicy.Level.SEQUENCE,
                        ClippedPolicy.Clip.USUAL,
                        new ClippedPolicy.Kl(0.1, true),
                        0.01,
                        ClippedPolicy.Trust.ALL,
                        0.1,
                        0.4,
                        50),
                Material.GROUPS));
        cases.add(of(new Rloo(0.2, 0.2), Material.GROUPS));
        cases.add(of(new Ppo(0.1, 0.2, 0.5), Material.GROUPS));
        Map<Class<?>, Case> one = new LinkedHashMap<>();
        cases.forEach(c -> one.putIfAbsent(c.objective().getClass(), c));
        one.remove(RewardModelling.class); // its model predicts no tokens, so nothing can be replayed
        return Stream.concat(cases.stream(), one.values().stream().map(Case::withReplay));
    }

    private static Case of(Objective objective, Material material) {
        return new Case(objective, material, false);
    }

    @Test
    void noObjectiveIsForgotten() {
        List<String> written = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.hone.objective")
                        .stream()
                        .filter(c -> c.isAssignableTo(Objective.class) && !c.isInterface() && c.isTopLevelClass())
                        .map(JavaClass::getName)
                        .toList();
        assertThat(written).isNotEmpty();
        assertThat(cases().map(c -> c.objective().getClass().getName())).containsAll(written);
    }

    /** 1 × 8 = 2 × 4 = 4 × 2 = 8 × 1, and uneven parts too. */
    @ParameterizedTest
    @MethodSource("cases")
    void anySplitOfAStepGivesTheSame(Case it) {
        Policy policy = it.policy();
        Step whole = it.whole(policy);
        for (int size : List.of(4, 2, 1, 3)) {
            Step.of(policy, it.step(parts(Material.units(), size)), it.objective())
                    .requireLike(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOrderOfRowsDoesNotMatter(Case it) {
        Policy policy = it.policy();
        Step whole = it.whole(policy);
        List<Integer> mixed = List.of(3, 6, 0, 7, 5, 1, 4, 2);
        List<Integer> reversed = new ArrayList<>(Material.units());
        Collections.reverse(reversed);
        for (List<Integer> order : List.of(mixed, reversed)) {
            Step.of(policy, it.step(List.of(order)), it.objective()).requireLike(whole);
            Step.of(policy, it.step(parts(order, 3)), it.objective()).requireLike(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threadsSideBySideGiveTheSame(Case it) {
        Policy policy = it.policy();
        Step whole = it.whole(policy);
        Step.of(policy.parallel(3), it.step(parts(Material.units(), 1)), it.objective())
                .requireLike(whole);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layersComputedAgainGiveTheSameBits(Case it) {
        Policy policy = it.policy();
        List<Batch> step = it.step(parts(Material.units(), 3));
        Step kept = Step.of(policy, step, it.objective());
        Step.of(policy.recomputing(Recomputation.LAYERS), step, it.objective()).requireSameBits(kept);
    }

    /** The prompt of a unit's rows is computed once; laid out for each of them, it gives the same. */
    @ParameterizedTest
    @MethodSource("cases")
    void aSharedPromptGivesWhatFullRowsGive(Case it) {
        Policy policy = it.policy();
        List<Batch> step = new ArrayList<>(it.step(List.of(Material.units())));
        Step shared = Step.of(policy, step, it.objective());
        step.set(0, it.material().unshared(Material.units()));
        Step.of(policy, step, it.objective()).requireLike(shared);
    }

    /** Base and adapter, and one model with {@code W + scale · B · A} in float32. */
    @ParameterizedTest
    @MethodSource("cases")
    void anAdapterAsArgumentGivesWhatItGivesMerged(Case it) {
        LanguageModel base = GoldenModels.frozen(it.config());
        List<Batch> step = it.step(parts(Material.units(), 3));
        Metrics without = it.judged(Policy.full(base)).measure(step, it.objective());
        for (AdapterConfig shape : List.of(
                new AdapterConfig(2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false),
                new AdapterConfig(4, 4, 0, List.of("q_proj", "v_proj"), true),
                new AdapterConfig(1, 8, 0, List.of("layers.1.mlp.down_proj"), true),
                new AdapterConfig(AdapterType.DORA, 2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false))) {
            Adapter adapter = GoldenModels.filled(Adapter.fresh(base.config(), shape, 5, base::weight));
            Metrics argument = it.judged(Policy.adapter(base, adapter)).measure(step, it.objective());
            Metrics merged = it.judged(Policy.full(GoldenModels.merged(it.config(), adapter)))
                    .measure(step, it.objective());
            Step.requireLike(argument, merged);
            assertThat(Math.abs(argument.loss() - without.loss())).isGreaterThan(1e-7);
        }
    }

    /** Each unit alone, and between the others, of which one is several times as long. */
    @ParameterizedTest
    @EnumSource
    void whatStandsBesideARowDoesNotReachIt(Material material) {
        LanguageModel model = GoldenModels.frozen(material.scoredBy(GoldenModels.a()));
        Statistic statistic = material == Material.WHOLE_PAIRS ? Statistic.REWARD : Statistic.LOG_PROBABILITY;
        try (Scope scope = Scope.open()) {
            Scores together = model.score(material.batch(Material.units()), null);
            float[] all = together.get(statistic).floats();
            int at = 0;
            for (int unit : Material.units()) {
                Scores alone = model.score(material.batch(List.of(unit)), null);
                for (float score : alone.get(statistic).floats()) {
                    assertThat(score).as("unit %d", unit).isCloseTo(all[at++], within(1e-5f));
                }
            }
            assertThat(at).isEqualTo(all.length);
        }
    }

    private static List<List<Integer>> parts(List<Integer> units, int size) {
        List<List<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < units.size(); from += size) {
            parts.add(units.subList(from, Math.min(units.size(), from + size)));
        }
        return parts;
    }
}
