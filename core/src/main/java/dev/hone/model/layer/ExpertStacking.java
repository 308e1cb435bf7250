package dev.hone.model.layer;

/** How a checkpoint holds the matrices of experts; here each expert's stand by themselves. */
public enum ExpertStacking {
    /** As they are here. */
    NONE,
    /** {@code gate_up_proj} [experts, 2 · width, hidden], the gate's rows first, and {@code down_proj} [experts, hidden, width]. */
    ROWS,
    /** {@code gate_up_proj} [experts, hidden, 2 · width], in whose columns gate and up alternate, and {@code down_proj} [experts, width, hidden]. */
    ALTERNATING_COLUMNS
}
