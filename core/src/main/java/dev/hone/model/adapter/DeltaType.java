package dev.hone.model.adapter;

import dev.hone.model.weight.Parameter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How the deltas of one {@link AdapterType} are made, and what PEFT's files call their weights. */
public interface DeltaType {
    /**
     * A weight of a delta.
     *
     * @param name what its file adds to the module's name, for example {@code lora_A.weight}
     */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    record Part(String name, long... shape) {
        /** The full name of the weight in a module. */
        public String in(String module) {
            return module + "." + name;
        }

        public long count() {
            long count = 1;
            for (long extent : shape) {
                count *= extent;
            }
            return count;
        }
    }

    /**
     * A linear map of the base that gets a delta.
     *
     * @param base the base's weight by the module's name
     */
    record Target(String module, int inputs, int outputs, Function<String, Parameter> base) {
        Parameter weight() {
            return base.apply(module);
        }
    }

    /** The keys of {@code adapter_config.json} by which the type is recognised. Of several that fit, the one with most keys is meant. */
    Map<String, Object> configKeys();

    /** The weights of one delta, in order. */
    List<Part> parts(int rank, long inputs, long outputs);

    /** How many tensors of its outputs' shape a pass makes beside the base's, by which memory is planned. */
    default int outputsMade() {
        return 0;
    }

    /** A new delta, which changes nothing yet: a function of the seed, the module's name and the base's weight. */
    ModuleDelta fresh(Target target, AdapterConfig config, long seed);

    /**
     * A delta from its weights.
     *
     * @param weights in the order of {@link #parts}
     */
    ModuleDelta of(List<Parameter> weights, double scale);
}
