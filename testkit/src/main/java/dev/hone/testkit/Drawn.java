package dev.hone.testkit;

import dev.hone.random.Draw;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Numbers that look random and are the same in every run: each name has its own. */
public final class Drawn {
    private static final long SEED = 2;
    private static final int ROWS = 1000;

    private Drawn() {}

    /** Standard normal values in float32. */
    public static Tensor gaussian(String name, long... shape) {
        Draw draw = Draw.of(SEED, name);
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draw.gaussian(i);
        }
        return Tensor.of(values, shape);
    }

    /** A matrix of such values, quickly made however tall it is: its rows come again after the first {@value #ROWS}. */
    public static Tensor tall(String name, DType type, int rows, int width) {
        int drawn = Math.min(rows, ROWS);
        int[] places = IntStream.range(0, rows).map(row -> row % drawn).toArray();
        return gaussian(name, drawn, width).to(type).select(0, Tensor.of(places));
    }

    /** Tokens, uniform over a vocabulary. */
    public static int[] tokens(String name, int count, int vocabulary) {
        int[] tokens = new int[count];
        Arrays.setAll(tokens, i -> (int) Draw.of(SEED, name).below(i, vocabulary));
        return tokens;
    }
}
