package dev.hone.model.layer;

/**
 * One linear map of a layer.
 *
 * @param module the full dotted name that a checkpoint gives it, without {@code .weight}
 */
public record LinearSpec(String module, int inputs, int outputs, boolean biased) {
    public LinearSpec(String module, int inputs, int outputs) {
        this(module, inputs, outputs, false);
    }

    public LinearSpec withBias() {
        return new LinearSpec(module, inputs, outputs, true);
    }
}
