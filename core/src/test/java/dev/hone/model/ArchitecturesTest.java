package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.architecture.Architecture;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.testkit.ArchitectureContract;
import dev.hone.testkit.GoldenModels;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every family keeps the {@linkplain ArchitectureContract contract}; log-probabilities are those of transformers 5.18. */
class ArchitecturesTest {
    @Nested
    class OfLlama extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.a();
        }

        @Override
        protected double[] golden() {
            return new double[] {-4.659306, -4.003035, -3.180084, -2.865510, -4.600258, -4.502760, -3.590387};
        }
    }

    @Nested
    class OfTiedLlamaWithScaledRope extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.b();
        }

        @Override
        protected double[] golden() {
            return new double[] {-2.773469, -3.553861, -2.891586, -2.554909, -2.763542, -3.013083, -2.769845};
        }
    }

    @Nested
    class OfQwen2 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.c();
        }

        @Override
        protected double[] golden() {
            return new double[] {-3.806159, -4.765460, -3.737078, -2.790037, -2.971913, -3.331512, -3.711225};
        }
    }

    @Nested
    class OfQwen3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.d();
        }

        @Override
        protected double[] golden() {
            return new double[] {-3.425097, -3.539480, -3.694536, -3.532466, -3.644494, -3.512746, -3.693728};
        }
    }

    @Nested
    class OfMistral extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.e();
        }

        @Override
        protected double[] golden() {
            return new double[] {-4.659306, -4.003035, -3.180084, -2.865510, -4.453710, -4.624860, -4.165506};
        }
    }

    @Nested
    class OfGemma2 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.f();
        }

        @Override
        protected double[] golden() {
            return new double[] {-3.601151, -4.458575, -3.170478, -3.440321, -3.466360, -3.687784, -3.544129};
        }
    }

    @Nested
    class OfGemma3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.g();
        }

        @Override
        protected double[] golden() {
            return new double[] {-4.421722, -4.443589, -2.635611, -2.877862, -3.449139, -3.429852, -2.722213};
        }
    }

    @Nested
    class OfSmolLm3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.smolLm3();
        }
    }

    @Nested
    class OfMinistral extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.ministral();
        }
    }

    @Nested
    class OfMinistral3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.ministral3();
        }
    }

    @Nested
    class OfGranite extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.granite();
        }
    }

    @Nested
    class OfHyperClovaX extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.hyperClovaX();
        }
    }

    @Nested
    class OfExaone extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.exaone();
        }
    }

    @Nested
    class OfExaone4 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.exaone4();
        }
    }

    @Nested
    class OfOlmo2 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.olmo2();
        }
    }

    @Nested
    class OfOlmo3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.olmo3();
        }
    }

    @Nested
    class OfPhi3 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.phi3();
        }
    }

    @Nested
    class OfGlm4 extends ArchitectureContract {
        @Override
        protected ModelConfig config() {
            return GoldenModels.glm4();
        }
    }

    @Test
    void everyFamilyKeepsTheContract() {
        assertThat(GoldenModels.families().stream()
                        .map(config -> config.architecture().modelType()))
                .containsAll(
                        Architecture.ALL.stream().map(Architecture::modelType).toList());
    }
}
