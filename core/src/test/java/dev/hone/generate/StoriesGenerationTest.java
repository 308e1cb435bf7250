package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.model.LanguageModel;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.testkit.Reference;
import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two small models that tell stories, against float64 arithmetic on the same weights. */
class StoriesGenerationTest {
    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "babyllama-tok105"})
    void greedyStoriesFollowTheReference(String name) {
        JsonNode reference = Reference.json("weights/" + name + "/reference.json");
        List<Request> requests = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (JsonNode c : reference.get("cases")) {
            if (c.has("greedy_40_ids")) {
                add(requests, expected, Reference.ints(c.get("ids")), Reference.ints(c.get("greedy_40_ids")));
                texts.add(c.get("greedy_40_text").asText());
            }
        }
        if (reference.has("greedy_from_bos_200")) {
            JsonNode long200 = reference.get("greedy_from_bos_200");
            add(requests, expected, new int[] {1}, Reference.ints(long200.get("ids")));
            texts.add(long200.get("text").asText());
        }
        assertThat(requests).isNotEmpty();
        try (TokenizerFile tokenizer = TokenizerFile.open(folder(name));
                Generator generator = new Generator(model(name), tokenizer, 8)) {
            List<Completion> completions = generator.complete(requests);
            for (int i = 0; i < requests.size(); i++) {
                int[] prompt = requests.get(i).prompt();
                assertThat(joined(prompt, completions.get(i).ids())).isEqualTo(expected.get(i));
                assertThat(tokenizer.decodeWithoutSpecials(prompt)
                                + completions.get(i).text())
                        .isEqualTo(texts.get(i));
            }
        }
    }

    private static void add(List<Request> requests, List<int[]> expected, int[] prompt, int[] all) {
        requests.add(Request.of(prompt, Sampling.greedy(), all.length - prompt.length));
        expected.add(all);
    }

    /** Seeded stories of different lengths: alone, all at once, and three at a time. */
    @Test
    void sampledStoriesAreTheSameAloneAndTogether() {
        LanguageModel model = model("stories260K");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder("stories260K"))) {
            List<Request> requests = new ArrayList<>();
            String[] openings = {"Once upon a time", "Lily", "The big dog was", "One day, a boy", "Tom and", "It"};
            for (int i = 0; i < openings.length; i++) {
                Sampling sampling = i % 2 == 0 ? Sampling.unchanged() : Sampling.standard();
                requests.add(Request.of(tokenizer.ids(openings[i], Specials.ADD), sampling, 60 + 20 * i)
                        .numbered(i)
                        .stoppingAt(Set.of(1, 2)));
            }
            List<Completion> together = complete(model, tokenizer, requests, 8);
            List<Completion> crowded = complete(model, tokenizer, requests, 3);
            for (int i = 0; i < requests.size(); i++) {
                Completion alone =
                        complete(model, tokenizer, List.of(requests.get(i)), 1).get(0);
                assertThat(together.get(i).ids()).isEqualTo(alone.ids());
                assertThat(together.get(i).text()).isEqualTo(alone.text());
                assertThat(crowded.get(i).ids()).isEqualTo(alone.ids());
                assertThat(alone.logProbabilities())
                        .containsExactly(
                                GeneratorTest.scored(
                                        model, null, requests.get(i).prompt(), alone.ids()),
                                within(1e-4f));
            }
        }
    }

    @Test
    void aStoryEndsBeforeItsStopString() {
        LanguageModel model = model("stories260K");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder("stories260K"));
                Generator generator = new Generator(model, tokenizer, 2)) {
            StringBuilder heard = new StringBuilder();
            int[] tokens = {0};
            Generation generation = generator.submit(
                    Request.of(tokenizer.ids("Once upon a time", Specials.ADD), Sampling.greedy(), 100)
                            .stoppingAt(List.of("never", "in the park", "ball")),
                    (id, logProbability, text) -> {
                        tokens[0]++;
                        heard.append(text);
                        assertThat(heard.toString()).doesNotContain("in the p");
                    });
            generator.finish();
            Completion completion = generation.completion();
            assertThat(completion.text()).isEqualTo(", there was a little girl named Lily. She loved to play outside ");
            assertThat(completion.reason()).isEqualTo(StopReason.STOP_STRING);
            assertThat(heard).hasToString(completion.text());
            assertThat(completion.ids()).hasSize(tokens[0]);
            assertThat(tokenizer.decode(completion.ids())).endsWith("in the park");
        }
    }

    private static List<Completion> complete(
            LanguageModel model, TokenizerFile tokenizer, List<Request> requests, int slots) {
        try (Generator generator = new Generator(model, tokenizer, slots)) {
            return generator.complete(requests);
        }
    }

    private static int[] joined(int[] first, int[] second) {
        int[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static java.nio.file.Path folder(String name) {
        return Reference.path("weights/" + name + "/hf");
    }

    private static LanguageModel model(String name) {
        return Checkpoint.open(folder(name)).model(WeightPlacement.frozen(DType.F32));
    }
}
