package dev.hone.model;

import dev.hone.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at what each module of a pass gives, in the order it is computed, for the first that is not a number. */
final class Probe {
    private @Nullable String module;

    void look(String name, Tensor output) {
        if (module == null && !output.isFinite()) {
            module = name;
        }
    }

    Optional<String> firstNonFinite() {
        return Optional.ofNullable(module);
    }
}
