package dev.hone.recipes.run;

import dev.hone.files.HubCache;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a model stands on disk; a name on the Hugging Face hub stands for its snapshot in the cache.
 *
 * @param model folder of a checkpoint
 * @param adapter folder of an adapter on it; null: none
 */
public record ModelPaths(Path model, @Nullable Path adapter) {
    public ModelPaths {
        model = HubCache.resolve(model);
        adapter = adapter == null ? null : HubCache.resolve(adapter);
    }
}
