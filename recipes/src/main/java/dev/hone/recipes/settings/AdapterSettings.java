package dev.hone.recipes.settings;

import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.config.OneOf;
import dev.hone.files.HubCache;
import dev.hone.model.adapter.AdapterConfig;
import java.nio.file.Path;

/** The adapter a run trains: a new one, or one that is trained further. */
@OneOf(otherwise = AdapterSettings.Lora.class)
public sealed interface AdapterSettings {
    /** A new low-rank adapter. */
    record Lora(@Flattened AdapterConfig shape) implements AdapterSettings {}

    /** An adapter on disk; a name on the Hugging Face hub stands for its snapshot in the cache. */
    @Kind(value = "saved", whenKey = "path")
    record Saved(Path path) implements AdapterSettings {
        public Saved {
            path = HubCache.resolve(path);
        }
    }
}
