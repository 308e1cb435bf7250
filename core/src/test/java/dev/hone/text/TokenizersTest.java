package dev.hone.text;

import dev.hone.testkit.TinyTokenizers;
import dev.hone.testkit.TokenizerContract;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers of both kinds, of bytes and of pieces with a marked space, keep the {@linkplain TokenizerContract contract}. */
class TokenizersTest {
    @Nested
    class OfBytes extends OfTrained {
        @Override
        protected Tokenizer open() {
            return TinyTokenizers.bytes(folder);
        }
    }

    @Nested
    class OfMerges extends OfTrained {
        @Override
        protected Tokenizer open() {
            return TinyTokenizers.learned(folder, 40, List.of("the cat sat on the mat, the cat", "안녕하세요 안녕하세요 😀😀"));
        }
    }

    @Nested
    class OfPhi3 extends TokenizerContract {
        @Override
        protected Tokenizer open() {
            return TokenizerFile.open(ReferenceTokenizers.folder("phi-3-mini"));
        }
    }

    /** Text is read in Unicode's composed form (NFC). */
    abstract static class OfTrained extends TokenizerContract {
        @TempDir
        Path folder;

        @Override
        protected String normalised(String text) {
            return Normalizer.normalize(text, Normalizer.Form.NFC);
        }
    }
}
