package dev.hone.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Tensor;
import dev.hone.train.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the cost of a step grows: tokens a second of gradients under an adapter, one quantity varied at a time. Rows are random tokens,
 * half of them trained; the model has {@value #LAYERS} layers unless layers are varied.
 */
record GrowthWork(String name, String about) implements Workload {
    private static final int LAYERS = 4;
    private static final int LENGTH = 256;
    private static final int ROWS = 8;
    private static final int RANK = 16;

    /** One measurement: rows of a length, one micro-batch for each worker. */
    private record Point(int length, int rows, int rank, int layers, int workers) {
        static Point usual() {
            return new Point(LENGTH, ROWS, RANK, LAYERS, Runtime.getRuntime().availableProcessors());
        }

        Point length(int length) { // the usual number of tokens in all, or one row
            return new Point(length, Math.max(1, LENGTH * ROWS / length), rank, layers, workers);
        }

        Point rows(int count) {
            return new Point(length, count, rank, layers, workers);
        }

        Point rank(int value) {
            return new Point(length, rows, value, layers, workers);
        }

        Point layers(int count) {
            return new Point(length, rows, rank, count, workers);
        }

        Point workers(int count) {
            return new Point(length, rows, rank, layers, count);
        }
    }

    @Override
    public ObjectNode measure(Inputs inputs, long started) throws IOException {
        Path folder = inputs.folder();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ObjectNode lengths = result.putObject("tokens_s_by_length");
        for (int length : new int[] {128, 256, 512, 1024, 2048, 4096, 8192}) {
            lengths.put(Integer.toString(length), rate(folder, Point.usual().length(length)));
        }
        ObjectNode rows = result.putObject("tokens_s_by_rows");
        for (int count : new int[] {1, 2, 4, 8, 16}) {
            rows.put(Integer.toString(count), rate(folder, Point.usual().rows(count)));
        }
        ObjectNode ranks = result.putObject("tokens_s_by_rank");
        for (int rank : new int[] {1, 4, 16, 64, 256}) {
            ranks.put(Integer.toString(rank), rate(folder, Point.usual().rank(rank)));
        }
        ObjectNode layers = result.putObject("tokens_s_by_layers");
        for (int count : new int[] {1, 2, 4, 8}) {
            layers.put(Integer.toString(count), rate(folder, Point.usual().layers(count)));
        }
        ObjectNode workers = result.putObject("tokens_s_by_workers");
        for (int count = 1; count <= Point.usual().workers(); count *= 2) {
            workers.put(Integer.toString(count), rate(folder, Point.usual().workers(count)));
        }
        return result;
    }

    private static double rate(Path folder, Point point) throws IOException {
        DType compute = Engine.fastestCompute();
        ModelConfig shape = BenchShape.withLayers(point.layers(), folder);
        LanguageModel model = new LanguageModel(
                shape, (spec, type) -> Tensor.full(type, 0.01, spec.shape()), WeightPlacement.frozen(compute));
        AdapterConfig adapter =
                new AdapterConfig(point.rank(), 2 * point.rank(), 0, List.of(AdapterConfig.ALL_LINEAR), false);
        Policy policy = Policy.adapter(model, Adapter.fresh(shape, adapter, 1)).parallel(point.workers());
        Engine.useThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / point.workers()));
        List<Batch> batches = batches(point, shape.vocabulary());
        long tokens = batches.stream().mapToLong(Batch::tokenCount).sum();
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 2; i++) { // the first warms up
            long from = System.nanoTime();
            policy.accumulate(batches, new NextToken(), Draw.of(1, "growth"));
            best = Math.min(best, (System.nanoTime() - from) / 1e9);
        }
        model.parameters().forEach(p -> p.value().close());
        return Math.rint(10 * tokens / best) / 10;
    }

    private static List<Batch> batches(Point point, int vocabulary) {
        List<Batch> batches = new ArrayList<>();
        int count = Math.min(point.workers(), point.rows());
        for (int b = 0; b < count; b++) {
            List<Example> rows = new ArrayList<>();
            for (int row = b; row < point.rows(); row += count) {
                rows.add(row(row, point.length(), vocabulary));
            }
            batches.add(Batch.of(rows));
        }
        return batches;
    }

    private static Example row(int number, int length, int vocabulary) {
        int[] tokens = new int[length];
        float[] weights = new float[length];
        Draw draw = Draw.of(number, "growth");
        Arrays.setAll(tokens, i -> (int) draw.below(i, vocabulary));
        Arrays.fill(weights, length / 2, length, 1);
        return new Example(number, tokens, weights);
    }
}
