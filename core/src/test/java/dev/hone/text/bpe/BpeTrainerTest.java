package dev.hone.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.text.Specials;
import dev.hone.text.TokenizerFile;
import dev.hone.text.bpe.BpeVocabulary.MergeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class BpeTrainerTest {
    private static final List<String> SPECIALS = List.of("<|end|>", "<|turn|>", "<|pad|>");

    @TempDir
    Path folder;

    /**
     * aaabdaaabac: aa occurs 4 times, ab twice, every other pair once. After aa, the word is [aa]abd[aa]abac, where
     * [aa]a and ab both occur twice; a (64) is a smaller id than aa (256), so ab wins. Then [aa][ab]d[aa][ab]ac: the
     * pair [aa][ab] occurs twice. What is left, [aaab]d[aaab]ac, repeats nothing.
     */
    @Test
    void mergesTheMostFrequentPairAndBreaksTiesBySmallerIds() {
        BpeVocabulary vocabulary =
                new BpeTrainer(300, 2, List.of()).train(List.of("aaabdaaabac").iterator());
        assertThat(vocabulary.merges())
                .containsExactly(new MergeRule("a", "a"), new MergeRule("a", "b"), new MergeRule("aa", "ab"));
        assertThat(vocabulary.tokens().subList(256, 259)).containsExactly("aa", "ab", "aaab");
        assertThat(vocabulary.size()).isEqualTo(259);
    }

    /** hug 10, pug 5, pun 12, bun 4, hugs 5: ug 20, then un 16, then h+ug 15. */
    @Test
    void countsAPairOncePerOccurrenceOfItsWord() {
        List<String> words = new ArrayList<>();
        words.addAll(Collections.nCopies(10, "hug"));
        words.addAll(Collections.nCopies(5, "pug"));
        words.addAll(Collections.nCopies(12, "pun"));
        words.addAll(Collections.nCopies(4, "bun"));
        words.addAll(Collections.nCopies(5, "hugs"));
        assertThat(new BpeTrainer(259, 2, List.of()).train(words.iterator()).merges())
                .containsExactly(new MergeRule("u", "g"), new MergeRule("u", "n"), new MergeRule("h", "ug"));
    }

    @Test
    void learnsNothingAcrossWordsTextsAndSpecialTokens() {
        BpeVocabulary vocabulary = new BpeTrainer(400, 2, List.of("<|end|>"))
                .train(List.of("x<|end|>x<|end|>x<|end|>x", "7 77 777", "!a", "!a")
                        .iterator());
        assertThat(vocabulary.merges()).containsExactly(new MergeRule("!", "a"));
    }

    @Test
    void theOrderOfTheTextsDoesNotMatter() {
        List<String> texts = new ArrayList<>(randomTexts(3, 300));
        BpeVocabulary first = new BpeTrainer(500, 2, SPECIALS).train(texts.iterator());
        Collections.shuffle(texts, new Random(4));
        assertThat(new BpeTrainer(500, 2, SPECIALS).train(texts.iterator())).isEqualTo(first);
    }

    /** The plain algorithm, counting everything again before each merge, is the reference for the incremental one. */
    @Test
    void incrementalCountsGiveTheMergesOfThePlainAlgorithm() {
        List<String> texts = randomTexts(11, 60);
        BpeVocabulary fast = new BpeTrainer(256 + 150, 1, List.of()).train(texts.iterator());
        WordCounts counts = new WordCounts(List.of());
        texts.forEach(counts::add);
        assertThat(fast.merges()).isEqualTo(PlainBpe.merges(counts.counts(), 256 + 150));
    }

    @Test
    void idsAreBytesThenMergesThenSpecialTokens() throws IOException {
        try (TokenizerFile tokenizer = trained(List.of("hello hello hello"), 280)) {
            assertThat(tokenizer.idOf("!")).hasValue(0);
            assertThat(tokenizer.idOf("Ġ")).hasValue(220);
            assertThat(tokenizer.tokenOf(tokenizer.size() - 1)).isEqualTo("<|pad|>");
            assertThat(tokenizer.tokenOf(tokenizer.size() - 3)).isEqualTo("<|end|>");
            assertThat(tokenizer.specialTokens().eosId()).hasValue(tokenizer.size() - 3);
            assertThat(tokenizer.specialTokens().padId()).hasValue(tokenizer.size() - 1);
            assertThat(tokenizer.specialTokens().bos()).isNull();
            assertThat(tokenizer.modelMaxLength()).hasValue(512);
            assertThat(tokenizer.addBosToken()).contains(false);
            int[] ids = tokenizer.ids("hello<|end|>hello", Specials.ADD);
            assertThat(ids).hasSize(3);
            assertThat(tokenizer.isSpecial(ids[1])).isTrue();
            assertThat(tokenizer.decode(ids)).isEqualTo("hello<|end|>hello");
            assertThat(tokenizer.decodeWithoutSpecials(ids)).isEqualTo("hellohello");
        }
    }

    @Test
    void everyDigitIsATokenOfItsOwn() throws IOException {
        List<String> numbers =
                IntStream.range(0, 2000).mapToObj(i -> "1234 + 12345 = " + i).toList();
        try (TokenizerFile tokenizer = trained(numbers, 400)) {
            int[] ids = tokenizer.ids("x1234567", Specials.NONE);
            assertThat(IntStream.of(ids).mapToObj(tokenizer::tokenOf))
                    .containsExactly("x", "1", "2", "3", "4", "5", "6", "7");
        }
    }

    @Test
    void whatIsEncodedDecodesToItsNormalForm() throws IOException {
        try (TokenizerFile tokenizer = trained(randomTexts(1, 500), 700)) {
            assertThat(tokenizer.size()).isEqualTo(700);
            for (String text : randomTexts(2, 1000)) {
                int[] ids = tokenizer.ids(text, Specials.ADD);
                String expected = Normalizer.normalize(text, Normalizer.Form.NFC);
                assertThat(tokenizer.decode(ids)).isEqualTo(expected);
            }
        }
    }

    @Test
    void theSameTextsGiveTheSameFiles() throws IOException {
        List<String> texts = randomTexts(5, 100);
        new BpeTrainer(400, 2, SPECIALS).train(texts.iterator()).save(folder.resolve("a"), "<|end|>", "<|pad|>", 512);
        new BpeTrainer(400, 2, SPECIALS).train(texts.iterator()).save(folder.resolve("b"), "<|end|>", "<|pad|>", 512);
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            assertThat(folder.resolve("a").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
        }
        assertThat(Files.readString(folder.resolve("a/tokenizer_config.json"))).endsWith("}\n");
    }

    @Test
    void longWordsAndBrokenTextsAreLearnedFromWithoutFailing() throws IOException {
        String line = "ACGT".repeat(250_000);
        BpeVocabulary vocabulary = new BpeTrainer(300, 2, List.of())
                .train(List.of(line, "\uD83D x \uDE00", "").iterator());
        assertThat(vocabulary.tokens()).contains("AC", "ACGT");
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new BpeTrainer(257, 2, SPECIALS))
                .hasMessage("vocabulary size (257) must be at least 259: 256 bytes and 3 special tokens");
        assertThatThrownBy(() -> new BpeTrainer(300, 0, SPECIALS)).hasMessageContaining("minimum frequency (0)");
        assertThatThrownBy(() -> new BpeTrainer(300, 2, List.of("x"))).hasMessageContaining("two characters");
        assertThatThrownBy(() -> new BpeTrainer(300, 2, List.of("<a>", "<a>"))).hasMessageContaining("differ");
        BpeVocabulary vocabulary =
                new BpeTrainer(300, 2, SPECIALS).train(List.of("a").iterator());
        assertThatThrownBy(() -> vocabulary.save(folder, "<|eos|>", "<|pad|>", 512))
                .hasMessageContaining("token (<|eos|>) is not one of the special tokens");
    }

    private TokenizerFile trained(List<String> texts, int size) throws IOException {
        new BpeTrainer(size, 2, SPECIALS).train(texts.iterator()).save(folder, "<|end|>", "<|pad|>", 512);
        return TokenizerFile.open(folder);
    }

    /** Words of several scripts with signs, digits, emoji, control characters and loose combining marks between them. */
    public static List<String> randomTexts(long seed, int count) {
        Random random = new Random(seed);
        String[] parts = {
            "the",
            "und",
            "한국어",
            "가나다",
            "안녕하세요",
            "漢字",
            "e\u0301",
            "o\u0302\u0323",
            "\u1112\u1161\u11ab",
            "😀",
            "👩‍👩‍👧",
            "🏳️‍🌈",
            "\u0000",
            "\u0007",
            "\u001b[0m",
            "\u200b",
            "\ufeff",
            "\u0085",
            "\u3000",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "42",
            "½",
            "٣",
            "'ll",
            "’s",
            "...",
            "</",
            "ſ",
            "İ",
            "\uFFFD",
            "<|en",
            "Ġ",
            "Ā",
            "ﬁ",
            "𝒳"
        };
        return IntStream.range(0, count)
                .mapToObj(text -> IntStream.range(0, random.nextInt(30))
                        .mapToObj(part ->
                                random.nextInt(8) == 0 ? anyCharacter(random) : parts[random.nextInt(parts.length)])
                        .collect(Collectors.joining()))
                .toList();
    }

    /** An assigned character outside the private and surrogate ranges. */
    private static String anyCharacter(Random random) {
        while (true) {
            int point = random.nextInt(random.nextBoolean() ? 0x3000 : 0x1FA00);
            int type = Character.getType(point);
            if (type != Character.UNASSIGNED && type != Character.SURROGATE && type != Character.PRIVATE_USE) {
                return Character.toString(point);
            }
        }
    }
}
