package dev.hone.rollout.batch;

import static dev.hone.error.Require.require;

import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.data.loader.BatchSource;
import dev.hone.data.loader.EpochLoader.BatchShape;
import dev.hone.data.loader.MicroBatches;
import dev.hone.data.loader.StepBatches;
import dev.hone.data.loader.StepRow;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.rollout.batch.Credit.CreditedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Batches of what the policy itself has just sampled, in front of the same trainer as any other data: the trainer does not know.
 *
 * <p>A <em>cycle</em> samples the prompts of some steps with the weights as they are, has the completions judged, writes them to a file,
 * and then gives them to the objective: each step's groups once in every pass. Its rollouts depend on the weights, the seed and the
 * cycle's number alone, and so do the prompts that take the place of those which teach nothing (see {@link Resampling}). A run that is resumed between two cycles samples what it would have sampled; one that is resumed within a cycle,
 * whose weights have moved on, reads the cycle's file. For use by one thread.
 */
public final class Rollouts implements BatchSource {
    /**
     * How long a policy learns from what it sampled.
     *
     * @param steps whose prompts are sampled together, each of which is an update
     * @param passes how often each of them is learned from
     */
    public record CycleShape(int steps, int passes) {
        public CycleShape {
            require(steps > 0, "steps (%d) must be positive", steps);
            require(passes > 0, "passes (%d) must be positive", passes);
        }

        int updates() {
            return Math.multiplyExact(steps, passes);
        }
    }

    /**
     * Rollouts that were made.
     *
     * @param groups in the order of the prompts
     * @param measures what it took, by the names in {@code metrics.jsonl}
     */
    public record Sampled(List<RolloutGroup> groups, Map<String, Double> measures) {
        public Sampled {
            groups = List.copyOf(groups);
        }
    }

    /** What makes rollouts of prompts with the policy as it is. */
    public interface RolloutSource {
        /**
         * Samples and judges.
         *
         * @param seed of this cycle
         * @param version updates that the policy has been given
         */
        Sampled sample(List<PromptDataset.Prompt> prompts, long seed, long version);
    }

    private final long steps;
    private final PromptOrder prompts;
    private final RolloutSource source;
    private final Resampling resampling;
    private final Credit credit;
    private final CycleShape shape;
    private final BatchShape batches;
    private final int vocabulary;
    private final LongFunction<Path> files;
    private @Nullable Cycle current;

    /** The rollouts of a cycle, step by step. */
    private record Cycle(long number, List<List<RolloutGroup>> steps, Map<String, Double> measures) {}

    /**
     * @param steps updates in all
     * @param resampling of prompts whose completions all have one reward
     * @param files where the rollouts of the cycle stand that begins with an update, from 1
     */
    public Rollouts(
            long steps,
            PromptOrder prompts,
            RolloutSource source,
            Resampling resampling,
            Credit credit,
            CycleShape shape,
            BatchShape batches,
            int vocabulary,
            LongFunction<Path> files) {
        this.steps = steps;
        this.prompts = prompts;
        this.source = source;
        this.resampling = resampling;
        this.credit = credit;
        this.shape = shape;
        this.batches = batches;
        this.vocabulary = vocabulary;
        this.files = files;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public StepBatches next(long step) {
        long number = step / shape.updates();
        Cycle cycle = current;
        if (cycle == null || cycle.number() != number) {
            cycle = cycle(number, step);
            current = cycle;
        }
        int within = Math.toIntExact(step % shape.updates());
        List<RolloutGroup> groups = cycle.steps().get(within % cycle.steps().size());
        boolean isNew = within < cycle.steps().size();
        Map<String, Double> measures = new LinkedHashMap<>(within == 0 ? cycle.measures() : Map.of());
        CreditedRows learned = credit.of(groups);
        if (isNew) { // later passes say nothing new
            measures.putAll(RolloutMeasures.of(groups, learned));
        }
        return batches(learned, batches, measures);
    }

    private Cycle cycle(long number, long step) {
        long first = number * shape.updates();
        List<List<PromptDataset.Prompt>> asked = new ArrayList<>();
        long needed = Math.min(shape.steps(), steps - first); // the last cycle may be short
        for (long s = 0; s < needed; s++) {
            asked.add(prompts.prompts(number * shape.steps() + s));
        }
        Path file = files.apply(first + 1);
        Sampled sampled;
        if (step > first) {
            sampled = new Sampled(
                    RolloutFile.read(JsonlFile.open(file), vocabulary, ReadingListener.of(read -> {}, () -> false)),
                    Map.of());
        } else {
            sampled =
                    resampling.of(source, asked.stream().flatMap(List::stream).toList(), batches.seed(), number, first);
            RolloutFile.write(file, sampled.groups());
        }
        List<List<RolloutGroup>> steps = new ArrayList<>();
        int at = 0;
        for (List<PromptDataset.Prompt> ofStep : asked) {
            steps.add(sampled.groups().subList(at, at + ofStep.size()));
            at += ofStep.size();
        }
        return new Cycle(number, steps, sampled.measures());
    }

    /** What is learned from rollouts as the batches of a step. */
    static StepBatches batches(CreditedRows learned, BatchShape shape, Map<String, Double> measures) {
        Dataset rows = learned.dataset();
        List<Batch> made = learned.units().isEmpty() ? List.of() : MicroBatches.of(rows, units(learned, shape), shape);
        return new StepBatches(
                made,
                () -> learned.units().stream()
                        .flatMapToInt(Arrays::stream)
                        .mapToObj(row -> new StepRow(rows.place(row), rows.batch(List.of(row))))
                        .filter(row -> row.batch().targets().count() > 0)
                        .toList(),
                measures);
    }

    /** Groups, which share their prompt, as far as they fit into a micro-batch. */
    private static List<int[]> units(CreditedRows learned, BatchShape shape) {
        List<int[]> units = new ArrayList<>();
        for (int[] unit : learned.units()) {
            int from = 0;
            int tokens = 0;
            for (int i = 0; i < unit.length; i++) {
                int length = learned.dataset().length(unit[i]);
                boolean full = shape.rowsPerBatch() > 0 || tokens + length > shape.tokensPerBatch();
                if (i > from && full) {
                    units.add(Arrays.copyOfRange(unit, from, i));
                    from = i;
                    tokens = 0;
                }
                tokens += length;
            }
            units.add(Arrays.copyOfRange(unit, from, unit.length));
        }
        return units;
    }
}
