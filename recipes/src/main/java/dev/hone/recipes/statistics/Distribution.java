package dev.hone.recipes.statistics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How numbers are distributed, one a row. Immutable. */
public final class Distribution {
    /** The percentiles that are shown. */
    public static final int[] SHOWN = {0, 5, 25, 50, 75, 95, 99, 100};

    private static final int BINS = 10;

    private final int[] sorted;

    Distribution(int[] sorted) {
        this.sorted = sorted;
    }

    /** How many numbers of a range there are; both ends belong to it. */
    public record Bin(int from, int to, int count) {}

    public int count() {
        return sorted.length;
    }

    /** All of them together. */
    public long total() {
        return Arrays.stream(sorted).asLongStream().sum();
    }

    /** The least number that a share of all is not above: the nearest rank; 0 where there are none. */
    public int percentile(double percent) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
    }

    /** Ranges of one width, a round number, up to where all but one in a hundred are; the last one holds the rest. */
    public List<Bin> bins() {
        if (sorted.length == 0) {
            return List.of();
        }
        int width = width(percentile(99));
        List<Bin> bins = new ArrayList<>();
        int at = 0;
        for (int b = 0; at < sorted.length; b++) {
            int from = b * width;
            boolean last = b == BINS - 1 && sorted[sorted.length - 1] >= from + width;
            int to = last ? sorted[sorted.length - 1] : from + width - 1;
            int begin = at;
            while (at < sorted.length && sorted[at] <= to) {
                at++;
            }
            bins.add(new Bin(from, to, at - begin));
        }
        return bins;
    }

    /** A round number of which ten reach over a length. */
    private static int width(int length) {
        for (int unit = 1; unit < 1_000_000_000; unit *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                if ((long) step * unit * BINS > length) {
                    return step * unit;
                }
            }
        }
        return Integer.MAX_VALUE / BINS;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("total", total());
        for (int percent : SHOWN) {
            json.put(percent == 0 ? "min" : percent == 100 ? "max" : "p" + percent, percentile(percent));
        }
        return json;
    }
}
