package dev.hone.tensor;

import dev.hone.testkit.Drawn;
import dev.hone.testkit.TwinBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Products with few rows, as writing texts asks for them, in bf16 on all threads: with a packed matrix, against a plain one. Both
 * shapes are Qwen2.5-0.5B's: the head's matrix is read from memory each time, a layer's may still be in cache, which it is not where
 * all layers take turns.
 */
public class PackedBenchmark extends TwinBenchmark {
    private static final int INPUTS = 896;

    @Param({"1", "4", "16"})
    public int rows;

    @Param({"4864", "151936"})
    public int outputs;

    private Tensor x;
    private Tensor weight;
    private Tensor packed;

    @Override
    protected void draw() {
        if (Engine.fastestCompute() != DType.BF16) {
            throw new IllegalStateException("this processor has no bf16 products");
        }
        x = Drawn.gaussian("x", rows, INPUTS).to(DType.BF16);
        weight = Drawn.tall("weight", DType.BF16, outputs, INPUTS);
        packed = weight.packed();
    }

    @Benchmark
    public void packed() {
        try (Scope scope = Scope.open()) {
            x.linear(packed);
        }
    }

    @Benchmark
    public void plain() {
        try (Scope scope = Scope.open()) {
            x.linear(weight);
        }
    }
}
