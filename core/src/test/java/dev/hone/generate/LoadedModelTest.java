package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.testkit.GoldenModels;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedModelTest {
    private static final LanguageModel TINY = TinyModels.frozen(TinyModels.stories(), 1);
    private static final List<Message> QUESTION = List.of(Message.user("really?"));

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        TinyTokenizers.bytes(folder).close();
        CheckpointWriter.write(folder, TINY, DType.F32);
    }

    private LoadedModel open(@Nullable Path adapter, String template) {
        return LoadedModel.open(folder, adapter, ComputeChoice.of(DType.F32), template, warnings::add);
    }

    /** The vocabulary has ChatML's tokens, so {@code auto} is ChatML, whose turns end with {@code <|im_end|>}. */
    @Test
    void aConversationIsAskedForInTheTemplateAndEndsWithItsTurn() {
        try (LoadedModel model = open(null, "auto")) {
            Request request = model.request(QUESTION, Sampling.greedy(), 7);
            String prompt = ChatTemplate.builtIn("chatml").text(QUESTION, List.of(), ChatTemplate.Options.prompt());
            assertThat(request.prompt()).containsExactly(model.tokenizer().ids(prompt, Specials.NONE));
            assertThat(request.maxTokens()).isEqualTo(7);
            assertThat(request.stopTokens())
                    .isEqualTo(model.stopTokens())
                    .contains(model.tokenizer().idOf("<|im_end|>").getAsInt());
            assertThat(request.adapter()).isNull();
        }
    }

    @Test
    void aTextIsContinuedWithoutATemplate() {
        try (LoadedModel model = open(null, "auto")) {
            Request request = model.request("once", Sampling.greedy(), 7);
            assertThat(request.prompt()).containsExactly(model.tokenizer().ids("once", Specials.ADD));
            assertThat(request.stopTokens()).isEqualTo(model.stopTokens());
        }
    }

    @Test
    void withoutATemplateThereAreNoReplies() {
        try (LoadedModel chat = open(null, "auto")) {
            LoadedModel plain = new LoadedModel(TINY, null, chat.tokenizer(), null, Set.of());
            assertThatThrownBy(() -> plain.request(QUESTION, Sampling.greedy(), 7))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no chat template");
        }
    }

    /** The adapter was trained with ChatML; with Alpaca it reads other prompts than it knows. */
    @Test
    void anAdapterTakesPartInEveryRequestAndSaysWhereItWasTrainedDifferently() throws IOException {
        Path adapter = folder.resolve("adapter");
        try (LoadedModel base = open(null, "chatml")) {
            Fingerprint trained =
                    Fingerprint.of(TINY.config(), base.tokenizer(), ChatTemplate.builtIn("chatml"), base.stopTokens());
            AdapterFiles.write(
                    adapter,
                    Adapter.fresh(TINY.config(), AdapterConfig.standard(), 1),
                    TINY.config(),
                    folder.toString(),
                    trained);
        }
        assertThat(warnings).isEmpty();
        try (LoadedModel adapted = open(adapter, "alpaca")) {
            assertThat(adapted.adapter()).isNotNull();
            assertThat(adapted.request("once", Sampling.greedy(), 7).adapter()).isSameAs(adapted.adapter());
            assertThat(warnings).isNotEmpty().anyMatch(line -> line.contains("template"));
        }
    }

    /** Small products gain nothing from packed weights: the fastest choice is the dense one, to the last bit. */
    @Test
    void aSmallModelIsNotPacked() {
        assertThat(ComputeChoice.hasLargeProducts(TINY.config())).isFalse();
        try (LoadedModel fastest = LoadedModel.open(folder, null, ComputeChoice.fastest(), "auto", warnings::add)) {
            LoadedModel dense = new LoadedModel(
                    Checkpoint.open(folder)
                            .model(WeightPlacement.frozen(fastest.model().compute())),
                    null,
                    fastest.tokenizer(),
                    null,
                    Set.of());
            assertThat(scores(fastest)).containsExactly(scores(dense));
        }
    }

    private static float[] scores(LoadedModel model) {
        try (Generator generator = model.generator(1)) {
            return generator
                    .complete(List.of(model.request("once", Sampling.unchanged(), 8)))
                    .get(0)
                    .logProbabilities();
        }
    }

    /** The base is read once; an adapter is an argument of a request and leaves nothing behind in it. */
    @Test
    void fourAdaptersOnOneBaseAnswerInTurnAsEachDoesAlone() throws IOException {
        List<Request> requests = new ArrayList<>();
        List<Completion> alone = new ArrayList<>();
        try (LoadedModel base = open(null, "auto")) {
            for (int i = 0; i < 4; i++) {
                Path saved = folder.resolve("adapter-" + i);
                Adapter adapter = GoldenModels.filled(
                        Adapter.fresh(TINY.config(), new AdapterConfig(2 + i, 8, 0, List.of("all-linear"), false), i));
                Fingerprint own = Fingerprint.of(TINY.config(), base.tokenizer(), base.template(), base.stopTokens());
                AdapterFiles.write(saved, adapter, TINY.config(), folder.toString(), own);
                try (LoadedModel separate = open(saved, "auto");
                        Generator generator = separate.generator(1)) {
                    alone.addAll(generator.complete(List.of(separate.request(QUESTION, Sampling.greedy(), 12))));
                    requests.add(base.with(separate.adapter()).request(QUESTION, Sampling.greedy(), 12));
                }
            }
            try (Generator generator = base.generator(4)) {
                List<Completion> together = generator.complete(
                        List.of(requests.get(0), requests.get(1), requests.get(2), requests.get(3), requests.get(0)));
                for (int i = 0; i < together.size(); i++) {
                    assertThat(together.get(i).ids())
                            .containsExactly(alone.get(i % 4).ids());
                }
            }
        }
        assertThat(alone.stream()
                        .map(completion -> List.of(Arrays.toString(completion.ids())))
                        .distinct())
                .hasSizeGreaterThan(1);
    }
}
