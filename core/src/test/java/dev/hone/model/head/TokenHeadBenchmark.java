package dev.hone.model.head;

import dev.hone.TwinBenchmark;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.testkit.Drawn;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The cross entropy of targets and its gradient with respect to hidden states on one thread, as a worker has it, with the frozen head
 * of Qwen2.5-0.5B: in blocks of the vocabulary, against the graph of a log-softmax over all of it in float32.
 */
public class TokenHeadBenchmark extends TwinBenchmark {
    private static final int HIDDEN = 896;

    @Param("151936")
    public int vocabulary;

    @Param("200")
    public int targets;

    private Tensor hidden;
    private Tensor weight;
    private int[] tokens;
    private Tensor ids;
    private ScoreGradients scoreGradients;

    @Override
    protected void draw() {
        Engine.useThreads(1);
        DType compute = Engine.fastestCompute();
        hidden = Drawn.gaussian("hidden", targets, HIDDEN).times(0.1).to(compute); // logits deviate by 0.1 · √896 = 3
        weight = Drawn.tall("weight", compute, vocabulary, HIDDEN);
        tokens = Drawn.tokens("tokens", targets, vocabulary);
        ids = Tensor.of(tokens, targets, 1);
        scoreGradients =
                ScoreGradients.constant(Map.of(Statistic.LOG_PROBABILITY, Tensor.full(DType.F32, -1, targets)));
    }

    @Benchmark
    public void blocked() {
        try (Scope scope = Scope.open()) {
            TokenHead head = new TokenHead(new Parameter("lm_head.weight", weight));
            head.scoreAndDifferentiate(hidden, tokens, RequestedStatistics.PLAIN, scoreGradients);
        }
    }

    @Benchmark
    public void plain() {
        try (Scope scope = Scope.open()) {
            Tensor leaf = hidden.detach().trainable();
            Tensor p = leaf.linear(weight).to(DType.F32).logSoftmax(1).gather(1, ids);
            p.sum().negate().backward();
        }
    }
}
