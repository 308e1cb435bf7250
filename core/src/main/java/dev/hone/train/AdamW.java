package dev.hone.train;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2), in float32.
 *
 * <p>Per step: {@code θ ← θ(1 − ηλ); m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)}.
 * Weight decay leaves norms and biases alone. A weight that received no gradient is not touched and its t stays.
 */
public final class AdamW implements Optimizer {
    /** How families name the weights of their norms. */
    private static final Pattern NORM = Pattern.compile("(norm\\d?|\\.ln_\\w+)\\.weight$");

    /**
     * @param betas β₁ and β₂
     * @param epsilon ε
     * @param weightDecay λ, applied to matrices only
     */
    public record Config(
            @Default("[0.9, 0.999]") List<Double> betas,
            @Default("1.0e-8") double epsilon,
            @Default("0.0") double weightDecay) {
        public Config {
            require(betas.size() == 2, "betas (%s) must be two numbers", betas);
            betas = List.copyOf(betas);
            for (double beta : betas) {
                require(beta >= 0 && beta < 1, "betas (%s) must be at least 0 and below 1", beta);
            }
            require(epsilon > 0, "epsilon (%s) must be positive", epsilon);
            requireAtMost("epsilon", epsilon, 1);
            require(weightDecay >= 0, "weight-decay (%s) must not be negative", weightDecay);
            requireAtMost("weight-decay", weightDecay, 1000);
        }

        public Config(double beta1, double beta2, double epsilon, double weightDecay) {
            this(List.of(beta1, beta2), epsilon, weightDecay);
        }

        public static Config standard() {
            return new Config(0.9, 0.999, 1e-8, 0);
        }

        double beta1() {
            return betas.get(0);
        }

        double beta2() {
            return betas.get(1);
        }

        /** A new optimizer without state. */
        public Optimizer over(List<Parameter> parameters) {
            return new AdamW(this, parameters);
        }
    }

    /** First and second moment of one weight, and how often it was updated. */
    private static final class Moments {
        private final Tensor first;
        private final Tensor second;
        private long steps;

        Moments(Tensor first, Tensor second, long steps) {
            this.first = first;
            this.second = second;
            this.steps = steps;
        }
    }

    private final Config config;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Moments> moments = new LinkedHashMap<>();

    public AdamW(Config config, List<Parameter> parameters) {
        this.config = config;
        for (Parameter p : parameters) {
            this.parameters.put(p.name(), p);
            moments.put(
                    p.name(),
                    new Moments(
                            Tensor.zeros(DType.F32, p.value().shape()).keep(),
                            Tensor.zeros(DType.F32, p.value().shape()).keep(),
                            0));
        }
    }

    @Override
    public void step(double learningRate) {
        Autograd.withoutDo(() -> {
            for (Parameter p : parameters.values()) {
                try (Scope scope = Scope.open()) {
                    if (p.value().hasGradient()) {
                        update(p, learningRate);
                    }
                }
            }
        });
    }

    private void update(Parameter p, double learningRate) {
        Moments state = moments.get(p.name());
        if (state == null) {
            throw new IllegalStateException("no state for " + p.name());
        }
        state.steps++;
        Rates rates = new Rates(
                config.weightDecay() > 0 && decays(p) ? 1 - learningRate * config.weightDecay() : 1,
                learningRate / (1 - Math.pow(config.beta1(), state.steps)),
                Math.sqrt(1 - Math.pow(config.beta2(), state.steps)));
        List<Tensor> theta = p.value().blocks();
        List<Tensor> gradient = p.value().gradient().contiguous().blocks();
        List<Tensor> first = state.first.blocks();
        List<Tensor> second = state.second.blocks();
        for (int i = 0; i < theta.size(); i++) {
            try (Scope scope = Scope.open()) {
                update(theta.get(i), gradient.get(i), first.get(i), second.get(i), rates);
            }
        }
    }

    /**
     * What a step multiplies with.
     *
     * @param kept what weight decay leaves of θ
     * @param step η/(1−β₁ᵗ)
     * @param root √(1−β₂ᵗ)
     */
    private record Rates(double kept, double step, double root) {}

    private void update(Tensor theta, Tensor g, Tensor first, Tensor second, Rates rates) {
        if (rates.kept != 1) {
            theta.timesInPlace(rates.kept);
        }
        first.timesInPlace(config.beta1()).addInPlace(g, 1 - config.beta1());
        second.timesInPlace(config.beta2()).addProductInPlace(g, g, 1 - config.beta2());
        Tensor denominator = second.sqrt().timesInPlace(1 / rates.root).plusInPlace(config.epsilon());
        theta.addQuotientInPlace(first, denominator, -rates.step);
    }

    static boolean decays(Parameter p) {
        return !p.name().endsWith(".bias") && !NORM.matcher(p.name()).find();
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        moments.forEach((name, m) -> {
            state.put(name + ".first", m.first);
            state.put(name + ".second", m.second);
            state.put(name + ".steps", Tensor.of(new long[] {m.steps}));
        });
        return state;
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        Autograd.withoutDo(() -> {
            for (Map.Entry<String, Moments> entry : moments.entrySet()) {
                try (Scope scope = Scope.open()) {
                    Moments m = entry.getValue();
                    m.first.copyInPlace(saved.apply(entry.getKey() + ".first"));
                    m.second.copyInPlace(saved.apply(entry.getKey() + ".second"));
                    m.steps = saved.apply(entry.getKey() + ".steps").longs()[0];
                }
            }
        });
    }
}
