package dev.hone.model;

import dev.hone.TwinBenchmark;
import dev.hone.data.batch.Segment;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The gated half of a layer there and back on one thread, as a worker has it, in Qwen2.5-0.5B's shape under an adapter of rank 16:
 * with its own way back, against the graph of its formula. The adapter's gradients add up, as over the batches of a step.
 */
public class FeedForwardBenchmark extends TwinBenchmark {
    private static final LayerHalf.Size SIZE = new LayerHalf.Size(896, 16, 0.05);
    private static final LayerHalf.Case ADAPTED = new LayerHalf.Case(false, false, List.of("gate", "up", "down"), true);

    @Param("448")
    public int tokens;

    @Param("4864")
    public int inside;

    private Block byHand;
    private Block byGraph;
    private Tensor x;
    private Tensor gradient;

    @Override
    protected void draw() {
        Engine.useThreads(1);
        LayerHalf half = new LayerHalf(
                SIZE,
                weights -> FeedForwardTest.layer(weights, inside),
                ADAPTED,
                Engine.fastestCompute(),
                LayerHalf.batch(new Segment(0, tokens, Segment.NONE, 0)),
                null);
        byHand = half.stage();
        byGraph = Block.of(half::formula);
        x = half.input();
        gradient = half.gradient();
    }

    @Benchmark
    public void byHand() {
        thereAndBack(byHand);
    }

    @Benchmark
    public void plain() {
        thereAndBack(byGraph);
    }

    private void thereAndBack(Block stage) {
        try (Scope scope = Scope.open()) {
            stage.keep(x).backward(gradient);
        }
    }
}
