package dev.hone;

import dev.hone.tensor.Scope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fast path beside its plain twin, for JMH to measure: both are given the same numbers, and compute in the type that is fastest
 * here. {@code docs/benchmarks.md} says how they are run.
 *
 * <p>The numbers live as long as the measurement. What a measured method makes it frees itself, in a scope of its own, as a step of
 * training does: giving memory back is part of what a path costs.
 */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public abstract class TwinBenchmark {
    private Scope scope;

    /** Makes what both paths are given, once, in the scope that ends with the measurement. */
    protected abstract void draw();

    @Setup
    public final void open() {
        scope = Scope.open();
        draw();
    }

    @TearDown
    public final void close() {
        scope.close();
    }
}
