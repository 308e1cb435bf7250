package dev.hone.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import dev.hone.text.bpe.BpeTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of tokens that are handed in, with a vocabulary of single bytes: every character beyond ASCII takes several. */
class GenerationTest {
    private static final int END = 256;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void bytes(@TempDir Path folder) throws IOException {
        new BpeTrainer(258, 2, List.of("<|end|>", "<|pad|>"))
                .train(List.<String>of().iterator())
                .save(folder, "<|end|>", "<|pad|>", 64);
        tokenizer = TokenizerFile.open(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private final List<String> heard = new ArrayList<>();

    @Test
    void noPieceEndsInsideACharacter() {
        Completion completion = write("", "한국 😀é", List.of(), 100, END);
        assertThat(completion.text()).isEqualTo("한국 😀é");
        assertThat(completion.reason()).isEqualTo(StopReason.END_OF_TEXT);
        assertThat(heard).containsExactly("", "", "한", "", "", "국", " ", "", "", "", "😀", "", "é", "");
        assertThat(completion.ids()).hasSize(14).endsWith(END);
    }

    @Test
    void aCharacterThePromptBeganIsFinishedInTheText() {
        byte[] all = "é".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int[] ids = tokenizer.ids("é", Specials.NONE);
        assertThat(ids).hasSize(all.length);
        Generation generation = start(new int[] {ids[0]}, List.of(), 1);
        generation.add(ids[1], 0).run();
        assertThat(generation.completion().text()).isEqualTo("é");
    }

    @Test
    void aCharacterThatWasCutShortIsMarked() {
        Completion completion = write("", "a한", List.of(), 3, END);
        assertThat(completion.text()).isEqualTo("a\uFFFD");
        assertThat(completion.reason()).isEqualTo(StopReason.LENGTH);
        assertThat(String.join("", heard)).isEqualTo("a\uFFFD");
    }

    @Test
    void textThatMayBecomeAStopStringIsHeardOnlyWhenItDidNot() {
        Completion completion = write("", "say ENDING no END", List.of("END "), 17, END);
        assertThat(completion.text()).isEqualTo("say ENDING no END");
        assertThat(completion.reason()).isEqualTo(StopReason.LENGTH);
        assertThat(heard)
                .containsExactly("s", "a", "y", " ", "", "", "", "ENDI", "N", "G", " ", "n", "o", " ", "", "", "END");
    }

    @Test
    void aStopStringInThePromptDoesNotCount() {
        Completion completion = write("stop sto", "p it stop", List.of("stop"), 100);
        assertThat(completion.text()).isEqualTo("p it ");
        assertThat(completion.reason()).isEqualTo(StopReason.STOP_STRING);
        assertThat(String.join("", heard)).isEqualTo("p it ");
    }

    @Test
    void theStopTokenEndsATextEvenWhileAStopStringIsPending() {
        Completion completion = write("", "almost sto", List.of("stop"), 100, END);
        assertThat(completion.text()).isEqualTo("almost sto");
        assertThat(completion.reason()).isEqualTo(StopReason.END_OF_TEXT);
    }

    private Completion write(String prompt, String text, List<String> stopStrings, int maxTokens, int... more) {
        int[] before = prompt.isEmpty() ? new int[] {END} : tokenizer.ids(prompt, Specials.NONE);
        Generation generation = start(before, stopStrings, maxTokens);
        for (int id : tokenizer.ids(text, Specials.NONE)) {
            if (!generation.isFinished()) {
                generation.add(id, -1).run();
            }
        }
        for (int id : more) {
            if (!generation.isFinished()) {
                generation.add(id, -1).run();
            }
        }
        return generation.completion();
    }

    private Generation start(int[] prompt, List<String> stopStrings, int maxTokens) {
        Request request = Request.of(prompt, Sampling.greedy(), maxTokens)
                .stoppingAt(Set.of(END))
                .stoppingAt(stopStrings);
        Sampler sampler = new Sampler(request.sampling(), tokenizer.size());
        return new Generation(request, (id, p, piece) -> heard.add(piece), sampler, 100, tokenizer);
    }
}
