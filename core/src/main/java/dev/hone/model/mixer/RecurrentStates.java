package dev.hone.model.mixer;

import dev.hone.model.layer.GatedDeltaSpec;
import dev.hone.model.layer.MixerSpec;
import dev.hone.model.layer.ShortConvolutionSpec;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the recurrent layers of a model remember of running sequences, of a size that does not grow with the text. Sequences have the
 * numbers of the cache that this belongs to; new ones start from zero.
 *
 * <p>Owns native memory until closed. Belongs to one thread.
 */
public final class RecurrentStates implements AutoCloseable {
    /** The shape and type of one part of a layer's state, for one sequence. */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    public record Part(DType type, long... shape) {
        private Tensor zeros(long slots) {
            long[] all = new long[shape.length + 1];
            all[0] = slots;
            System.arraycopy(shape, 0, all, 1, shape.length);
            return Tensor.zeros(type, all);
        }

        /** Bytes for one sequence. */
        public long bytes() {
            return Arrays.stream(shape).reduce(type.bytes(), (a, b) -> a * b);
        }
    }

    private final List<List<Part>> parts;
    private final List<Tensor[]> held = new ArrayList<>();
    private int slots;

    /**
     * @param parts by layer; empty for a layer that remembers nothing
     */
    public RecurrentStates(List<List<Part>> parts) {
        this.parts = List.copyOf(parts);
        try (Scope scope = Scope.open()) {
            for (List<Part> layer : parts) {
                held.add(layer.stream().map(part -> part.zeros(0).keep()).toArray(Tensor[]::new));
            }
        }
    }

    /** Those of a model's mixers, by layer. */
    public static RecurrentStates of(List<MixerSpec> mixers, DType compute) {
        return new RecurrentStates(
                mixers.stream().map(mixer -> parts(mixer, compute)).toList());
    }

    private static List<Part> parts(MixerSpec mixer, DType compute) {
        if (mixer instanceof ShortConvolutionSpec convolution) {
            return List.of(new Part(
                    compute, convolution.reach() - 1, convolution.output().inputs()));
        }
        if (mixer instanceof GatedDeltaSpec delta) {
            List<Part> parts = new ArrayList<>();
            parts.add(new Part(compute, delta.reach() - 1, delta.inputs().outputs()));
            parts.addAll(new GatedDeltaRule(delta.heads()).parts());
            return parts;
        }
        return List.of();
    }

    /** Makes room for sequences up to this number. */
    public void reserve(int count) {
        if (count <= slots) {
            return;
        }
        int more = Math.max(count, slots * 3 / 2);
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < held.size(); layer++) {
                Tensor[] own = held.get(layer);
                for (int i = 0; i < own.length; i++) {
                    Tensor grown = parts.get(layer).get(i).zeros(more).keep();
                    if (slots > 0) {
                        grown.narrow(0, 0, slots).copyInPlace(own[i]);
                    }
                    own[i].close();
                    own[i] = grown;
                }
            }
        }
        slots = more;
    }

    /** Makes the state of a sequence that of another. */
    public void copy(int from, int to) {
        each(state -> state.narrow(0, to, 1).copyInPlace(state.narrow(0, from, 1)));
    }

    /** Forgets a sequence. */
    public void clear(int sequence) {
        each(state -> state.narrow(0, sequence, 1).fillInPlace(0));
    }

    private void each(Consumer<Tensor> change) {
        try (Scope scope = Scope.open()) {
            held.forEach(layer -> Arrays.stream(layer).forEach(change));
        }
    }

    /** A part of a layer's state, of all sequences [slots, …]. */
    Tensor of(int layer, int part) {
        return held.get(layer)[part];
    }

    /** Bytes of native memory held. */
    public long bytes() {
        return slots
                * parts.stream().flatMap(List::stream).mapToLong(Part::bytes).sum();
    }

    @Override
    public void close() {
        held.forEach(layer -> Arrays.stream(layer).forEach(Tensor::close));
    }
}
