package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.Scores;
import dev.hone.model.head.Statistic;
import dev.hone.model.head.ValueHead;
import dev.hone.model.weight.Parameter;
import dev.hone.objective.Ppo;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Material;
import dev.hone.testkit.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A critic beside the token head, of a model that is trained whole and of one with an adapter. */
class CriticTrainingTest {
    private static final Draw PLACE = Draw.of(1, "dropout");
    private static final RequestedStatistics VALUES = new RequestedStatistics(Set.of(Statistic.VALUE), null);

    static Stream<Arguments> policies() {
        return Stream.of(
                policy("full", () -> full(GoldenModels.sine(3, 0, 1, 16))),
                policy("adapter", () -> adapter(GoldenModels.sine(3, 0, 1, 16))),
                policy(
                        "adapter on two threads",
                        () -> adapter(GoldenModels.sine(3, 0, 1, 16)).parallel(2)),
                policy(
                        "two threads, and then a critic",
                        () -> withCritic(withoutCritic().parallel(2), GoldenModels.sine(3, 0, 1, 16))));
    }

    private static Arguments policy(String name, Supplier<Policy> policy) {
        return Arguments.of(Named.of(name, policy));
    }

    private static Policy full(Tensor critic) {
        return withCritic(Policy.full(GoldenModels.trainable(GoldenModels.a())), critic);
    }

    private static Policy adapter(Tensor critic) {
        return withCritic(withoutCritic(), critic);
    }

    private static Policy withoutCritic() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        AdapterConfig shape = new AdapterConfig(2, 4, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        return Policy.adapter(model, GoldenModels.filled(Adapter.fresh(model.config(), shape, 5)));
    }

    private static Policy withCritic(Policy policy, Tensor critic) {
        return policy.withValueHead(new Parameter(ValueHead.WEIGHT, critic.keep()));
    }

    /** Completions with nothing to learn for the policy, so that what comes is the critic's: a state is worth 1 after an even token. */
    private static Batch batch(List<Integer> units) {
        Batch groups = Material.GROUPS.batch(units);
        float[] returns = new float[groups.targets().count()];
        for (int i = 0; i < returns.length; i++) {
            returns[i] = 1 - groups.tokens()[groups.targets().position()[i]] % 2;
        }
        return groups.with(Annotation.ADVANTAGE, new float[returns.length]).with(Annotation.RETURN, returns);
    }

    /** The twin: one graph from the tokens to ½·c·mean((V − R)²), no cut at the head. */
    @ParameterizedTest
    @MethodSource("policies")
    void gradientsAreThoseOfAnUncutGraph(Supplier<Policy> made) {
        Policy policy = made.get();
        Batch batch = batch(Material.units());
        try (Scope scope = Scope.open()) {
            double loss = policy.accumulate(
                            List.of(batch(List.of(0, 1, 2)), batch(List.of(3, 4, 5, 6, 7))),
                            new Ppo(0.2, 1e6, 0.5),
                            PLACE)
                    .loss();
            List<float[]> cut = gradients(policy);
            new Gradients(policy.parameters()).clear();
            Parameter critic = policy.valueHead();
            assertThat(critic).isNotNull();
            Tensor values = policy.model()
                    .hidden(batch, policy.adapter())
                    .select(0, Tensor.of(batch.targets().position()))
                    .matmul(critic.value().transpose(0, 1))
                    .view(-1);
            Tensor whole = values.minus(Tensor.of(batch.get(Annotation.RETURN)))
                    .square()
                    .mean()
                    .times(0.25);
            whole.backward();
            assertThat(loss).isCloseTo(whole.detach().scalar(), within(1e-6));
            List<float[]> uncut = gradients(policy);
            for (int p = 0; p < cut.size(); p++) {
                assertThat(cut.get(p)).as("weight %d", p).containsExactly(uncut.get(p), within(2e-6f));
            }
            assertThat(uncut.get(uncut.size() - 1)).as("the critic's own").doesNotContain(0);
        }
    }

    private static List<float[]> gradients(Policy policy) {
        return policy.parameters().stream()
                .map(Parameter::value)
                .map(value -> value.hasGradient() ? value.gradient().floats() : new float[(int) value.count()])
                .toList();
    }

    @Test
    void aCriticComesToKnowWhatStatesAreWorth() {
        try (Scope scope = Scope.open()) {
            LanguageModel model = TinyModels.frozen(TinyModels.stories(), 3);
            AdapterConfig shape = new AdapterConfig(4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
            Policy policy = Policy.adapter(model, Adapter.fresh(model.config(), shape, 3))
                    .withValueHead(ValueHead.fresh(model.config()));
            AdamW optimizer = new AdamW(AdamW.Config.standard(), policy.parameters());
            double before = critic(policy);
            for (int step = 0; step < 40; step++) {
                step(policy, optimizer, step);
            }
            assertThat(critic(policy)).isLessThan(0.3 * before);
        }
    }

    private static double critic(Policy policy) {
        return policy.measure(List.of(batch(Material.units())), new Ppo(0.2, 1e6, 1))
                .measures()
                .get("loss/value");
    }

    private static void step(Policy policy, AdamW optimizer, int step) {
        try (Scope scope = Scope.open()) {
            new Gradients(policy.parameters()).clear();
            policy.accumulate(List.of(batch(List.of(step % 8, (step + 3) % 8))), new Ppo(0.2, 1e6, 1), PLACE.at(step));
            optimizer.step(1e-2);
        }
    }

    /** Three steps, saved; three more, and three more of a policy that was made anew and read the state: not a bit differs. */
    @Test
    void aCriticIsPartOfASavedState(@TempDir Path folder) {
        try (Scope scope = Scope.open()) {
            Policy straight = adapter(Tensor.zeros(DType.F32, 1, 16));
            AdamW optimizer = new AdamW(AdamW.Config.standard(), straight.parameters());
            for (int step = 0; step < 3; step++) {
                step(straight, optimizer, step);
            }
            StateFiles files = new StateFiles(folder, 1, line -> {});
            files.save(Progress.start(), parts(straight, optimizer));
            Policy resumed = adapter(Tensor.ones(DType.F32, 1, 16));
            AdamW second = new AdamW(AdamW.Config.standard(), resumed.parameters());
            files.newest().orElseThrow().restore(parts(resumed, second));
            for (int step = 3; step < 6; step++) {
                step(straight, optimizer, step);
                step(resumed, second, step);
            }
            for (int p = 0; p < straight.parameters().size(); p++) {
                assertThat(resumed.parameters().get(p).value().floats())
                        .as(resumed.parameters().get(p).name())
                        .containsExactly(straight.parameters().get(p).value().floats());
            }
            Scores values = resumed.score(batch(Material.units()), VALUES);
            assertThat(values.get(Statistic.VALUE).abs().max().scalar()).isPositive();
        }
    }

    private static List<Stateful> parts(Policy policy, AdamW optimizer) {
        return List.of(new SavedWeights("weight", policy.parameters()), optimizer);
    }

    /** What an adapter is saved as, and what a model predicts, do not know of the critic. */
    @Test
    void theModelAndItsAdapterAreWithoutIt() {
        try (Scope scope = Scope.open()) {
            Policy policy = adapter(GoldenModels.sine(3, 0, 1, 16));
            Adapter adapter = policy.adapter();
            assertThat(adapter).isNotNull();
            assertThat(policy.parameters()).hasSize(adapter.parameters().size() + 1);
            Batch batch = batch(Material.units());
            assertThat(policy.score(batch, RequestedStatistics.PLAIN)
                            .logProbabilities()
                            .floats())
                    .containsExactly(policy.model()
                            .score(batch, adapter)
                            .logProbabilities()
                            .floats());
        }
    }
}
