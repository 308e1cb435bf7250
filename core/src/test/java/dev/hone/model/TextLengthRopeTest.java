package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.layer.RopeScaling;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations that depend on how long a text is: from thirteen tokens on they are others. */
class TextLengthRopeTest {
    private static final int[] LONG = IntStream.rangeClosed(1, 16).toArray();
    private static final int[] SHORT = Arrays.copyOf(LONG, 10);

    static Stream<ModelConfig> models() {
        ModelConfig llama = GoldenModels.a();
        return Stream.of(
                GoldenModels.phi3(), llama.withRope(new ModelConfig.RopeConfig(1e4, new RopeScaling.Dynamic(4, 12))));
    }

    /** The first ten tokens of both are the same, and rotated otherwise. */
    @ParameterizedTest
    @MethodSource("models")
    void aTextIsComputedAsAloneWhateverStandsBesideIt(ModelConfig config) {
        LanguageModel model = GoldenModels.frozen(config);
        try (Scope scope = Scope.open()) {
            float[] one = scores(model, SHORT);
            float[] other = scores(model, LONG);
            assertThat(Arrays.copyOf(other, one.length)).isNotEqualTo(one);
            float[] both = scores(model, SHORT, LONG);
            assertThat(Arrays.copyOf(both, one.length)).containsExactly(one, within(1e-5f));
            assertThat(Arrays.copyOfRange(both, one.length, both.length)).containsExactly(other, within(1e-5f));
        }
    }

    /** By one token, and in three pieces: what was read as a short text is read again. */
    @ParameterizedTest
    @MethodSource("models")
    void aCachedTextThatBecomesLongIsThatOfTheLongText(ModelConfig config) {
        LanguageModel model = GoldenModels.frozen(config);
        int width = config.hidden();
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            int[] ends = {9, 10, 12, 13, 14, 16};
            cache.add();
            cache.add();
            int from = 0;
            for (int end : ends) {
                List<KeyValueCache.Extension> pass = List.of(
                        new KeyValueCache.Extension(0, Arrays.copyOfRange(LONG, from, end)),
                        new KeyValueCache.Extension(1, new int[] {7}));
                float[] states = model.extend(cache, pass, null).floats();
                assertThat(states).hasSize((end - from + 1) * width);
                if (end > 12) {
                    float[] expected =
                            model.hidden(batch(Arrays.copyOf(LONG, end)), null).floats();
                    assertThat(Arrays.copyOf(states, (end - from) * width))
                            .containsExactly(Arrays.copyOfRange(expected, from * width, end * width), within(1e-5f));
                }
                from = end;
            }
            assertThat(cache.length(0)).isEqualTo(LONG.length);
        }
    }

    private static float[] scores(LanguageModel model, int[]... texts) {
        return model.score(batch(texts), null).logProbabilities().floats();
    }

    private static Batch batch(int[]... texts) {
        return Batch.of(IntStream.range(0, texts.length)
                .mapToObj(i -> Example.ofText(i, texts[i]))
                .toList());
    }
}
