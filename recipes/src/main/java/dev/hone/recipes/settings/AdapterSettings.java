package dev.hone.recipes.settings;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.config.OneOf;
import dev.hone.model.adapter.AdapterConfig;
import java.nio.file.Path;

/** The adapter a run trains: a new one, or one that is trained further. */
@OneOf(otherwise = AdapterSettings.Lora.class)
public sealed interface AdapterSettings {
    /** A new low-rank adapter. */
    record Lora(@Flattened AdapterConfig shape) implements AdapterSettings {}

    /** An adapter on disk. */
    @Kind(value = "saved", whenKey = "path")
    record Saved(Path path) implements AdapterSettings {}
}
