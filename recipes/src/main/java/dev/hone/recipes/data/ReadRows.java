package dev.hone.recipes.data;

import dev.hone.data.dataset.Dataset;
import dev.hone.data.dataset.Overflow;
import dev.hone.data.dataset.Subset;
import dev.hone.recipes.settings.DataSettings;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Rows that were read.
 *
 * @param description how many, and what was left out, line by line
 * @param trainable refuses a part of them that cannot be trained on alone
 */
public record ReadRows(Dataset dataset, List<String> description, Consumer<Subset> trainable) {
    public ReadRows {
        description = List.copyOf(description);
    }

    /** Rows of which any part can be trained on. */
    ReadRows(Dataset dataset, List<String> description) {
        this(dataset, description, part -> {});
    }

    /** What was done with rows that were too long; nothing where there were none. */
    static Stream<String> overflow(int count, String what, Overflow done, DataSettings data) {
        return count == 0
                ? Stream.of()
                : Stream.of(String.format(
                        Locale.ROOT,
                        "%,d %s were longer than max-tokens (%d): %s",
                        count,
                        what,
                        data.maxTokens(),
                        done.name().toLowerCase(Locale.ROOT)));
    }
}
