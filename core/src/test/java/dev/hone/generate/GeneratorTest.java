package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.AdapterType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.testkit.GoldenModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final LanguageModel MODEL = GoldenModels.frozen(GoldenModels.a());
    private static final int[] PROMPT = {2, 4, 6};

    /** What transformers 5.18 gives. */
    @Test
    void greedyTextsFollowTheReference() {
        Completion completion = alone(Request.of(PROMPT, Sampling.greedy(), 6));
        assertThat(completion.ids()).containsExactly(15, 13, 15, 14, 15, 14);
        assertThat(completion.reason()).isEqualTo(StopReason.LENGTH);
        assertThat(completion.text()).isEmpty();
    }

    @Test
    void aTextIsTheSameAloneAndAmongOthers() {
        List<Request> requests = mixed(null, null);
        List<Completion> together = complete(requests, 64);
        List<Completion> crowded = complete(requests, 3);
        for (int i = 0; i < requests.size(); i++) {
            Completion alone = alone(requests.get(i));
            assertThat(together.get(i).ids()).as("request %d", i).isEqualTo(alone.ids());
            assertThat(crowded.get(i).ids()).as("request %d, three slots", i).isEqualTo(alone.ids());
            assertThat(together.get(i).logProbabilities()).containsExactly(alone.logProbabilities(), within(1e-5f));
            assertThat(together.get(i).reason()).isEqualTo(alone.reason());
        }
    }

    @Test
    void adaptersStandSideBySide() {
        Adapter one = adapter(1);
        Adapter two = adapter(2);
        for (int slots : new int[] {5, 12}) {
            check(mixed(one, two), slots);
        }
        Request plain = Request.of(PROMPT, Sampling.greedy(), 12);
        assertThat(alone(plain.with(one)).ids()).isNotEqualTo(alone(plain).ids());
        assertThat(alone(plain.with(one)).ids())
                .isNotEqualTo(alone(plain.with(two)).ids());
    }

    @Test
    void adaptersThatStandTogetherMayDifferInRankAndTargets() {
        Adapter narrow = adapter(1, 2, "q_proj", "down_proj");
        Adapter wide = adapter(2, 8, "all-linear");
        Adapter other = adapter(3, 5, "v_proj", "layers.1.mlp.up_proj");
        check(Arrays.asList(narrow, null, wide, other, wide, null, narrow));
    }

    /** Deltas that are no low-rank products stand in no table; their rows are computed each by itself. */
    @Test
    void adaptersThatStandTogetherMayDifferInType() {
        AdapterConfig shape = new AdapterConfig(AdapterType.DORA, 4, 8, 0, List.of("all-linear"), false);
        Adapter dora = GoldenModels.filled(Adapter.fresh(GoldenModels.a(), shape, 1, MODEL::weight));
        Adapter lora = adapter(2, 8, "all-linear");
        check(Arrays.asList(dora, null, lora, dora, dora, lora));
    }

    private static void check(List<Adapter> adapters) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            int[] prompt = new Random(i).ints(1 + i % 5, 0, 32).toArray();
            requests.add(
                    Request.of(prompt, Sampling.greedy(), 10 + i).numbered(i).with(adapters.get(i % adapters.size())));
        }
        check(requests, 14);
        check(requests, 4); // most join while others are running
    }

    /** A text, its adapter met by no other before, comes and goes beside two that stay. */
    @Test
    void requestsWithNewAdaptersJoinAndLeaveWhileOthersAreRunning() {
        try (Generator generator = new Generator(MODEL, null, 8)) {
            Request plain = Request.of(PROMPT, Sampling.greedy(), 40);
            Generation first = generator.submit(plain);
            Generation second = generator.submit(plain.with(adapter(1)));
            for (int i = 2; i < 7; i++) {
                Request passing = Request.of(new int[] {i, 9}, Sampling.greedy(), 4)
                        .with(adapter(i, 2 * i, i % 2 == 0 ? "all-linear" : "k_proj"));
                Generation guest = generator.submit(passing);
                for (int step = 0; step < 5; step++) {
                    generator.step();
                }
                check(guest.completion(), passing);
            }
            generator.finish();
            check(first.completion(), first.request());
            check(second.completion(), second.request());
        }
    }

    @Test
    void onePromptIsReadForEachAdapter() {
        List<Adapter> adapters = Arrays.asList(null, adapter(1), adapter(2));
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            requests.add(
                    Request.of(PROMPT, Sampling.unchanged(), 12).numbered(i).with(adapters.get(i % 3)));
        }
        check(requests, 9);
    }

    /** 2,048 tokens are a pass: the first ends within the second prompt, the second within the third. */
    @Test
    void longPromptsWithDifferentAdaptersAreReadInParts() {
        LanguageModel model = GoldenModels.frozen(withContext(8192));
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int[] prompt = new Random(i).ints(1500, 0, 32).toArray();
            requests.add(Request.of(prompt, Sampling.greedy(), 5).with(i == 2 ? null : adapter(1 + i)));
        }
        try (Generator generator = new Generator(model, null, 4)) {
            List<Completion> completions = generator.complete(requests);
            for (int i = 0; i < 4; i++) {
                Request request = requests.get(i);
                int[] ids = completions.get(i).ids();
                assertThat(completions.get(i).logProbabilities())
                        .containsExactly(scored(model, request.adapter(), request.prompt(), ids), within(1e-4f));
            }
        }
    }

    /** Written together, requests get the tokens they get alone, as likely as there. */
    private static void check(List<Request> requests, int slots) {
        List<Completion> together = complete(requests, slots);
        for (int i = 0; i < requests.size(); i++) {
            check(together.get(i), requests.get(i));
        }
    }

    private static void check(Completion among, Request request) {
        Completion alone = alone(request);
        assertThat(among.ids()).as("request %d", request.number()).isEqualTo(alone.ids());
        assertThat(among.logProbabilities()).containsExactly(alone.logProbabilities(), within(1e-4f));
    }

    /** Twelve requests with prompts of 1 to 12 tokens, different samplings, lengths and stop tokens. */
    private static List<Request> mixed(Adapter odd, Adapter everyThird) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int[] prompt = new Random(i).ints(1 + i, 0, 32).toArray();
            Sampling sampling = i % 4 == 0
                    ? Sampling.greedy()
                    : new Sampling(.5 + .1 * i, i, 1 - .01 * i, .001 * i, 1 + .01 * i, i);
            requests.add(new Request(
                    i,
                    prompt,
                    sampling,
                    5 + 3 * i,
                    i % 2 == 0 ? Set.of(i) : Set.of(),
                    List.of(),
                    i % 3 == 0 ? everyThird : i % 2 == 0 ? null : odd));
        }
        return requests;
    }

    @Test
    void runningRequestsAreJoinedByLaterOnes() {
        Request early = Request.of(PROMPT, Sampling.unchanged(), 20);
        Request late = Request.of(new int[] {9, 9, 9, 9}, Sampling.unchanged(), 20);
        try (Generator generator = new Generator(MODEL, null, 8)) {
            Generation first = generator.submit(early);
            for (int i = 0; i < 7; i++) {
                assertThat(generator.step()).isTrue();
            }
            Generation second = generator.submit(late);
            assertThat(generator.unfinished()).isEqualTo(2);
            generator.finish();
            assertThat(first.completion().ids()).isEqualTo(alone(early).ids());
            assertThat(second.completion().ids()).isEqualTo(alone(late).ids());
            assertThat(generator.unfinished()).isZero();
            assertThat(generator.step()).isFalse();
        }
    }

    @Test
    void textsForOnePromptDifferByTheirNumberAndReadItOnce() {
        Request request = Request.of(PROMPT, Sampling.unchanged(), 16);
        List<Request> group = IntStream.range(0, 8).mapToObj(request::numbered).toList();
        List<Completion> completions = complete(group, 8);
        for (int i = 0; i < 8; i++) {
            assertThat(completions.get(i).ids()).isEqualTo(alone(group.get(i)).ids());
        }
        assertThat(completions.stream().map(c -> Arrays.toString(c.ids())).distinct())
                .hasSize(8);
        assertThat(alone(request.numbered(3)).ids())
                .isNotEqualTo(alone(Request.of(PROMPT, Sampling.unchanged().withSeed(7), 16)
                                .numbered(3))
                        .ids());
    }

    @Test
    void logProbabilitiesAreThoseOfTheModelWhateverTheSampling() {
        for (Sampling sampling :
                List.of(Sampling.unchanged(), new Sampling(.4, 5, .9, .01, 1.5, 3), Sampling.greedy())) {
            for (Adapter adapter : Arrays.asList(null, adapter(1))) {
                Completion completion = alone(Request.of(PROMPT, sampling, 30).with(adapter));
                float[] scores = scored(MODEL, adapter, PROMPT, completion.ids());
                assertThat(completion.logProbabilities()).containsExactly(scores, within(1e-5f));
            }
        }
    }

    static float[] scored(LanguageModel model, Adapter adapter, int[] prompt, int[] ids) {
        int[] all = Arrays.copyOf(prompt, prompt.length + ids.length);
        System.arraycopy(ids, 0, all, prompt.length, ids.length);
        try (Scope scope = Scope.open()) {
            float[] scores = model.score(Batch.of(List.of(Example.ofText(0, all))), adapter)
                    .logProbabilities()
                    .floats();
            return Arrays.copyOfRange(scores, prompt.length - 1, scores.length);
        }
    }

    @Test
    void aStopTokenEndsTheTextAndIsItsLastToken() {
        Completion completion = alone(Request.of(PROMPT, Sampling.greedy(), 6).stoppingAt(Set.of(14, 30)));
        assertThat(completion.ids()).containsExactly(15, 13, 15, 14);
        assertThat(completion.reason()).isEqualTo(StopReason.END_OF_TEXT);
    }

    @Test
    void aTextEndsWhereTheContextDoes() {
        int[] prompt = new Random(1).ints(60, 0, 32).toArray();
        Completion completion = alone(Request.of(prompt, Sampling.greedy(), 100));
        assertThat(completion.ids()).hasSize(4);
        assertThat(completion.reason()).isEqualTo(StopReason.CONTEXT);
        assertThat(alone(Request.of(prompt, Sampling.greedy(), 4)).reason()).isEqualTo(StopReason.LENGTH);
    }

    @Test
    void aCancelledTextKeepsWhatItHas() {
        try (Generator generator = new Generator(MODEL, null, 2)) {
            Generation under = generator.submit(Request.of(PROMPT, Sampling.greedy(), 50));
            Generation other = generator.submit(Request.of(PROMPT, Sampling.greedy(), 6));
            Generation waiting = generator.submit(Request.of(PROMPT, Sampling.greedy(), 50));
            generator.step();
            generator.step();
            under.cancel();
            waiting.cancel();
            assertThat(under.isFinished()).isFalse();
            generator.finish();
            assertThat(under.completion().ids()).containsExactly(15, 13);
            assertThat(under.completion().reason()).isEqualTo(StopReason.CANCELLED);
            assertThat(waiting.completion().ids()).isEmpty();
            assertThat(other.completion().ids()).containsExactly(15, 13, 15, 14, 15, 14);
        }
    }

    @Test
    void listenersHearOfEveryTokenAndMayThrowWithoutLosingAny() {
        List<Integer> heard = new ArrayList<>();
        try (Generator generator = new Generator(MODEL, null, 2)) {
            Generation loud = generator.submit(Request.of(PROMPT, Sampling.greedy(), 6), (id, p, text) -> {
                throw new IllegalStateException("gone");
            });
            Generation calm =
                    generator.submit(Request.of(PROMPT, Sampling.greedy(), 6), (id, p, text) -> heard.add(id));
            boolean more = true;
            while (more) {
                try {
                    more = generator.step();
                } catch (IllegalStateException gone) {
                    assertThat(gone).hasMessage("gone");
                }
            }
            assertThat(heard).containsExactly(15, 13, 15, 14, 15, 14);
            assertThat(loud.completion().ids()).isEqualTo(calm.completion().ids());
        }
    }

    /** Passes of 2,048: 5,000 tokens are read in three, the last of which ends with two shorter prompts, to the token. */
    @Test
    void longPromptsAreReadInParts() {
        LanguageModel model = GoldenModels.frozen(withContext(8192));
        int[] prompt = new Random(5).ints(5000, 0, 32).toArray();
        List<Completion> completions;
        int[] part = Arrays.copyOf(prompt, 3 * 2048 - 5003);
        try (Generator generator = new Generator(model, null, 4)) {
            completions = generator.complete(List.of(
                    Request.of(prompt, Sampling.greedy(), 5),
                    Request.of(PROMPT, Sampling.greedy(), 6),
                    Request.of(part, Sampling.greedy(), 5)));
        }
        assertThat(completions.get(1).ids()).containsExactly(15, 13, 15, 14, 15, 14);
        assertThat(completions.get(0).logProbabilities())
                .containsExactly(scored(model, null, prompt, completions.get(0).ids()), within(1e-5f));
        assertThat(completions.get(2).logProbabilities())
                .containsExactly(scored(model, null, part, completions.get(2).ids()), within(1e-5f));
    }

    private static ModelConfig withContext(int positions) {
        ModelConfig a = GoldenModels.a();
        return a.withShape(a.shape().withMaxPositions(positions));
    }

    @Test
    void promptsThatCannotBeReadAreRefused() {
        try (Generator generator = new Generator(MODEL, null, 4)) {
            assertThatThrownBy(() -> generator.submit(Request.of(new int[0], Sampling.greedy(), 6)))
                    .isInstanceOf(DataException.class)
                    .hasMessage("request 0: the prompt has no tokens; it needs at least one, for example BOS");
            assertThatThrownBy(() -> generator.submit(Request.of(new int[64], Sampling.greedy(), 6)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("64 tokens")
                    .hasMessageContaining("shorten it to 63");
            assertThatThrownBy(() -> generator.submit(Request.of(new int[] {1, 32}, Sampling.greedy(), 6)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("prompt token 1 (id 32) is outside the model's vocabulary of 32");
            assertThatThrownBy(() -> generator.submit(
                            Request.of(PROMPT, Sampling.greedy(), 6).stoppingAt(List.of("stop"))))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("no tokenizer");
            assertThat(generator.unfinished()).isZero();
        }
        assertThatThrownBy(() -> Request.of(PROMPT, Sampling.greedy(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxTokens (0)");
        assertThatThrownBy(() -> Request.of(PROMPT, Sampling.greedy(), 1).stoppingAt(List.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stopStrings");
    }

    @Test
    void aModelWhoseWeightsAreNotNumbersIsNamed() {
        LanguageModel broken = new LanguageModel(
                GoldenModels.a(),
                (spec, type) -> dev.hone.tensor.Tensor.full(type, Double.NaN, spec.shape()),
                WeightPlacement.frozen(DType.F32));
        try (Generator generator = new Generator(broken, null, 1)) {
            generator.submit(Request.of(PROMPT, Sampling.greedy(), 6).numbered(17));
            assertThatThrownBy(generator::step)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("request 17")
                    .hasMessageContaining("not finite");
        }
    }

    /** Some 1,200 steps, each of hundreds of tensors: not one native handle is left behind. */
    @Test
    void stepsLeaveNoNativeMemoryBehind() {
        List<Request> round = mixed(adapter(1), adapter(2));
        try (Generator generator = new Generator(MODEL, null, 16)) {
            generator.complete(round);
            long before = Pointer.totalCount();
            for (int i = 0; i < 30; i++) {
                generator.complete(round);
            }
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
        }
    }

    private static Adapter adapter(int index) {
        return adapter(index, 16, "all-linear");
    }

    private static Adapter adapter(int index, int rank, String... targets) {
        Adapter adapter =
                Adapter.fresh(GoldenModels.a(), new AdapterConfig(rank, 32, 0, List.of(targets), false), index);
        try (Scope scope = Scope.open()) {
            for (Parameter p : adapter.parameters()) {
                p.value().copyInPlace(GoldenModels.sine(index, 0, p.value().shape()));
            }
        }
        return adapter;
    }

    private static Completion alone(Request request) {
        return complete(List.of(request), 1).get(0);
    }

    private static List<Completion> complete(List<Request> requests, int slots) {
        try (Generator generator = new Generator(MODEL, null, slots)) {
            return generator.complete(requests);
        }
    }
}
