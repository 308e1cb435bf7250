package dev.hone.train;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A set of weights as a part of saved states: a policy's that learn, a critic's, an average of them. */
public record SavedWeights(String stateName, List<Parameter> parameters) implements Stateful {
    public SavedWeights {
        parameters = List.copyOf(parameters);
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        parameters.forEach(p -> state.put(p.name(), p.value()));
        return state;
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        for (Parameter p : parameters) {
            try (Scope scope = Scope.open()) {
                p.value().copyInPlace(saved.apply(p.name()));
            }
        }
    }
}
