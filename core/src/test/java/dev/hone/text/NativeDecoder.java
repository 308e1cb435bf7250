package dev.hone.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The native library's own decoder, to compare ours with. Open a {@link TokenizerFile} first: it configures the library. */
final class NativeDecoder implements AutoCloseable {
    private final long handle;

    NativeDecoder(Path tokenizerJson) throws IOException {
        LibUtils.checkStatus();
        handle = TokenizersLibrary.LIB.createTokenizerFromString(Files.readString(tokenizerJson));
    }

    String decode(int[] ids, boolean withoutSpecials) {
        long[] wide = Arrays.stream(ids).asLongStream().toArray();
        return TokenizersLibrary.LIB.decode(handle, wide, withoutSpecials);
    }

    @Override
    public void close() {
        TokenizersLibrary.LIB.deleteTokenizer(handle);
    }
}
