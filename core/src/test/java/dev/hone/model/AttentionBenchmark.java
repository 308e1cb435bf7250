package dev.hone.model;

import dev.hone.TwinBenchmark;
import dev.hone.data.batch.Segment;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.tensor.Engine;
import dev.hone.tensor.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Attention there and back on one thread, as a worker has it, with the heads of Qwen2.5-0.5B: in blocks and by hand, against the
 * graph of one product a segment. Masks are made once, as for all layers of a pass.
 */
public class AttentionBenchmark extends TwinBenchmark {
    private static final int HEADS = 14;
    private static final int KEY_HEADS = 2;
    private static final int WIDTH = 64;

    /** Rows x their length. */
    @Param({"1x128", "1x1024", "8x64"})
    public String layout;

    private AttentionInputs inputs;
    private SegmentAttention blocked;
    private SegmentAttention plain;

    @Override
    protected void draw() {
        Engine.useThreads(1);
        String[] sides = layout.split("x");
        int rows = Integer.parseInt(sides[0]);
        int length = Integer.parseInt(sides[1]);
        List<Segment> segments = IntStream.range(0, rows)
                .mapToObj(row -> new Segment(row * length, length, Segment.NONE, row))
                .toList();
        inputs = AttentionInputs.drawn(rows * length, HEADS, KEY_HEADS, WIDTH, Engine.fastestCompute());
        blocked = new SegmentAttention(segments);
        plain = SegmentAttention.plain(segments);
    }

    @Benchmark
    public void blocked() {
        try (Scope scope = Scope.open()) {
            inputs.byHand(blocked);
        }
    }

    @Benchmark
    public void plain() {
        try (Scope scope = Scope.open()) {
            inputs.byGraph(plain);
        }
    }
}
