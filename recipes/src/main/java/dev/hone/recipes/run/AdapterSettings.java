package dev.hone.recipes.run;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.config.OneOf;
import dev.hone.model.adapter.AdapterConfig;
import java.nio.file.Path;
import java.util.List;

/** The adapter a run trains: a new one, or one that goes on learning. */
@OneOf(otherwise = AdapterSettings.Lora.class)
public sealed interface AdapterSettings {
    /** A new low-rank adapter. */
    record Lora(
            @Default("16") int rank,
            @Default("32") double alpha,
            @Default("0.0") double dropout,
            @Default("all-linear") List<String> targets,
            @Default("false") boolean rankStabilised)
            implements AdapterSettings {
        public Lora {
            targets = List.copyOf(targets);
            new AdapterConfig(rank, alpha, dropout, targets, rankStabilised); // checks them
        }

        public AdapterConfig shape() {
            return new AdapterConfig(rank, alpha, dropout, targets, rankStabilised);
        }
    }

    /** An adapter on disk. */
    @Kind(value = "saved", whenKey = "path")
    record Saved(Path path) implements AdapterSettings {}
}
