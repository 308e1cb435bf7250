package dev.hone.model.adapter;

import org.jspecify.annotations.Nullable;

/** What changes the linear maps in a pass: one {@link Adapter}, or several of an {@link MixedAdapters}, each in its own rows. */
public interface AdapterDeltas {
    /** The change of a module, by its full name; null where there is none. */
    @Nullable
    AdapterDelta at(String module);
}
