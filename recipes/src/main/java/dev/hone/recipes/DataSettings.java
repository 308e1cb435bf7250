package dev.hone.recipes;

import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import dev.hone.data.Overflow;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run learns from.
 *
 * @param train JSONL files; their format is recognised by the columns of each row
 * @param evaluate rows to measure on: a share of the training rows, or a file; left out: none
 * @param template how conversations are written: {@code auto} takes the model's own, else ChatML if its vocabulary has the
 *     tokens, else Alpaca; or the name of a built-in one; or the path of a Jinja file
 * @param shuffle false: file order, epoch after epoch
 * @param maxTokens longest row
 * @param packing fill rows of {@code max-tokens} with several examples that never see each other
 */
public record DataSettings(
        List<Source> train,
        @Nullable HeldOut evaluate,
        @Default("auto") String template,
        @Default("true") boolean shuffle,
        @Default("1024") int maxTokens,
        @Default("refuse") Overflow onOverflow,
        @Default("false") boolean packing) {
    public DataSettings {
        train = List.copyOf(train);
        if (train.isEmpty()) {
            throw new IllegalArgumentException("train names no file");
        }
        if (maxTokens < 2) {
            throw new IllegalArgumentException("maxTokens (" + maxTokens + ") must be at least 2");
        }
    }

    /** A file of rows. */
    public record Source(Path path) {
        @FromScalar
        public static Source of(Path path) {
            return new Source(path);
        }
    }

    /** Rows that are measured and never learned: a share of the training rows, or a file of their own. */
    public record HeldOut(@Nullable Double share, @Nullable Path path) {
        public HeldOut {
            if ((share == null) == (path == null)) {
                throw new IllegalArgumentException("evaluate needs either a share or a path");
            }
            if (share != null && !(share > 0 && share < 1)) {
                throw new IllegalArgumentException("share (" + share + ") must be between 0 and 1");
            }
        }

        @FromScalar
        public static HeldOut of(Path path) {
            return new HeldOut(null, path);
        }

        @FromScalar
        public static HeldOut of(double share) {
            return new HeldOut(share, null);
        }
    }

    List<Path> trainPaths() {
        return train.stream().map(Source::path).toList();
    }
}
