package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.text.ReferenceTokenizers.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokenizers give the ids and texts that independent implementations gave for them. */
class TokenizerReferenceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2",
                "llama3",
                "minimind",
                "phi-3-mini",
                "qwen2.5",
                "qwen3",
                "smollm2",
                "stories260K",
                "babyllama-tok105"
            })
    void idsAndTextsEqualTheReference(String name) {
        List<Vector> vectors = ReferenceTokenizers.vectors(name);
        assertThat(vectors).hasSizeGreaterThan(80);
        try (Tokenizer tokenizer = TokenizerFile.open(ReferenceTokenizers.folder(name))) {
            for (Vector vector : vectors) {
                assertThat(tokenizer.ids(vector.text(), Specials.NONE))
                        .as("ids of <%s>", vector.text())
                        .isEqualTo(vector.ids());
                assertThat(tokenizer.encode(vector.text(), Specials.ADD).ids())
                        .as("ids with specials of <%s>", vector.text())
                        .isEqualTo(vector.idsWithSpecials());
                assertThat(tokenizer.decode(vector.ids()))
                        .as("text of %s", Arrays.toString(vector.ids()))
                        .isEqualTo(vector.decoded());
            }
            List<String> texts = vectors.stream().map(Vector::text).toList();
            List<int[]> batch = tokenizer.ids(texts, Specials.ADD);
            assertThat(batch.toArray(int[][]::new))
                    .isDeepEqualTo(vectors.stream().map(Vector::idsWithSpecials).toArray(int[][]::new));
        }
    }

    /** Control tokens that are written in a text are special tokens here, as in the tokenizer.json of such a model; the library splits them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama2/tokenizer.model",
                "mistral/tokenizer.model.v1",
                "mistral/mistral_instruct_tokenizer_240323.model.v3",
                "../weights/stories260K/tok512.model",
                "../weights/babyllama-tok105/tok105.model"
            })
    void sentencePieceModelsGiveTheIdsOfSentencepiece(String name) {
        Path file = ReferenceTokenizers.folder().resolve(name);
        try (Tokenizer tokenizer = TokenizerFile.open(file)) {
            List<Vector> vectors = ReferenceTokenizers.sentencePieces(name.replace("../weights/", ""));
            assertThat(vectors).hasSizeGreaterThan(60);
            for (Vector vector : vectors) {
                if (!vector.text().contains("<s>")) {
                    assertThat(tokenizer.ids(vector.text(), Specials.NONE))
                            .as("ids of <%s>", vector.text())
                            .isEqualTo(vector.ids());
                    if (Arrays.stream(vector.ids())
                            .allMatch(id -> id > 0)) { // the unknown piece is spelled by its name
                        assertThat(tokenizer.decode(vector.ids())).isEqualTo(vector.decoded());
                    }
                }
            }
        }
    }

    @Test
    void theRanksOfLlama3GiveTheIdsOfItsTokenizerJson() {
        try (Tokenizer tokenizer =
                TokenizerFile.open(ReferenceTokenizers.folder("llama3").resolve("tokenizer.model"))) {
            for (Vector vector : ReferenceTokenizers.vectors("llama3")) {
                assertThat(tokenizer.ids(vector.text(), Specials.ADD))
                        .as("ids of <%s>", vector.text())
                        .isEqualTo(vector.idsWithSpecials());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"qwen2.5,qwen2", "llama3,llama-bpe", "gpt2,gpt-2", "phi-3-mini,phi-3"})
    void idsEqualThoseOfAnotherEngine(String name, String vectors) throws IOException {
        Path folder = ReferenceTokenizers.folder(name);
        Path base = ReferenceTokenizers.folder().resolve("vectors/llama.cpp");
        String[] texts = Files.readString(base.resolve("ggml-vocab-" + vectors + ".gguf.inp"))
                .split("\n__ggml_vocab_test__\n", -1);
        List<String> expected = Files.readAllLines(base.resolve("ggml-vocab-" + vectors + ".gguf.out"));
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            int checked = 0;
            for (int i = 0; i < expected.size(); i++) {
                int[] ids = Stream.of(expected.get(i).trim().split(" "))
                        .filter(id -> !id.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
                assertThat(tokenizer.ids(texts[i], Specials.NONE))
                        .as("ids of <%s>", texts[i])
                        .isEqualTo(ids);
                checked++;
            }
            assertThat(checked).isGreaterThan(40);
        }
    }

    /** Random ids make broken characters, runs of byte tokens and special tokens in the middle: the hard cases. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "minimind", "phi-3-mini", "qwen2.5", "qwen3", "smollm2"})
    void decodingEqualsTheNativeLibraryForRandomIds(String name) throws IOException {
        Path folder = ReferenceTokenizers.folder(name);
        Random random = new Random(7);
        try (TokenizerFile tokenizer = TokenizerFile.open(folder);
                NativeDecoder library = new NativeDecoder(folder.resolve("tokenizer.json"))) {
            for (int round = 0; round < 2000; round++) {
                int bound = round % 2 == 0 ? tokenizer.size() : Math.min(tokenizer.size(), 300);
                int[] ids = random.ints(random.nextInt(12), 0, bound).toArray();
                assertThat(tokenizer.decode(ids))
                        .as("ids %s", Arrays.toString(ids))
                        .isEqualTo(library.decode(ids, false));
                assertThat(tokenizer.decodeWithoutSpecials(ids))
                        .as("ids %s without specials", Arrays.toString(ids))
                        .isEqualTo(library.decode(ids, true));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "minimind", "phi-3-mini", "qwen2.5", "qwen3", "smollm2"})
    void streamsGiveWholeCharactersAndLoseNothing(String name) {
        Path folder = ReferenceTokenizers.folder(name);
        try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
            for (Vector vector : ReferenceTokenizers.vectors(name)) {
                TokenStream stream = tokenizer.stream();
                StringBuilder text = new StringBuilder();
                for (int id : vector.ids()) {
                    String piece = stream.push(id);
                    assertThat(piece.isEmpty() || Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                            .as("piece <%s> ends in half a character", piece)
                            .isEqualTo(piece.isEmpty());
                    text.append(piece);
                }
                assertThat(text.append(stream.finish()).toString()).isEqualTo(vector.decoded());
            }
        }
    }
}
