package dev.hone.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;

/**
 * The machine's ceilings, measured in the process of the workload that is compared with them.
 *
 * @param f32 float32 products, GFLOP/s: [1024, 896] by [896, 4864], as the layers of a small model have them
 * @param bf16 the same in bf16
 * @param copy bytes read and written by a copy of 256 MB, GB/s
 */
record Roofline(double f32, double bf16, double copy) {
    private static final int ROWS = 1024;
    private static final int INNER = 896;
    private static final int COLUMNS = 4864;
    private static final int COPIED = 64 << 20;
    private static final int REPETITIONS = 7;

    /** The best of {@value #REPETITIONS} repetitions each, with the current number of threads. */
    static Roofline measure() {
        return new Roofline(products(DType.F32), products(DType.BF16), copies());
    }

    private static double products(DType type) {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.full(type, 0.5, ROWS, INNER);
            Tensor weight = Tensor.full(type, 0.5, COLUMNS, INNER);
            return 2.0 * ROWS * INNER * COLUMNS / best(() -> x.linear(weight)) / 1e9;
        }
    }

    private static double copies() {
        try (Scope scope = Scope.open()) {
            Tensor from = Tensor.ones(DType.F32, COPIED);
            Tensor to = Tensor.zeros(DType.F32, COPIED);
            return 2.0 * COPIED * DType.F32.bytes() / best(() -> to.copyInPlace(from)) / 1e9;
        }
    }

    private static double best(Runnable operation) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPETITIONS; i++) {
            long started = System.nanoTime();
            try (Scope scope = Scope.open()) {
                Autograd.withoutDo(operation);
            }
            best = Math.min(best, (System.nanoTime() - started) / 1e9);
        }
        return best;
    }

    /** Matrix products in a type, GFLOP/s. */
    double of(DType type) {
        return type == DType.BF16 ? bf16 : f32;
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("f32_gflops", Math.rint(f32))
                .put("bf16_gflops", Math.rint(bf16))
                .put("copy_gb_s", Math.rint(10 * copy) / 10);
    }
}
