package dev.hone.model.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a text in pieces gives what reading it at once gives. */
class KeyValueCacheTest {
    private static final float TOLERANCE = 1e-5f;

    /** All but Phi-3: there the states of a text's first tokens change as it becomes long, which TextLengthRopeTest tells. */
    static Stream<LanguageModel> models() {
        return GoldenModels.families().stream()
                .filter(config -> !config.architecture().modelType().equals("phi3"))
                .map(GoldenModels::frozen);
    }

    @ParameterizedTest
    @MethodSource("models")
    void tokenByTokenEqualsTheWholeText(LanguageModel model) {
        int[] text = random(60, 32, 1);
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            cache.add();
            List<float[]> states = new ArrayList<>();
            for (int token : text) {
                states.add(model.extend(cache, List.of(new Extension(0, new int[] {token})), null)
                        .floats());
            }
            assertThat(cache.length(0)).isEqualTo(60);
            check(model, text, states);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void unevenPiecesEqualTheWholeText(LanguageModel model) {
        int[] text = random(60, 32, 2);
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            cache.add();
            List<float[]> states = new ArrayList<>();
            int from = 0;
            for (int length : new int[] {7, 1, 20, 2, 30}) {
                int[] piece = Arrays.copyOfRange(text, from, from + length);
                states.add(model.extend(cache, List.of(new Extension(0, piece)), null)
                        .floats());
                from += length;
            }
            check(model, text, states);
        }
    }

    /** Four texts of different lengths grow side by side; one leaves, one that was begun alone takes up, one is a copy. */
    @ParameterizedTest
    @MethodSource("models")
    void textsSideBySideDoNotSeeEachOther(LanguageModel model) {
        int[][] text = {random(40, 32, 3), random(40, 32, 4), random(40, 32, 5), random(40, 32, 6)};
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            int[] start = {9, 1, 17, 4};
            List<Extension> prompts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                cache.add();
                prompts.add(new Extension(i, Arrays.copyOf(text[i], start[i])));
            }
            model.extend(cache, prompts, null);
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
            advance(model, cache, text, order, 5);
            cache.remove(1); // 3 takes its number
            order = new ArrayList<>(List.of(0, 3, 2));
            advance(model, cache, text, order, 3);
            cache.remove(2);
            order = new ArrayList<>(List.of(0, 3));
            advance(model, cache, text, order, 2);
            cache.add();
            cache.copy(0, 2);
            advance(model, cache, text, List.of(0, 3, 0), 4);
            assertThat(cache.length(2)).isEqualTo(9 + 5 + 3 + 2 + 4);
        }
    }

    private static void advance(
            LanguageModel model, KeyValueCache cache, int[][] text, List<Integer> order, int steps) {
        for (int step = 0; step < steps; step++) {
            List<Extension> extensions = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                extensions.add(new Extension(i, new int[] {text[order.get(i)][cache.length(i)]}));
            }
            float[] states = model.extend(cache, extensions, null).floats();
            for (int i = 0; i < order.size(); i++) {
                float[] whole = whole(model, Arrays.copyOf(text[order.get(i)], cache.length(i)));
                assertThat(Arrays.copyOfRange(states, i * 16, (i + 1) * 16))
                        .containsExactly(Arrays.copyOfRange(whole, whole.length - 16, whole.length), within(TOLERANCE));
            }
        }
    }

    @Test
    void anAdapterReachesCachedTokensToo() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            Adapter adapter = Adapter.fresh(model.config(), AdapterConfig.standard(), 7);
            adapter.parameters()
                    .forEach(p -> p.value()
                            .copyInPlace(GoldenModels.sine(3, 0, p.value().shape())));
            cache.add();
            model.extend(cache, List.of(new Extension(0, new int[] {1, 5, 9})), adapter);
            float[] last = model.extend(cache, List.of(new Extension(0, new int[] {13})), adapter)
                    .floats();
            float[] whole = Autograd.without(() ->
                            model.hidden(Batch.of(List.of(Example.ofText(0, new int[] {1, 5, 9, 13}))), adapter))
                    .floats();
            float[] without = whole(model, new int[] {1, 5, 9, 13});
            assertThat(last).containsExactly(Arrays.copyOfRange(whole, 48, 64), within(1e-5f));
            assertThat(last[0]).isNotCloseTo(without[48], within(1e-2f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void realModelsReadInPiecesWhatTheyReadAtOnce(String name) {
        LanguageModel model =
                Checkpoint.open(Reference.path("weights/" + name + "/hf")).model(WeightPlacement.frozen(DType.F32));
        int[] text = random(200, model.config().vocabulary(), 8);
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            cache.add();
            List<float[]> states = new ArrayList<>();
            states.add(model.extend(cache, List.of(new Extension(0, Arrays.copyOf(text, 130))), null)
                    .floats());
            for (int i = 130; i < 200; i++) {
                states.add(model.extend(cache, List.of(new Extension(0, new int[] {text[i]})), null)
                        .floats());
            }
            float largest = 0;
            for (float value : whole(model, text)) {
                largest = Math.max(largest, Math.abs(value));
            }
            check(model, text, states, TOLERANCE * Math.max(1, largest));
        }
    }

    @Test
    void aTextLongerThanTheContextIsRefused() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            cache.add();
            assertThatThrownBy(() -> model.extend(cache, List.of(new Extension(0, random(65, 32, 1))), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sequence of 65 tokens")
                    .hasMessageContaining("context of 64");
            assertThat(cache.length(0)).isZero();
        }
    }

    @Test
    void memoryIsTakenForWhatIsThereAndNotForTheWholeContext() {
        LanguageModel model = GoldenModels.frozen(GoldenModels.a());
        try (Scope scope = Scope.open();
                KeyValueCache cache = model.cache()) {
            assertThat(cache.bytes()).isZero();
            cache.add();
            model.extend(cache, List.of(new Extension(0, new int[] {1})), null);
            // 2 (keys, values) · 2 layers · 1 slot · 2 heads · 64 positions · 4 numbers · 4 bytes
            assertThat(cache.bytes()).isEqualTo(2 * 2 * 2 * 64 * 4 * 4);
        }
    }

    private static void check(LanguageModel model, int[] text, List<float[]> pieces) {
        check(model, text, pieces, TOLERANCE);
    }

    private static void check(LanguageModel model, int[] text, List<float[]> pieces, float tolerance) {
        float[] whole = whole(model, text);
        float[] joined = new float[whole.length];
        int at = 0;
        for (float[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        assertThat(joined).containsExactly(whole, within(tolerance));
    }

    private static float[] whole(LanguageModel model, int[] text) {
        return Autograd.without(() -> model.hidden(Batch.of(List.of(Example.ofText(0, text))), null))
                .floats();
    }

    private static int[] random(int length, int vocabulary, long seed) {
        return new Random(seed).ints(length, 0, vocabulary).toArray();
    }
}
