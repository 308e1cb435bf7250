package dev.hone.train;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;

/** The gradients of a set of weights, taken together. */
final class Gradients {
    /** Brings the largest float32 to where a sum of squares has room: (3.4e38 · 2⁻⁹⁶)² = 1.8e19. */
    private static final double SMALL = 0x1p-96;

    private final List<Parameter> parameters;

    Gradients(List<Parameter> parameters) {
        this.parameters = List.copyOf(parameters);
    }

    /** The Euclidean norm of all gradients in one vector; NaN or infinite if any entry is. */
    double norm() {
        return Autograd.without(() -> {
            double norm = Math.sqrt(squares(1));
            return Double.isFinite(norm) ? norm : Math.sqrt(squares(SMALL)) / SMALL; // squares may overflow alone
        });
    }

    /** The sum of the squares of all entries times a factor. */
    private double squares(double factor) {
        double squares = 0;
        for (Parameter p : parameters) {
            try (Scope scope = Scope.open()) {
                if (p.value().hasGradient()) {
                    squares += squares(p.value().gradient(), factor);
                }
            }
        }
        return squares;
    }

    private static double squares(Tensor gradient, double factor) {
        double squares = 0;
        for (Tensor block : gradient.contiguous().blocks()) {
            try (Scope scope = Scope.open()) {
                Tensor entries = factor == 1 ? block : block.times(factor);
                squares += entries.square().sum().scalar();
            }
        }
        return squares;
    }

    /** Clips them to at most the given norm, as {@code clip_grad_norm_} does: factor {@code max / (norm + 1e-6)}. */
    void clip(double norm, double max) {
        double factor = max / (norm + 1e-6);
        if (factor < 1) {
            Autograd.withoutDo(() -> {
                for (Parameter p : parameters) {
                    try (Scope scope = Scope.open()) {
                        if (p.value().hasGradient()) {
                            p.value().gradient().timesInPlace(factor);
                        }
                    }
                }
            });
        }
    }

    void clear() {
        parameters.forEach(p -> p.value().clearGradient());
    }

    /**
     * The last weight, in the order of computation, whose gradient has a non-finite entry: as gradients flow from the end to the
     * beginning, the first that became so. Empty if there is none.
     */
    String lastNonFinite() {
        String last = "";
        for (Parameter p : parameters) {
            try (Scope scope = Scope.open()) {
                if (p.value().hasGradient() && !p.value().gradient().isFinite()) {
                    last = p.name();
                }
            }
        }
        return last;
    }

    /** The weights whose gradient is zero throughout, or missing. */
    List<String> zero() {
        return Autograd.without(() ->
                parameters.stream().filter(p -> !flows(p)).map(Parameter::name).toList());
    }

    private static boolean flows(Parameter p) {
        if (!p.value().hasGradient()) {
            return false;
        }
        try (Scope scope = Scope.open()) {
            return p.value().gradient().contiguous().blocks().stream()
                    .anyMatch(block -> block.abs().max().scalar() > 0);
        }
    }
}
