package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.vocabulary.ByteAlphabet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers that come without a tokenizer.json. */
class VocabularyFilesTest {
    @TempDir
    Path folder;

    /** The higher the score of a piece, the sooner it is merged: "low" before "er" before "▁low". */
    private static byte[] bpe() {
        SentencePieces pieces = new SentencePieces().usual().allBytes();
        double score = 0;
        for (String piece : List.of("low", "lo", "er", "▁low", "▁lower")) {
            pieces.piece(piece, score--, SentencePieces.NORMAL);
        }
        for (String piece : List.of("▁", "l", "o", "w", "e", "r")) {
            pieces.piece(piece, score--, SentencePieces.NORMAL);
        }
        return pieces.bpe(true, true, false);
    }

    /** Ids and texts are those of sentencepiece 0.2.1 for the same bytes. */
    @Test
    void mergesByScoreAndSpellsTheRestInBytes() throws IOException {
        try (TokenizerFile tokenizer = opened("tokenizer.model", bpe())) {
            assertThat(tokenizer.ids("lower low", Specials.NONE)).containsExactly(263, 262);
            assertThat(tokenizer.ids("  rl", Specials.NONE)).containsExactly(264, 264, 264, 269, 265);
            assertThat(tokenizer.ids("é", Specials.NONE)).containsExactly(264, 198, 172);
            assertThat(tokenizer.ids("", Specials.NONE)).isEmpty();
            assertThat(tokenizer.decode(new int[] {264, 264, 264, 269, 265})).isEqualTo("  rl");
            assertThat(tokenizer.decode(new int[] {264, 198, 172})).isEqualTo("é");
        }
    }

    /** The likeliest pieces have the highest sum of scores: "ab" (−1) and "c" (−2) before "a" and "bc" (−2 − 1.5). */
    @Test
    void takesTheLikeliestPieces() throws IOException {
        byte[] model = new SentencePieces()
                .usual()
                .piece("▁", -3, SentencePieces.NORMAL)
                .piece("a", -2, SentencePieces.NORMAL)
                .piece("bc", -1.5, SentencePieces.NORMAL)
                .piece("ab", -1, SentencePieces.NORMAL)
                .piece("c", -2, SentencePieces.NORMAL)
                .piece("▁abc", -9, SentencePieces.NORMAL)
                .piece("[x]", 0, SentencePieces.USER_DEFINED)
                .unigram(false, true, true);
        try (TokenizerFile tokenizer = opened("spiece.model", model)) {
            assertThat(tokenizer.ids("abc", Specials.NONE)).containsExactly(3, 6, 7);
            assertThat(tokenizer.ids("  a   abc \n c ", Specials.NONE)).containsExactly(3, 4, 3, 6, 7, 3, 0, 3, 7);
            assertThat(tokenizer.ids("a??c", Specials.NONE)).containsExactly(3, 4, 0, 7);
            assertThat(tokenizer.specialTokens().unk()).isEqualTo(new SpecialTokens.Named("<unk>", 0));
        }
    }

    @Test
    void specialTokensComeFromTheFileAndBeginATextWhereTheConfigurationDoesNotSayOtherwise() throws IOException {
        try (TokenizerFile tokenizer = opened("tokenizer.model", bpe())) {
            assertThat(tokenizer.specialTokens().eosId()).hasValue(2);
            assertThat(tokenizer.ids("low</s>", Specials.ADD)).containsExactly(1, 262, 2);
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"add_bos_token": false, "add_eos_token": true, "eos_token": "<|end|>", "legacy": false,
                 "added_tokens_decoder": {"270": {"content": "<|end|>", "special": true, "rstrip": true}}}""");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.ids("low<|end|> low", Specials.ADD)).containsExactly(262, 270, 259, 2);
            assertThat(tokenizer.specialTokens().eosId()).hasValue(270);
            assertThat(tokenizer.files()).hasSize(2);
        }
    }

    @Test
    void anAddedTokenThatContradictsThePiecesIsRefused() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"added_tokens_decoder\": {\"9\": {\"content\": \"</s>\"}}}");
        assertThatThrownBy(() -> opened("tokenizer.model", bpe()))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("</s>")
                .hasMessageContaining("do the two files belong together?");
    }

    /** Rank 256 is "ab", 257 "abc"; ids begin behind the three special tokens. */
    private static String tekken() {
        StringBuilder vocabulary = new StringBuilder();
        for (int rank = 0; rank < 258; rank++) {
            byte[] bytes = rank < 256
                    ? new byte[] {(byte) rank}
                    : (rank == 256 ? "ab" : "abc").getBytes(StandardCharsets.UTF_8);
            vocabulary
                    .append(rank == 0 ? "" : ",")
                    .append("{\"rank\": %d, \"token_bytes\": \"%s\", \"token_str\": null}"
                            .formatted(rank, Base64.getEncoder().encodeToString(bytes)));
        }
        return """
                {"config": {"pattern": "[a-z]+|[^a-z]", "num_vocab_tokens": 300, "default_vocab_size": 261,
                  "default_num_special_tokens": 3, "version": "v7"},
                 "vocab": [%s],
                 "special_tokens": [{"rank": 0, "token_str": "<unk>", "is_control": true},
                  {"rank": 1, "token_str": "<s>", "is_control": true}]}""".formatted(vocabulary);
    }

    @Test
    void tekkenNumbersItsSpecialTokensFirst() throws IOException {
        try (TokenizerFile tokenizer = opened("tekken.json", tekken().getBytes(StandardCharsets.UTF_8))) {
            assertThat(tokenizer.ids("<s>abcab é", Specials.NONE))
                    .containsExactly(1, 3 + 257, 3 + 256, 3 + ' ', 3 + 0xC3, 3 + 0xA9);
            assertThat(tokenizer.ids("a", Specials.ADD)).containsExactly(1, 3 + 'a');
            assertThat(tokenizer.tokenOf(2)).isEqualTo("<SPECIAL_2>");
            assertThat(tokenizer.decode(new int[] {3 + 0xC3, 3 + 0xA9})).isEqualTo("é");
            assertThat(tokenizer.size()).isEqualTo(261);
        }
    }

    @Test
    void ranksWithoutAPatternAreRefused() {
        assertThatThrownBy(() -> opened("tokenizer.model", "IQ== 0\nIg== 1\n".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("2 ranks")
                .hasMessageContaining("put the model's tokenizer.json beside it");
    }

    @Test
    void theStandardFileIsPreferred() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), bpe());
        TinyTokenizers.bytes(folder).close();
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.path()).hasFileName("tokenizer.json");
            assertThat(tokenizer.idOf(String.valueOf(ByteAlphabet.spell(' ')))).isPresent();
        }
    }

    /** Damaged files are refused, or are tokenizers: nothing else comes of them, and nothing hangs. */
    @Test
    void damagedFilesAreRefusedOrUsable() throws IOException {
        Random random = new Random(11);
        byte[] tekken = tekken().getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            boolean pieces = round % 3 > 0;
            byte[] damaged = pieces ? bpe() : tekken.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) (pieces ? random.nextInt() : 32 + random.nextInt(95));
            }
            if (random.nextInt(5) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            try (TokenizerFile tokenizer = opened(pieces ? "tokenizer.model" : "tekken.json", damaged)) {
                tokenizer.decode(tokenizer.ids("lower low é abc", Specials.ADD));
            } catch (TokenizerException expected) {
                refused++;
                assertThat(expected.getMessage()).startsWith(folder.toString());
            }
        }
        assertThat(refused).isGreaterThan(50);
    }

    private TokenizerFile opened(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, content);
        return TokenizerFile.open(file);
    }
}
