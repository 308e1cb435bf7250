package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hone.testkit.Hostile;
import dev.hone.text.bpe.BpeTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a tokenizer's files hold: text can be encoded with them and decoded, or they are refused by name. */
class TokenizerFuzzTest {
    private static final List<String> TEXTS =
            List.of("", "the cat  sat\r\n\t on 12345", "한 😀 e\u0301 \u0000<|end|>", "aaaaaaaaaaaaaaaaaaaaaaaaa!");

    @TempDir
    static Path folder;

    @TempDir
    static Path other;

    @FuzzTest(maxDuration = "15m")
    void tokenizer(byte[] json) {
        open(folder, Hostile.file(folder, "tokenizer.json", json));
    }

    /** The tokenizer is right, and what stands beside it is the input. */
    @FuzzTest(maxDuration = "15m")
    void settings(byte[] json) {
        Hostile.file(other, "tokenizer_config.json", json);
        open(other, other);
        Hostile.read(
                other,
                () -> ChatTemplate.fromCheckpoint(other).render(List.of(Message.user("hi"), Message.assistant("ho"))));
    }

    @BeforeEach
    void train() throws java.io.IOException {
        new BpeTrainer(262, 1, List.of("<|end|>", "<|pad|>"))
                .train(List.of("the cat sat on the mat").iterator())
                .save(other, "<|end|>", "<|pad|>", 64);
    }

    private static void open(Path folder, Path place) {
        Hostile.read(place, () -> {
            try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
                tokenizer.specialTokens();
                tokenizer.modelMaxLength();
                for (String text : TEXTS) {
                    Encoding encoding = tokenizer.encode(text, Specials.ADD);
                    assertThat(encoding.ids()).isEqualTo(tokenizer.ids(text, Specials.ADD));
                    for (int token = 0; token < encoding.length(); token++) {
                        assertThat(encoding.start(token)).isBetween(0, text.length());
                        assertThat(encoding.end(token)).isBetween(0, text.length());
                    }
                    assertThat(Arrays.stream(encoding.ids())).allMatch(id -> id >= 0 && id < tokenizer.size());
                    tokenizer.decode(encoding.ids());
                    tokenizer.decodeWithoutSpecials(encoding.ids());
                }
                tokenizer.ids(TEXTS, Specials.NONE);
            }
        });
    }
}
