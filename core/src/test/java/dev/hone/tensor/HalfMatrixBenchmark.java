package dev.hone.tensor;

import dev.hone.testkit.Drawn;
import dev.hone.testkit.TwinBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The products of {@link PackedBenchmark} in float32, as processors without bf16 products take them: with a weight in half precision,
 * against a plain one.
 */
public class HalfMatrixBenchmark extends TwinBenchmark {
    private static final int INPUTS = 896;

    @Param({"1", "4", "16"})
    public int rows;

    @Param({"4864", "151936"})
    public int outputs;

    private Tensor x;
    private Tensor weight;
    private HalfMatrix half;

    @Override
    protected void draw() {
        if (!Engine.hasHalfProducts()) {
            throw new IllegalStateException("this processor has no products with half precision");
        }
        x = Drawn.gaussian("x", rows, INPUTS);
        weight = Drawn.tall("weight", DType.F32, outputs, INPUTS);
        half = HalfMatrix.of(weight, Workers.of(Engine.threads()));
    }

    @Benchmark
    public void half() {
        try (Scope scope = Scope.open()) {
            half.product(x);
        }
    }

    @Benchmark
    public void plain() {
        try (Scope scope = Scope.open()) {
            x.linear(weight);
        }
    }
}
