package dev.hone.model.weight;

import dev.hone.TwinBenchmark;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.tensor.Workers;
import dev.hone.testkit.Drawn;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Products with few rows, as writing texts asks for them, on all threads: with a packed matrix, against a plain one of the type the
 * format computes in. Both shapes are Qwen2.5-0.5B's: the head's matrix is read from memory each time, a layer's may still be in
 * cache, which it is not where all layers take turns.
 */
public class WeightFormatBenchmark extends TwinBenchmark {
    private static final int INPUTS = 896;

    @Param
    public WeightFormat format;

    @Param({"1", "4", "16"})
    public int rows;

    @Param({"4864", "151936"})
    public int outputs;

    private Tensor x;
    private Tensor weight;
    private Weight packed;

    /** The names of the formats whose products this processor has. */
    public static String[] there() {
        return Arrays.stream(WeightFormat.values())
                .filter(WeightFormat::isAvailable)
                .map(Enum::name)
                .toArray(String[]::new);
    }

    @Override
    protected void draw() {
        if (!format.isAvailable()) {
            throw new IllegalStateException("this processor has no products with " + format);
        }
        x = Drawn.gaussian("x", rows, INPUTS).to(format.compute());
        weight = Drawn.tall("weight", format.compute(), outputs, INPUTS);
        packed = format.of(weight, Workers.of(Engine.threads()));
    }

    @Benchmark
    public void packed() {
        try (Scope scope = Scope.open()) {
            packed.product(x, null);
        }
    }

    @Benchmark
    public void plain() {
        try (Scope scope = Scope.open()) {
            x.linear(weight);
        }
    }
}
