package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks y = w · x with w = 2, 3 and 5, on x = 7. */
class LayerRecomputationTest {
    private final List<Integer> ran = new ArrayList<>();
    private final List<Tensor> weights = List.of(one(2), one(3), one(5));

    private static Tensor one(float value) {
        return Tensor.of(new float[] {value});
    }

    private List<Block> blocks(Recomputation recomputation) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            int block = i;
            blocks.add(recomputation.of(Block.of(x -> {
                ran.add(block);
                return x.times(weights.get(block));
            })));
        }
        return blocks;
    }

    private static final Consumer<Tensor> NOBODY = gradient -> {
        throw new AssertionError("nothing below learns");
    };

    /** y = 210; with ∂L/∂y = 1: ∂/∂w₁ = 3·5·7, ∂/∂w₂ = 2·5·7, ∂/∂w₃ = 2·3·7, ∂/∂x = 2·3·5. */
    @ParameterizedTest
    @EnumSource
    void everyWeightAndWhatLiesBelowGetsItsGradient(Recomputation recomputation) {
        weights.forEach(Tensor::trainable);
        List<Float> below = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            HiddenStates hidden = LayerStack.through(
                    blocks(recomputation), one(7).trainable(), gradient -> below.add(gradient.floats()[0]));
            assertThat(hidden.atTargets().floats()).containsExactly(210);
            assertThat(hidden.atTargets().isTrainable()).isFalse();
            hidden.backward(one(1));
        }
        assertThat(weights.stream().map(w -> w.gradient().floats()[0])).containsExactly(105f, 70f, 42f);
        assertThat(below).containsExactly(30f);
    }

    @Test
    void layersAreRecomputedFromTheLastToTheFirst() {
        weights.forEach(Tensor::trainable);
        try (Scope scope = Scope.open()) {
            LayerStack.through(blocks(Recomputation.LAYERS), one(7), NOBODY).backward(one(1));
        }
        assertThat(ran).containsExactly(0, 1, 2, 2, 1, 0);
    }

    @Test
    void whatLiesBelowAllTrainedWeightsIsComputedOnce() {
        weights.get(1).trainable();
        try (Scope scope = Scope.open()) {
            LayerStack.through(blocks(Recomputation.LAYERS), one(7), NOBODY).backward(one(1));
        }
        assertThat(ran).containsExactly(0, 1, 2, 2, 1);
        assertThat(weights.get(1).gradient().floats()).containsExactly(70);
    }

    @ParameterizedTest
    @EnumSource
    void whereNothingIsTrainedNothingIsSentBack(Recomputation recomputation) {
        try (Scope scope = Scope.open()) {
            LayerStack.through(blocks(recomputation), one(7), NOBODY).backward(one(1));
        }
        assertThat(ran).containsExactly(0, 1, 2);
    }
}
