package dev.hone.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.weight.Initialisation;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreHeadTest {
    private static final int[] NO_TOKENS = {-1, -1};

    /** h = (1, 2, 3) and (−1, 0, 1), w = (2, −1, .5): s = 1.5 and −1.5; with score gradients 1 and 3, ∂w = h₁ + 3h₂. */
    @Test
    void aScoreIsAProductAndItsGradientTheOtherFactor() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensor.of(new float[] {2, -1, .5f}, 1, 3).trainable();
            Tensor hidden = Tensor.of(new float[] {1, 2, 3, -1, 0, 1}, 2, 3);
            ScoreHead head = new ScoreHead(new Parameter(ParameterSpec.SCORE, weight));
            assertThat(head.score(hidden, NO_TOKENS, head.usual())
                            .get(Statistic.REWARD)
                            .floats())
                    .containsExactly(1.5f, -1.5f);
            Head.HeadOutput result = differentiated(head, hidden, 1, 3);
            assertThat(result.scores().get(Statistic.REWARD).floats()).containsExactly(1.5f, -1.5f);
            assertThat(result.hiddenGradient().shape()).containsExactly(2, 3);
            assertThat(result.hiddenGradient().floats()).containsExactly(2, -1, .5f, 6, -3, 1.5f);
            assertThat(weight.gradient().shape()).containsExactly(1, 3);
            assertThat(weight.gradient().floats()).containsExactly(-2, 2, 6);
            differentiated(head, hidden, 1, 0);
            assertThat(weight.gradient().floats()).containsExactly(-1, 4, 9);
        }
    }

    /** In bf16 the hidden states are rounded, the product and its sum are not. */
    @Test
    void scoresAreFloat32WhateverTheComputeType() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensor.of(new float[] {1, 1e-4f}, 1, 2);
            Tensor hidden = Tensor.of(new float[] {1, 1, 2, 1}, 2, 2).to(DType.BF16);
            ScoreHead head = new ScoreHead(new Parameter(ParameterSpec.SCORE, weight));
            Head.HeadOutput result = differentiated(head, hidden, 1, 1);
            assertThat(result.scores().get(Statistic.REWARD).floats())
                    .containsExactly(new float[] {1.0001f, 2.0001f}, within(1e-6f));
            assertThat(result.hiddenGradient().dtype()).isEqualTo(DType.BF16);
            assertThat(weight.hasGradient()).isFalse();
        }
    }

    @Test
    void aHeadIsNotAskedForWhatItDoesNotGive() {
        try (Scope scope = Scope.open()) {
            Tensor hidden = Tensor.zeros(DType.F32, 2, 16);
            ScoreHead score = new ScoreHead(new Parameter(ParameterSpec.SCORE, Tensor.zeros(DType.F32, 1, 16)));
            TokenHead tokens = new TokenHead(new Parameter(ParameterSpec.HEAD, Tensor.zeros(DType.F32, 8, 16)));
            assertThatThrownBy(() -> score.score(hidden, NO_TOKENS, RequestedStatistics.PLAIN))
                    .hasMessageContaining("[LOG_PROBABILITY] is asked of a reward model");
            assertThatThrownBy(() -> tokens.score(hidden, NO_TOKENS, tokens.usual()))
                    .hasMessageContaining("target token (-1)")
                    .hasMessageContaining("need a reward model");
            assertThatThrownBy(() -> tokens.score(hidden, new int[] {1, 2}, score.usual()))
                    .hasMessageContaining("REWARD is asked of a model that predicts tokens");
        }
    }

    @Test
    void aModelThatScoresTextsHasOneRowInPlaceOfAVocabulary() {
        try (Scope scope = Scope.open()) {
            for (ModelConfig causal : List.of(GoldenModels.a(), GoldenModels.b(), GoldenModels.c())) {
                LanguageModel model = GoldenModels.frozen(causal.scoring(31));
                assertThat(model.parameter(ParameterSpec.SCORE).value().shape()).containsExactly(1, 16);
                assertThat(model.parameters()).extracting(Parameter::name).doesNotContain(ParameterSpec.HEAD);
                assertThat(model.head(null)).isInstanceOf(ScoreHead.class);
                assertThatThrownBy(model::head)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("predicts no tokens");
            }
            assertThatThrownBy(() -> GoldenModels.a().scoring(32)).hasMessageContaining("padding id (32)");
        }
    }

    @Test
    void aFreshHeadFollowsFromTheSeedAlone() {
        ModelConfig config = GoldenModels.a();
        AdapterConfig shape = AdapterConfig.standard();
        try (Scope scope = Scope.open()) {
            float[] carried = weightOf(Adapter.fresh(config, shape, 5).withScore(config, 5));
            assertThat(carried).hasSize(16).doesNotContain(0);
            assertThat(weightOf(Adapter.fresh(config, shape, 5).withScore(config, 5)))
                    .containsExactly(carried);
            assertThat(weightOf(Adapter.fresh(config, shape, 5).withScore(config, 6)))
                    .isNotEqualTo(carried);
            Initialisation source = new Initialisation(config.initializerRange(), 5);
            assertThat(source.weight(new ParameterSpec(ParameterSpec.SCORE, 1, 16), DType.F32)
                            .floats())
                    .containsExactly(carried);
        }
    }

    private static Head.HeadOutput differentiated(ScoreHead head, Tensor hidden, float... scoreGradients) {
        return head.scoreAndDifferentiate(
                hidden,
                NO_TOKENS,
                head.usual(),
                ScoreGradients.constant(Map.of(Statistic.REWARD, Tensor.of(scoreGradients))));
    }

    private static float[] weightOf(Adapter adapter) {
        return java.util.Objects.requireNonNull(adapter.score()).value().floats();
    }
}
