package dev.hone.model.adapter;

/** The types of adapter there are; each is one file. */
public enum AdapterType {
    /** Low-rank adaptation (Hu et al., 2021). */
    LORA(LoraDelta.TYPE),
    /** Weight-decomposed low-rank adaptation (Liu et al., 2024). */
    DORA(DoraDelta.TYPE);

    private final DeltaType deltas;

    AdapterType(DeltaType deltas) {
        this.deltas = deltas;
    }

    public DeltaType deltas() {
        return deltas;
    }
}
