package dev.hone.model.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import dev.hone.testkit.TinyModels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A source that stores bf16; W = [[1 2] [3 4]]. */
class WeightPlacementTest {
    private static final WeightSource STORED_IN_BF16 = new WeightSource() {
        @Override
        public DType stored(ParameterSpec spec, DType wanted) {
            return DType.BF16;
        }

        @Override
        public Tensor weight(ParameterSpec spec, DType type) {
            return Tensor.full(type, 0.5, spec.shape());
        }
    };

    private static final ModelConfig MODEL = TinyModels.stories();

    private static Parameter read(WeightPlacement placement, String name) {
        return placement.read(ParameterSpec.of(MODEL), STORED_IN_BF16).stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void frozenWeightsAreInTheComputeType() {
        assertThat(placement(WeightPlacement.frozen(DType.F32)))
                .allMatch(p -> p.dtype() == DType.F32 && !p.isTrained());
        assertThat(placement(WeightPlacement.frozen(DType.BF16))).allMatch(p -> p.dtype() == DType.BF16);
    }

    @Test
    void trainedWeightsAreInFloat32WhateverTheComputeType() {
        assertThat(placement(WeightPlacement.trained(DType.BF16)))
                .allMatch(p -> p.dtype() == DType.F32 && p.isTrained());
    }

    @Test
    void underAnAdapterTheMlpBlocksStayInTheTypeTheyAreStoredIn() {
        WeightPlacement placement = WeightPlacement.underAdapter(DType.F32);
        assertThat(placement(placement)).noneMatch(Parameter::isTrained);
        assertThat(read(placement, "model.layers.0.mlp.up_proj.weight").dtype()).isEqualTo(DType.BF16);
        assertThat(read(placement, "model.layers.0.self_attn.q_proj.weight").dtype())
                .isEqualTo(DType.F32);
        assertThat(read(placement, ParameterSpec.FINAL_NORM).dtype()).isEqualTo(DType.F32);
    }

    @Test
    void packedMatricesServeProductsAndTheEmbeddingStaysDense() {
        assumeTrue(WeightFormat.INT8.isAvailable(), "this processor has no products with int8");
        WeightPlacement placement = WeightPlacement.packed(WeightFormat.INT8);
        Parameter up = read(placement, "model.layers.0.mlp.up_proj.weight");
        assertThat(up.isDense()).isFalse();
        assertThatThrownBy(up::value).hasMessageContaining("is packed");
        Parameter embedding = read(placement, ParameterSpec.EMBEDDING);
        assertThat(embedding.dtype()).isEqualTo(DType.BF16);
        assertThat(placement.headOf(embedding).isDense()).isFalse();
        assertThat(WeightPlacement.frozen(DType.F32).headOf(embedding)).isSameAs(embedding);
    }

    /** 2 · 2 entries: 16 bytes in float32, 8 in 16 bits, and in int8 4 and two scales of 4. */
    @Test
    void aWeightKnowsItsBytes() {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
            assertThat(new DenseWeight(w).bytes()).isEqualTo(16);
            assertThat(new DenseWeight(w.to(DType.BF16)).bytes()).isEqualTo(8);
            assumeTrue(WeightFormat.INT8.isAvailable(), "this processor has no products with int8");
            assertThat(WeightFormat.INT8.of(w, Workers.of(1)).bytes()).isEqualTo(12);
            assertThat(WeightFormat.F16.of(w, Workers.of(1)).bytes()).isEqualTo(8);
        }
    }

    /** [1 1] · W = [4 6], and [1 1] before it as a sum makes [5 7]; a packed weight gives the same from the values it has. */
    @Test
    void inputGradientsAreTheProductWithTheWeightInAnyLayout() {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
            Tensor gradient = Tensor.ones(DType.F32, 1, 2);
            for (Weight weight : layouts(w)) {
                assertThat(weight.inputGradient(gradient, null).floats()).containsExactly(4, 6);
                Tensor sum = Tensor.ones(DType.F32, 1, 2);
                assertThat(weight.inputGradient(gradient, sum)).isSameAs(sum);
                assertThat(sum.floats()).containsExactly(5, 7);
            }
        }
    }

    private static List<Weight> layouts(Tensor w) {
        Weight dense = new DenseWeight(w);
        return WeightFormat.F16.isAvailable() ? List.of(dense, WeightFormat.F16.of(w, Workers.of(1))) : List.of(dense);
    }

    private static List<Parameter> placement(WeightPlacement placement) {
        List<Parameter> all = placement.read(ParameterSpec.of(MODEL), STORED_IN_BF16);
        assertThat(all).extracting(Parameter::name).containsExactlyElementsOf(Arrays.asList(names()));
        return all;
    }

    private static String[] names() {
        return ParameterSpec.of(MODEL).stream().map(ParameterSpec::name).toArray(String[]::new);
    }
}
