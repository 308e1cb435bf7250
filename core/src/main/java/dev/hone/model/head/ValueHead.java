package dev.hone.model.head;

import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A token head with a critic beside it on the same hidden states: the value of the state before a target is {@code V = w · h} with
 * the hidden state h that predicts it. The gradients of both meet in the hidden state, so one pass through the layers serves policy
 * and critic.
 *
 * <p>Values are in float32 whatever the compute type; w begins at zero. Then every value is 0 and what a policy learns at first are
 * rewards alone, and no gradient of a critic that knows nothing reaches the layers: the first is −error·w. The gradient of w itself,
 * error·h, is not zero. Token statistics are those of the token head to the bit.
 */
public final class ValueHead implements Head {
    /** The name of w in saved states. */
    public static final String WEIGHT = "value.weight";

    private final TokenHead tokens;
    private final Parameter weight;

    /**
     * @param weight w [1, hidden]
     */
    public ValueHead(TokenHead tokens, Parameter weight) {
        this.tokens = tokens;
        this.weight = weight;
    }

    /** A new w for a model, zero, trained. */
    public static Parameter fresh(ModelConfig model) {
        return new Parameter(
                WEIGHT, Tensor.zeros(DType.F32, 1, model.hidden()).keep().trainable());
    }

    @Override
    public RequestedStatistics usual() {
        return tokens.usual();
    }

    @Override
    public Map<Statistic, Tensor> score(Tensor hidden, int[] tokenIds, RequestedStatistics question) {
        RequestedStatistics ofTokens = ofTokens(question);
        Map<Statistic, Tensor> scores = new EnumMap<>(Statistic.class);
        if (!ofTokens.statistics().isEmpty()) {
            scores.putAll(tokens.score(hidden, tokenIds, ofTokens));
        }
        if (question.statistics().contains(Statistic.VALUE)) {
            scores.put(Statistic.VALUE, values(hidden));
        }
        return scores;
    }

    private static RequestedStatistics ofTokens(RequestedStatistics question) {
        Set<Statistic> rest = EnumSet.noneOf(Statistic.class);
        rest.addAll(question.statistics());
        rest.remove(Statistic.VALUE);
        return new RequestedStatistics(rest, question.comparison());
    }

    /** V [targets]. */
    private Tensor values(Tensor hidden) {
        return Autograd.without(
                () -> hidden.to(DType.F32).linear(weight.in(DType.F32)).view(-1));
    }

    @Override
    public HeadOutput scoreAndDifferentiate(
            Tensor hidden, int[] tokenIds, RequestedStatistics question, ScoreGradients scoreGradients) {
        if (!question.statistics().contains(Statistic.VALUE)) {
            return tokens.scoreAndDifferentiate(hidden, tokenIds, question, scoreGradients);
        }
        Joint joint = new Joint(scoreGradients, values(hidden), Scope.keeper());
        HeadOutput ofTokens = tokens.scoreAndDifferentiate(hidden, tokenIds, ofTokens(question), joint);
        Map<Statistic, Tensor> scores = new EnumMap<>(ofTokens.scores());
        scores.put(Statistic.VALUE, joint.values);
        return new HeadOutput(scores, withCritic(ofTokens.hiddenGradient(), hidden, joint.ofValues));
    }

    private Tensor withCritic(Tensor hiddenGradient, Tensor hidden, @Nullable Tensor ofValues) {
        if (ofValues == null) {
            return hiddenGradient;
        }
        return Autograd.without(() -> {
            Tensor column = ofValues.reshape(hidden.size(0), 1);
            if (weight.isTrained()) {
                weight.value().addGradient(column.transpose(0, 1).matmul(hidden.to(DType.F32)));
            }
            return column.matmul(weight.in(DType.F32))
                    .addInPlace(hiddenGradient.to(DType.F32))
                    .to(hidden.dtype());
        });
    }

    /** The objective's derivatives as the token head sees them, which asks once, for all targets; those of the values stay here. */
    private static final class Joint implements ScoreGradients {
        private final ScoreGradients whole;
        private final Tensor values;
        private final UnaryOperator<Tensor> keeper;
        private @Nullable Tensor ofValues;

        Joint(ScoreGradients whole, Tensor values, UnaryOperator<Tensor> keeper) {
            this.whole = whole;
            this.values = values;
            this.keeper = keeper;
        }

        @Override
        public Map<Statistic, Tensor> at(Map<Statistic, Tensor> scores) {
            Map<Statistic, Tensor> all = new EnumMap<>(scores);
            all.put(Statistic.VALUE, values);
            Map<Statistic, Tensor> gradients = new EnumMap<>(Statistic.class);
            gradients.putAll(whole.at(all));
            Tensor own = gradients.remove(Statistic.VALUE);
            ofValues = own == null ? null : keeper.apply(own.copy()); // a gradient is its leaf's, which goes
            return gradients;
        }

        @Override
        public boolean areConstant() {
            return whole.areConstant();
        }

        @Override
        public boolean areLocal() {
            return whole.areConstant(); // it is asked once, for all targets
        }
    }
}
