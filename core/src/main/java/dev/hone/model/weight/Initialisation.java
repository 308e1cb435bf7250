package dev.hone.model.weight;

import dev.hone.model.architecture.ParameterSpec;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;

/**
 * Weights of a model before training: linear maps and embeddings normal with the configuration's range, norms one,
 * biases zero. A function of the seed and the weight's name alone.
 */
public record Initialisation(double range, long seed) implements WeightSource {
    @Override
    public Tensor weight(ParameterSpec spec, DType type) {
        switch (spec.role()) {
            case NORM:
                return Tensor.ones(type, spec.shape());
            case ZERO_CENTRED_NORM, BIAS:
                return Tensor.zeros(type, spec.shape());
            default:
        }
        Draw draw = Draw.of(seed, "weight " + spec.name());
        float[] values = new float[Math.toIntExact(spec.count())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (range * draw.gaussian(i));
        }
        return Tensor.of(values, spec.shape()).to(type);
    }
}
