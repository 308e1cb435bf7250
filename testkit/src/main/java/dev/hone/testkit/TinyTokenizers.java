package dev.hone.testkit;

import dev.hone.text.TokenizerFile;
import dev.hone.text.bpe.BpeTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** Tokenizers small enough to read their ids by eye: bytes, then what little was learned, then four special tokens. */
public final class TinyTokenizers {
    /** The special tokens, in the order of their ids. */
    public static final List<String> SPECIALS = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>");

    private TinyTokenizers() {}

    /** One id per byte: {@code !} is 0, {@code "} is 1 and so on; end of text is 256. */
    public static TokenizerFile bytes(Path folder) {
        return learned(folder, 0, List.of());
    }

    /** Bytes and up to {@code merges} merges learned from the texts. */
    public static TokenizerFile learned(Path folder, int merges, List<String> texts) {
        try {
            Iterator<String> corpus = texts.iterator();
            new BpeTrainer(256 + merges + SPECIALS.size(), 1, SPECIALS)
                    .train(corpus)
                    .save(folder, "<|endoftext|>", "<|pad|>", 512);
            return TokenizerFile.open(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
