package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.text.bpe.BpeTrainer;
import dev.hone.text.bpe.BpeTrainerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFileTest {
    @TempDir
    Path folder;

    @BeforeEach
    void train() throws IOException {
        List<String> texts = List.of("the cat sat on the mat", "the cat sat", "안녕하세요 안녕하세요");
        new BpeTrainer(320, 2, List.of("<|end|>", "<|pad|>"))
                .train(texts.iterator())
                .save(folder, "<|end|>", "<|pad|>", 64);
    }

    /** "a😀b 한": in UTF-16 the emoji is units 1 and 2, so b stands at 3 and 한 at 5, while as code points at 2 and 4. */
    @Test
    void offsetsCountUtf16UnitsOfTheTextAsGiven() {
        String text = "a😀b 한<|end|>c";
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            Encoding encoding = tokenizer.encode(text, Specials.ADD);
            assertThat(encoding.ids()).isEqualTo(tokenizer.ids(text, Specials.ADD));
            int covered = 0;
            for (int token = 0; token < encoding.length(); token++) {
                assertThat(encoding.start(token)).isLessThanOrEqualTo(covered);
                covered = Math.max(covered, encoding.end(token));
                String spelling = tokenizer.tokenOf(encoding.id(token));
                String covers = text.substring(encoding.start(token), encoding.end(token));
                if (List.of("a", "b", "c", "<|end|>").contains(spelling)) {
                    assertThat(covers).isEqualTo(spelling);
                } else {
                    assertThat(covers).isIn("😀", " ", "한");
                }
            }
            assertThat(covered).isEqualTo(text.length());
        }
    }

    /** e with a loose accent is two units of the text and one character of its normal form. */
    @Test
    void offsetsPointIntoTheTextBeforeNormalisation() {
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            Encoding encoding = tokenizer.encode("e\u0301x", Specials.ADD);
            int last = encoding.length() - 1;
            assertThat(encoding.start(last)).isEqualTo(2);
            assertThat(encoding.end(last)).isEqualTo(3);
        }
    }

    @Test
    void anUnpairedSurrogateIsReadAsTheReplacementCharacter() {
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.decode(tokenizer.ids("😀\uD83D한\uDE00", Specials.ADD)))
                    .isEqualTo("😀\uFFFD한\uFFFD");
            assertThat(tokenizer.decode(tokenizer.ids("\u0000\uDE00", Specials.ADD)))
                    .isEqualTo("\u0000\uFFFD");
        }
    }

    @Test
    void manyTextsGiveTheIdsOfEachInOrder() {
        List<String> texts = BpeTrainerTest.randomTexts(9, 400);
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            List<int[]> batch = tokenizer.ids(texts, Specials.NONE);
            assertThat(batch).hasSize(texts.size());
            for (int i = 0; i < texts.size(); i++) {
                assertThat(batch.get(i)).isEqualTo(tokenizer.ids(texts.get(i), Specials.NONE));
            }
            assertThat(tokenizer.ids(List.of(), Specials.NONE)).isEmpty();
        }
    }

    @Test
    void nothingIsTruncatedOrPadded() throws IOException {
        rewrite("tokenizer.json", "\"truncation\" : null,\n  \"padding\" : null", """
                "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
                "padding": {"strategy": {"Fixed": 4096}, "direction": "Right", "pad_to_multiple_of": null,
                            "pad_id": 0, "pad_type_id": 0, "pad_token": "!"}""");
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.ids("12345678", Specials.ADD)).hasSize(8);
            assertThat(tokenizer.ids("7".repeat(5000), Specials.ADD)).hasSize(5000);
        }
    }

    /** What the post-processor adds has no place in the text: it stands empty at the start. */
    @Test
    void specialsAreAddedOnlyOnRequest() throws IOException {
        int end = idOf("<|end|>");
        ObjectMapper json = new ObjectMapper();
        ObjectNode root =
                (ObjectNode) json.readTree(folder.resolve("tokenizer.json").toFile());
        String template = """
                {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "<|end|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                 "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {"<|end|>": {"id": "<|end|>", "ids": [%d], "tokens": ["<|end|>"]}}}""";
        root.set("post_processor", json.readTree(template.formatted(end)));
        json.writeValue(folder.resolve("tokenizer.json").toFile(), root);
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            Encoding encoding = tokenizer.encode("😀7", Specials.ADD);
            assertThat(encoding.id(0)).isEqualTo(end);
            assertThat(encoding.start(0)).isZero();
            assertThat(encoding.end(0)).isZero();
            assertThat(encoding.end(encoding.length() - 1)).isEqualTo(3);
            assertThat(tokenizer.ids("😀7", Specials.NONE)).hasSize(encoding.length() - 1);
            assertThat(tokenizer.ids("<|end|>7", Specials.NONE)).hasSize(2);
        }
    }

    @Test
    void factsOfTheCheckpointAreRead() throws IOException {
        rewrite("tokenizer_config.json", "\"eos_token\" : \"<|end|>\"", "\"eos_token\": {\"content\": \"<|end|>\"}");
        rewrite(
                "tokenizer_config.json",
                "\"model_max_length\" : 64",
                "\"model_max_length\": 1000000000000000019884624838656");
        try (TokenizerFile tokenizer = TokenizerFile.open(folder.resolve("tokenizer.json"))) {
            assertThat(tokenizer.specialTokens().eos())
                    .isEqualTo(new SpecialTokens.Named("<|end|>", tokenizer.size() - 2));
            assertThat(tokenizer.modelMaxLength()).isEmpty();
            assertThat(tokenizer.files())
                    .containsExactly(folder.resolve("tokenizer.json"), folder.resolve("tokenizer_config.json"));
            assertThat(tokenizer.fingerprint()).matches("[0-9a-f]{64}");
        }
        Files.delete(folder.resolve("tokenizer_config.json"));
        try (TokenizerFile tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.specialTokens()).isEqualTo(SpecialTokens.none());
            assertThat(tokenizer.isSpecial(tokenizer.size() - 2)).isTrue();
            assertThat(tokenizer.isSpecial(-1)).isFalse();
            assertThat(tokenizer.files()).hasSize(1);
        }
    }

    @Test
    void idsOutsideTheVocabularyDecodeToNothing() {
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            assertThat(tokenizer.decode(new int[] {-1, 64, tokenizer.size(), Integer.MAX_VALUE}))
                    .isEqualTo("a");
            assertThatThrownBy(() -> tokenizer.tokenOf(tokenizer.size())).hasMessageContaining("names no token");
            assertThat(tokenizer.idOf("no such token")).isEmpty();
        }
    }

    @Test
    void aClosedTokenizerSaysSo() {
        Tokenizer tokenizer = TokenizerFile.open(folder);
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.ids("a", Specials.ADD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void threadsMayShareIt() {
        List<String> texts = BpeTrainerTest.randomTexts(21, 300);
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            List<int[]> alone = texts.stream()
                    .map(text -> tokenizer.ids(text, Specials.ADD))
                    .toList();
            List<int[]> together = IntStream.range(0, texts.size())
                    .parallel()
                    .mapToObj(i -> tokenizer.encode(texts.get(i), Specials.ADD).ids())
                    .toList();
            assertThat(together.toArray(int[][]::new)).isDeepEqualTo(alone.toArray(int[][]::new));
        }
    }

    @Test
    void aMissingFileIsNamedWithAWayOut() {
        assertThatThrownBy(() -> TokenizerFile.open(folder.resolve("nowhere")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("nowhere: no such file; point to a checkpoint folder");
    }

    @Test
    void whatIsNoFileIsNotCalledMissing() throws IOException {
        Files.createDirectories(folder.resolve("odd/tokenizer.json"));
        assertThatThrownBy(() -> TokenizerFile.open(folder.resolve("odd")))
                .hasMessageContaining("tokenizer.json: cannot be read (is a folder, not a file)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "version https://git-lfs.github.com/spec/v1",
                "[1, 2",
                "{\"model\": {\"vocab\": {\"a\": 0}",
                "{} {}"
            })
    void whatIsNotJsonIsRefused(String content) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> TokenizerFile.open(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("fetch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\": \"1.0\"} | has no model section",
                "{\"model\": []} | has no model section",
                "{\"model\": {\"type\": \"BPE\"}} | has a model without vocab",
                "{\"model\": {\"vocab\": {\"a\": -1}, \"merges\": []}} | gives token a the id (-1)",
                "{\"model\": {\"vocab\": {\"a\": 2000000000}, \"merges\": []}} | gives token a the id (2000000000)",
                "{\"model\": {\"vocab\": {\"a\": \"x\"}, \"merges\": []}} | gives token a the id (\"x\")",
                "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []}} | gives id 0 to two tokens",
                "{\"model\": {\"vocab\": {\"a\": 0}}} | has a BPE model without merges",
                "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [\"a z\"]}} | has merge 0 (\"a z\") that does not join",
                "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [1]}} | has merge 0 (1) that does not join",
                "{\"added_tokens\": [{\"id\": 5, \"content\": \"<e>\"}], \"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}} | lists the added token <e> with id 5, but it is encoded as 1",
                "{\"added_tokens\": 3, \"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}} | has added_tokens that are not a list",
                "{\"decoder\": {\"type\": \"CTC\"}, \"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}} | decoder (CTC) is not supported",
                "{\"model\": {\"type\": \"Dance\", \"vocab\": {\"a\": 0}}} | model (Dance) is not supported",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": [\"a b\"]}} | refused by the tokenizers library",
            })
    void aDamagedFileIsRefusedBeforeItIsUsed(String content, String reason) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), content);
        Files.delete(folder.resolve("tokenizer_config.json"));
        assertThatThrownBy(() -> TokenizerFile.open(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(reason);
    }

    @Test
    void aSpecialTokenThatIsNotInTheVocabularyIsRefused() throws IOException {
        rewrite("tokenizer_config.json", "\"eos_token\" : \"<|end|>\"", "\"eos_token\" : \"</s>\"");
        assertThatThrownBy(() -> TokenizerFile.open(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer_config.json: eos_token (</s>) is not in tokenizer.json");
    }

    private int idOf(String token) {
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            return tokenizer.idOf(token).orElseThrow();
        }
    }

    private void rewrite(String file, String from, String to) throws IOException {
        String content = Files.readString(folder.resolve(file));
        assertThat(content).contains(from);
        Files.writeString(folder.resolve(file), content.replace(from, to));
    }
}
