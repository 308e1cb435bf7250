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
 * The MLP block of a layer forward and backward on one thread, as a worker has it, in Qwen2.5-0.5B's shape under an adapter of rank 16:
 * with its backward by hand, against the graph of its formula. The adapter's gradients add up, as over the batches of a step.
 */
public class FeedForwardBenchmark extends TwinBenchmark {
    private static final BlockFixture.Size SIZE = new BlockFixture.Size(896, 16, 0.05);
    private static final BlockFixture.Case ADAPTED =
            new BlockFixture.Case(false, false, List.of("gate", "up", "down"), true);

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
        BlockFixture fixture = new BlockFixture(
                SIZE,
                weights -> FeedForwardTest.layer(weights, inside),
                ADAPTED,
                Engine.fastestCompute(),
                BlockFixture.batch(new Segment(0, tokens, Segment.NONE, 0)),
                null);
        byHand = fixture.block();
        byGraph = Block.of(fixture::formula);
        x = fixture.input();
        gradient = fixture.gradient();
    }

    @Benchmark
    public void byHand() {
        forwardAndBackward(byHand);
    }

    @Benchmark
    public void plain() {
        forwardAndBackward(byGraph);
    }

    private void forwardAndBackward(Block block) {
        try (Scope scope = Scope.open()) {
            block.forward(x).backward(gradient);
        }
    }
}
