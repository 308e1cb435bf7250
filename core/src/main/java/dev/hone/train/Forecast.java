package dev.hone.train;

import dev.hone.data.batch.Batch;
import dev.hone.error.StoppedException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.head.RequestedStatistics;
import dev.hone.model.head.Statistic;
import dev.hone.model.head.TeacherDivergence;
import dev.hone.model.head.TokenHead;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a policy has moved from the model it started as: the mean of KL(base‖policy), over the whole vocabulary, at the targets of
 * some batches. On completions that the base wrote, it foretells what is forgotten (Shenfeld et al., 2025, "RL's razor",
 * arXiv:2509.04259).
 *
 * <p>It is made before the policy is trained, and before a saved state is restored: of the base it keeps the last hidden states at the
 * targets, and the head that makes distributions of them, so that a measurement is one pass of the policy. A frozen base's head is
 * shared; where all weights are trained it is copied, which is exact and takes less than the log-probabilities of
 * a few hundred positions.
 */
public final class Forecast implements Validation {
    /** What it is called in metrics. */
    public static final String NAME = "forecast/kl";

    private final Policy policy;
    private final List<Batch> batches;
    private final List<RequestedStatistics> fromBase = new ArrayList<>();

    /**
     * @param batches texts whose targets are compared; at least one target in each
     */
    public Forecast(Policy policy, List<Batch> batches) {
        this.policy = policy;
        this.batches = List.copyOf(batches);
        LanguageModel model = policy.model();
        TokenHead head = policy.adapter() == null ? model.head().copy(model.compute()) : model.head();
        for (Batch batch : this.batches) {
            fromBase.add(new RequestedStatistics(
                    Set.of(Statistic.DIVERGENCE),
                    new TeacherDivergence(head, hidden(model, policy.adapter(), batch), 0, 1)));
        }
    }

    private static float[] hidden(LanguageModel model, @Nullable Adapter adapter, Batch batch) {
        return Autograd.without(() -> {
            try (Scope scope = Scope.open()) {
                return model.hidden(batch, adapter)
                        .select(0, Tensor.of(batch.targets().position()))
                        .to(DType.F32)
                        .floats();
            }
        });
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Direction direction() {
        return Direction.LOWER_IS_BETTER;
    }

    /** In nats a token. */
    @Override
    public ValidationResult measure(BooleanSupplier stop) {
        double sum = 0;
        long targets = 0;
        for (int i = 0; i < batches.size(); i++) {
            if (stop.getAsBoolean()) {
                throw new StoppedException();
            }
            try (Scope scope = Scope.open()) {
                float[] each = policy.model()
                        .score(batches.get(i), policy.adapter(), fromBase.get(i))
                        .get(Statistic.DIVERGENCE)
                        .floats();
                for (float one : each) {
                    sum += one;
                }
                targets += each.length;
            }
        }
        return new ValidationResult(NAME, sum / targets, Map.of());
    }
}
