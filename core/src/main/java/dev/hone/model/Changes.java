package dev.hone.model;

import org.jspecify.annotations.Nullable;

/** What changes the linear maps in a pass: one {@link Adapter}, or several of an {@link AdapterMix}, each in its own rows. */
public interface Changes {
    /** The change of a module, by its full name; null where there is none. */
    @Nullable
    Change at(String module);
}
