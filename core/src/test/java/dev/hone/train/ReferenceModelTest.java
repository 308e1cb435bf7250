package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import dev.hone.testkit.TinyModels;
import dev.hone.train.ReferenceModel.Synchronisation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferenceModelTest {
    private static final Synchronisation EVERY_OTHER = new Synchronisation(2, 0.6);
    private static final Batch BATCH =
            Batch.of(List.of(Example.ofText(0, new int[] {1, 5, 9, 13, 17}), Example.ofText(1, new int[] {2, 4, 8})));

    private Scope scope = Scope.open();

    @BeforeEach
    void open() {
        scope.close();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void aCopyStaysWhatTheModelWas() {
        Policy policy = Policy.full(TinyModels.trainable(TinyModels.stories(), 1));
        ReferenceModel copy = ReferenceModel.copyOf(policy);
        float[] before = numbers(ReferenceModel.of(policy));
        change(policy, 0.1);
        assertThat(numbers(copy)).containsExactly(before);
        assertThat(numbers(ReferenceModel.of(policy))).isNotEqualTo(before);
        copy.follow(2, policy);
        assertThat(numbers(copy)).containsExactly(before);
    }

    @Test
    void aFreshAdapterIsLeftOutAndATrainedOneIsCopied() {
        Policy fresh = adapter();
        assertThat(ReferenceModel.copyOf(fresh).adapter()).isNull();
        float[] base = numbers(ReferenceModel.copyOf(fresh));
        change(fresh, 0.1);
        ReferenceModel copy = ReferenceModel.copyOf(fresh);
        float[] changed = numbers(copy);
        assertThat(changed).isNotEqualTo(base);
        change(fresh, 0.1);
        assertThat(numbers(copy)).containsExactly(changed);
    }

    /** 0.6 of the policy and 0.4 of what the reference was, after every second step. */
    @Test
    void aFullReferenceTakesOverItsShareOfEachWeight() {
        Policy policy = Policy.full(TinyModels.trainable(TinyModels.stories(), 1));
        ReferenceModel reference = ReferenceModel.following(policy, EVERY_OTHER);
        Parameter ofPolicy = policy.parameters().get(3);
        Parameter mine = reference.model().parameter(ofPolicy.name());
        float[] found = mine.value().floats();
        change(policy, 0.1);
        reference.follow(1, policy);
        assertThat(mine.value().floats()).containsExactly(found);
        reference.follow(2, policy);
        float[] changed = ofPolicy.value().floats();
        float[] mixed = mine.value().floats();
        for (int i = 0; i < found.length; i++) {
            assertThat((double) mixed[i]).isCloseTo(0.6 * changed[i] + 0.4 * found[i], within(1e-6));
        }
    }

    /** The change itself is mixed, not its factors; also once the ranks together exceed the 64 inputs. */
    @Test
    void aLowRankReferenceTakesOverItsShareOfTheChange() {
        Policy policy = adapter();
        ReferenceModel reference = ReferenceModel.following(policy, EVERY_OTHER);
        String module = "model.layers.0.self_attn.q_proj";
        float[] expected = new float[delta(policy.adapter(), module).length];
        for (int step = 1; step <= 2 * 18; step++) {
            if (step % 2 == 1) {
                change(policy, 0.01);
            }
            reference.follow(step, policy);
            if (step % 2 == 0) {
                float[] ofPolicy = delta(policy.adapter(), module);
                float[] mixed = delta(reference.adapter(), module);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = 0.6f * ofPolicy[i] + 0.4f * expected[i];
                    assertThat(mixed[i]).as("step %d", step).isCloseTo(expected[i], within(1e-5f));
                }
            }
        }
        assertThat(reference.adapter().at(module).rank()).isEqualTo(64);
    }

    @Test
    void aReferenceThatMovesIsRestoredToTheBit() {
        for (Policy policy : List.of(
                Policy.full(TinyModels.trainable(TinyModels.stories(), 1)), adapter(), adapter(AdapterType.DORA))) {
            ReferenceModel reference = ReferenceModel.following(policy, EVERY_OTHER);
            ReferenceModel other = ReferenceModel.following(policy, EVERY_OTHER);
            change(policy, 0.1);
            reference.follow(2, policy);
            Map<String, Tensor> saved = new HashMap<>();
            reference.state().forEach((name, value) -> saved.put(name, value.copy()));
            other.restore(name -> saved.get(name).copy());
            assertThat(numbers(other)).containsExactly(numbers(reference));
            change(policy, 0.1);
            reference.follow(4, policy);
            other.follow(4, policy);
            assertThat(numbers(other)).containsExactly(numbers(reference));
        }
    }

    @Test
    void aReferenceThatStaysNeedsNoState() {
        assertThat(ReferenceModel.copyOf(adapter()).state()).isEmpty();
    }

    @Test
    void severalWorkersAnnotateBatchesAsOneDoes() {
        ReferenceModel reference = ReferenceModel.of(Policy.full(TinyModels.trainable(TinyModels.stories(), 1)));
        List<Batch> batches = IntStream.range(0, 5)
                .mapToObj(row -> Batch.of(List.of(Example.ofText(row, new int[] {row, 3, 7 * row, 2}))))
                .toList();
        List<Batch> alone = reference.annotate(batches, Workers.of(1));
        for (int workers = 2; workers <= 3; workers++) {
            List<Batch> shared = reference.annotate(batches, Workers.of(workers));
            assertThat(shared).hasSameSizeAs(batches);
            for (int i = 0; i < batches.size(); i++) {
                assertThat(shared.get(i).rowIds()).containsExactly(i);
                assertThat(shared.get(i).get(Annotation.REFERENCE))
                        .containsExactly(alone.get(i).get(Annotation.REFERENCE));
            }
        }
    }

    @Test
    void aShareIsAShare() {
        assertThatThrownBy(() -> new Synchronisation(0, 0.6)).hasMessageContaining("every (0) must be positive");
        assertThatThrownBy(() -> new Synchronisation(1, 1.5)).hasMessageContaining("share (1.5)");
    }

    private static Policy adapter() {
        return adapter(AdapterType.LORA);
    }

    private static Policy adapter(AdapterType type) {
        LanguageModel model = TinyModels.frozen(TinyModels.stories(), 1);
        AdapterConfig shape = new AdapterConfig(type, 4, 8, 0, List.of(AdapterConfig.ALL_LINEAR), false);
        return Policy.adapter(model, Adapter.fresh(model.config(), shape, 5, model::weight));
    }

    /** Moves every weight that learns, each of its elements differently. */
    private static void change(Policy policy, double by) {
        Autograd.withoutDo(() -> {
            for (Parameter p : policy.parameters()) {
                float[] values = p.value().floats();
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) (by * Math.sin(i + 7 * values.length));
                }
                p.value().copyInPlace(Tensor.of(values, p.value().shape()));
            }
        });
    }

    private static float[] delta(Adapter adapter, String module) {
        LoraDelta change = (LoraDelta) adapter.at(module);
        return Autograd.without(() -> change.delta().floats());
    }

    private static float[] numbers(ReferenceModel model) {
        return model.annotate(BATCH).get(Annotation.REFERENCE);
    }
}
