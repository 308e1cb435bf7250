package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Tensor;
import java.util.List;

/** The delta of one module in an {@link Adapter}: weights in float32 and a scale. Its {@link DeltaType} makes and reads it. */
public interface ModuleDelta extends AdapterDelta {
    /** Its weights, in the order of {@link DeltaType#parts}. */
    List<Parameter> weights();

    /** The same delta with other weights, in the same order. */
    ModuleDelta with(List<Parameter> weights);

    /** The shape [out, in] of the weights it fits. */
    long[] shape();

    int rank();

    /** {@code alpha / rank}, or {@code alpha / √rank} where the adapter is rank-stabilised. */
    double scale();

    /**
     * What a merge adds to the base's weight [out, in], in float32.
     *
     * @param weight W in float32
     */
    Tensor delta(Tensor weight);

    /** Whether the adapted map is the base's map. */
    boolean changesNothing(Parameter weight);

    /**
     * The delta of the same type whose {@link #delta} is {@code (1 − share) · own + share · other}, exactly but for rounding; its
     * rank may be higher.
     *
     * @param weight the base's
     */
    ModuleDelta mixedWith(ModuleDelta other, double share, Parameter weight);

    @Override
    default boolean isTrained() {
        return weights().stream().anyMatch(Parameter::isTrained);
    }
}
