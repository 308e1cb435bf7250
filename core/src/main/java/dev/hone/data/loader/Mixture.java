package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.data.dataset.Dataset;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The order of rows from several sources, mixed by trained tokens in the ratio of the sources' weights.
 *
 * <p>Each source is read round after round. In an epoch, the one that lasts longest at its weight is read exactly once; every
 * other is read as often as its weight asks, and continues in the next epoch where it stopped. Rows are trained in the order
 * in which evenly flowing sources would bring them (virtual time, as in fair queueing: Demers, Keshav and Shenker, 1989),
 * so within an epoch no source is ever more than half a row away from what an even flow would have brought. An epoch is a function of the seed and its
 * number alone. For use by one thread.
 */
final class Mixture {
    /** Rows of an epoch beyond which a source is read so often that the weights are hardly meant. */
    private static final double MOST_ROWS = 1e8;

    private final List<Flow> flows = new ArrayList<>();

    /** A source and how many rounds of it an epoch takes. */
    private record Flow(CyclicSampler rounds, double perEpoch) {}

    /**
     * @param weights one for each source; sources without rows are left out
     * @param shuffle false: each round of a source in file order
     */
    Mixture(Dataset examples, List<Double> weights, boolean shuffle, long seed) {
        List<@Nullable CyclicSampler> sources = new ArrayList<>();
        double slowest = Double.POSITIVE_INFINITY;
        for (int source = 0; source < weights.size(); source++) {
            int wanted = source;
            int[] rows = IntStream.range(0, examples.count())
                    .filter(row -> examples.source(row) == wanted)
                    .toArray();
            Draw draw = shuffle ? Draw.of(seed, "mixture").at(source) : null;
            CyclicSampler rounds = rows.length == 0 ? null : new CyclicSampler(examples, rows, draw);
            sources.add(rounds);
            if (rounds != null) {
                slowest = Math.min(slowest, weights.get(source) / rounds.tokens());
            }
        }
        require(slowest < Double.POSITIVE_INFINITY, "none of %d weighted sources has rows", weights.size());
        double rows = 0;
        for (int source = 0; source < sources.size(); source++) {
            CyclicSampler rounds = sources.get(source);
            if (rounds != null) {
                double perEpoch = weights.get(source) / rounds.tokens() / slowest; // exactly 1 for the slowest
                flows.add(new Flow(rounds, perEpoch));
                rows += perEpoch * rounds.rows();
            }
        }
        if (rows > MOST_ROWS) {
            throw new DataException(String.format(
                    Locale.ROOT,
                    "until every source is read once at its weight (%s), %.0f rows go by where at most %.0f are possible;"
                            + " bring the weights closer to the sizes of the sources",
                    weights,
                    rows,
                    MOST_ROWS));
        }
    }

    /** The rows of an epoch, in the order they are trained. */
    int[] epoch(long epoch) {
        List<CyclicSampler.Stretch> stretches = new ArrayList<>();
        for (Flow flow : flows) {
            stretches.add(flow.rounds().between(epoch * flow.perEpoch(), (epoch + 1) * flow.perEpoch()));
        }
        int[] next = new int[flows.size()];
        int[] merged = new int[stretches.stream().mapToInt(s -> s.rows().length).sum()];
        for (int i = 0; i < merged.length; i++) {
            int soonest = -1;
            double soonestTime = Double.POSITIVE_INFINITY;
            for (int f = 0; f < next.length; f++) {
                if (next[f] < stretches.get(f).rows().length) {
                    double time =
                            stretches.get(f).places()[next[f]] / flows.get(f).perEpoch();
                    if (time < soonestTime) {
                        soonest = f;
                        soonestTime = time;
                    }
                }
            }
            merged[i] = stretches.get(soonest).rows()[next[soonest]++];
        }
        return merged;
    }
}
