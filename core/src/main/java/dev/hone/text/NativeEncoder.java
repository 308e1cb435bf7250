package dev.hone.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.hone.error.HoneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * The one place that calls the native tokenizers library. Owns one native tokenizer until it is closed.
 *
 * <p>It calls the library's own entry points and not the Java wrapper: the wrapper truncates and pads by
 * default, reads more files than it is given, and fetches every property of a token where ids are all we need.
 *
 * <p>Any number of threads may encode; closing waits for them, and a later call throws an exception instead of using a
 * dangling pointer.
 */
final class NativeEncoder implements AutoCloseable {
    /** Characters passed to the library in one call; bounds the memory of encodings that wait to be copied. */
    private static final int BATCH_CHARACTERS = 1 << 20;

    private final TokenizersLibrary library;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock use = lock.readLock();
    private final Path file;
    private final int longestText;
    private long handle;

    /**
     * Reads a tokenizer.json.
     *
     * @param longestText characters that one text may have: with more, a regular expression could abort the process
     * @throws IllegalArgumentException with the library's reason if it is refused
     */
    NativeEncoder(Path file, String json, int longestText) {
        this.file = file;
        this.longestText = longestText;
        // Without these three the library's loader may report its use, or look for another build of itself online.
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent("RUST_FLAVOR", "cpu");
        LibUtils.checkStatus();
        library = TokenizersLibrary.LIB;
        try {
            handle = library.createTokenizerFromString(json);
        } catch (RuntimeException refused) {
            throw new IllegalArgumentException(String.valueOf(refused.getMessage()), refused);
        }
        library.disableTruncation(handle);
        library.disablePadding(handle);
    }

    int[] ids(String text, Specials specials) {
        return with(open -> {
            long encoding = library.encode(open, wellFormed(text), specials == Specials.ADD);
            try {
                return narrow(library.getTokenIds(encoding));
            } finally {
                library.deleteEncoding(encoding);
            }
        });
    }

    Encoding encode(String text, Specials specials) {
        return with(open -> {
            long encoding = library.encode(open, wellFormed(text), specials == Specials.ADD);
            try {
                int[] ids = narrow(library.getTokenIds(encoding));
                return place(ids, library.getTokenCharSpans(encoding), text);
            } finally {
                library.deleteEncoding(encoding);
            }
        });
    }

    List<int[]> ids(List<String> texts, Specials specials) {
        List<int[]> all = new ArrayList<>(texts.size());
        List<String> batch = new ArrayList<>();
        long characters = 0;
        for (String text : texts) {
            batch.add(wellFormed(text));
            characters += text.length();
            if (characters >= BATCH_CHARACTERS) {
                encodeInto(all, batch, specials);
                batch.clear();
                characters = 0;
            }
        }
        encodeInto(all, batch, specials);
        return all;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                library.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void encodeInto(List<int[]> all, List<String> batch, Specials specials) {
        if (batch.isEmpty()) {
            return;
        }
        with(open -> {
            long[] encodings = library.batchEncode(open, batch.toArray(String[]::new), specials == Specials.ADD);
            for (long encoding : encodings) {
                all.add(narrow(library.getTokenIds(encoding)));
                library.deleteEncoding(encoding);
            }
            return all;
        });
    }

    private <T> T with(LongFunction<T> work) {
        use.lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("this tokenizer is closed; open it again");
            }
            return work.apply(handle);
        } catch (HoneException | IllegalStateException known) {
            throw known;
        } catch (RuntimeException failed) {
            throw new TokenizerException(file + ": cannot encode this text (" + failed.getMessage() + ")", failed);
        } finally {
            use.unlock();
        }
    }

    /** The library counts code points; we count UTF-16 units. A token without a position is at the end of the last one. */
    private static Encoding place(int[] ids, CharSpan[] spans, String text) {
        int codePoints = text.codePointCount(0, text.length());
        int[] units = new int[codePoints + 1];
        for (int i = 0, unit = 0; i < codePoints; i++) {
            units[i] = unit;
            unit += Character.charCount(text.codePointAt(unit));
        }
        units[codePoints] = text.length();
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int last = 0;
        for (int i = 0; i < ids.length; i++) {
            CharSpan span = spans[i];
            starts[i] = span == null ? last : units[Math.min(span.getStart(), codePoints)];
            ends[i] = span == null ? last : units[Math.min(span.getEnd(), codePoints)];
            last = ends[i];
        }
        return new Encoding(ids, starts, ends);
    }

    /** Unpaired surrogates would make the library misread the whole string; the replacement is as long as they are. */
    private String wellFormed(String text) {
        if (text.length() > longestText) {
            throw new TokenizerException(
                    file + ": a text of " + text.length() + " characters is more than it can encode"
                            + " at once; split it into texts of at most " + longestText);
        }
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (repaired == null) {
                repaired = new StringBuilder(text);
            }
            repaired.setCharAt(i, '\uFFFD');
        }
        return repaired == null ? text : repaired.toString();
    }

    private static int[] narrow(long[] ids) {
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            narrow[i] = (int) ids[i];
        }
        return narrow;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
