package dev.hone.model;

import org.jspecify.annotations.Nullable;

/** What one forward pass through the layers is given besides the tokens. */
record Pass(
        Rope.Turn turn,
        AttentionPlan attention,
        @Nullable Adapter adapter,
        @Nullable Dropout dropout) {}
