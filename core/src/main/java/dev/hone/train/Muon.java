package dev.hone.train;

import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Muon (Jordan et al., 2024): the momentum of each hidden matrix, made orthogonal, so that every direction of it moves
 * equally far. Embeddings, head, norms and biases are left to {@link AdamW}.
 *
 * <p>Per step: {@code m ← μm + (1−μ)g; u = (1−μ)g + μm; θ ← θ(1 − ηλ) − η · 0.2·√max(rows, columns) · orthogonal(u)}. The factor
 * gives the update the size one of AdamW has (Liu et al., 2025, "Muon is scalable", section 2.2), so rate and weight decay
 * mean the same to both.
 */
public final class Muon implements Optimizer {
    private static final int ITERATIONS = 5;

    private record Matrix(Parameter parameter, Tensor momentum) {}

    private final double momentum;
    private final double weightDecay;
    private final List<Matrix> matrices;
    private final AdamW rest;

    /**
     * @param momentum μ
     * @param others settings for what is not a hidden matrix; their weight decay is everyone's
     */
    public Muon(double momentum, AdamW.Config others, List<Parameter> parameters) {
        this.momentum = momentum;
        this.weightDecay = others.weightDecay();
        this.matrices = parameters.stream()
                .filter(Muon::isHiddenMatrix)
                .map(p ->
                        new Matrix(p, Tensor.zeros(DType.F32, p.value().shape()).keep()))
                .toList();
        this.rest = new AdamW(
                others, parameters.stream().filter(p -> !isHiddenMatrix(p)).toList());
    }

    static boolean isHiddenMatrix(Parameter p) {
        return p.value().shape().length == 2
                && !p.name().contains("embed_tokens")
                && !p.name().contains(".wte.") // EXAONE's embedding
                && !p.name().contains("lm_head");
    }

    @Override
    public void step(double learningRate) {
        // Where an operation has one thread only, matrices are updated side by side.
        Stream<Matrix> all = Engine.threads() == 1 ? matrices.parallelStream() : matrices.stream();
        all.forEach(matrix -> Autograd.withoutDo(() -> update(matrix, learningRate)));
        rest.step(learningRate);
    }

    private void update(Matrix matrix, double learningRate) {
        Tensor theta = matrix.parameter().value();
        if (!theta.hasGradient()) {
            return;
        }
        try (Scope scope = Scope.open()) {
            double mu = momentum;
            Tensor gradient = theta.gradient();
            matrix.momentum().timesInPlace(mu).addInPlace(gradient, 1 - mu);
            Tensor direction = orthogonal(matrix.momentum().times(mu).addInPlace(gradient, 1 - mu));
            double size = 0.2 * Math.sqrt(Math.max(theta.size(0), theta.size(1)));
            theta.timesInPlace(1 - learningRate * weightDecay);
            theta.addInPlace(direction, -learningRate * size);
        }
    }

    /**
     * The matrix with its singular values brought near one, by five steps of a Newton-Schulz iteration whose polynomial is
     * steep at zero (the coefficients are Jordan's): they end between about 0.7 and 1.2.
     */
    static Tensor orthogonal(Tensor matrix) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = tall ? matrix.transpose(0, 1).contiguous() : matrix;
        x = x.times(1 / Math.max(Math.sqrt(x.square().sum().scalar()), 1e-7));
        for (int i = 0; i < ITERATIONS; i++) {
            Tensor a = x.matmul(x.transpose(0, 1));
            Tensor b = a.matmul(a).timesInPlace(2.0315).addInPlace(a, -4.7750);
            x = b.matmul(x).addInPlace(x, 3.4445);
        }
        return tall ? x.transpose(0, 1) : x;
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(rest.state());
        matrices.forEach(m -> state.put(m.parameter().name() + ".momentum", m.momentum()));
        return state;
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        rest.restore(saved);
        Autograd.withoutDo(() -> {
            for (Matrix m : matrices) {
                try (Scope scope = Scope.open()) {
                    m.momentum().copyInPlace(saved.apply(m.parameter().name() + ".momentum"));
                }
            }
        });
    }
}
