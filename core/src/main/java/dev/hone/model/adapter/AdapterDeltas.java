package dev.hone.model.adapter;

import org.jspecify.annotations.Nullable;

/** The deltas of a pass: those of one {@link Adapter}, or of several in {@link MixedAdapters}, each in its own rows. */
public interface AdapterDeltas {
    /** The delta of a module, by its full name; null where there is none. */
    @Nullable
    AdapterDelta at(String module);

    /** The deltas for some rows of the pass, in any order. */
    default AdapterDeltas ofRows(int[] rows) {
        return this;
    }
}
