package dev.hone.recipes.plan;

import dev.hone.model.Recomputation;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A change of a run's file that would make it fit.
 *
 * @param change as it is written in the file
 * @param bytes what the run would then need
 */
public record Remedy(String change, long bytes) {
    private static final List<Integer> LENGTHS = List.of(2048, 1024, 512, 256, 128, 64);

    /** What a run needs, of which changes make less. */
    private record Need(MemoryModel memory, StepDemand demand) {
        long bytes() {
            return memory.peak(demand).bytes();
        }
    }

    private record Change(String words, UnaryOperator<Need> effect) {}

    /**
     * Every single change after which a run fits, of several of a kind the mildest; where there is none, the strongest of all
     * kinds together if that fits; else nothing.
     *
     * @param rowsPerBatch as the file says; 0: auto
     */
    public static List<Remedy> find(MemoryModel memory, StepDemand demand, int rowsPerBatch, MachineMemory machine) {
        Need given = new Need(memory, demand);
        List<List<Change>> kinds = Stream.of(
                        workers(memory),
                        recompute(memory),
                        rows(rowsPerBatch),
                        lengths(demand, rowsPerBatch),
                        adapter(memory),
                        compute(memory))
                .filter(kind -> !kind.isEmpty())
                .toList();
        List<Remedy> found = new ArrayList<>();
        for (List<Change> kind : kinds) {
            kind.stream()
                    .map(change -> new Remedy(
                            change.words(), change.effect().apply(given).bytes()))
                    .filter(remedy -> remedy.bytes() <= machine.available())
                    .findFirst()
                    .ifPresent(found::add);
        }
        if (!found.isEmpty()) {
            return List.copyOf(found);
        }
        Need least = given;
        List<String> words = new ArrayList<>();
        for (List<Change> kind : kinds) {
            Change strongest = kind.get(kind.size() - 1);
            least = strongest.effect().apply(least);
            words.add(strongest.words());
        }
        return least.bytes() <= machine.available() && !words.isEmpty()
                ? List.of(new Remedy(String.join(", ", words), least.bytes()))
                : List.of();
    }

    private static List<Change> workers(MemoryModel memory) {
        return memory.workers() == 1
                ? List.of()
                : List.of(new Change(
                        "training.workers: 1", need -> new Need(need.memory().withWorkers(1), need.demand())));
    }

    private static List<Change> recompute(MemoryModel memory) {
        return memory.recomputation() == Recomputation.LAYERS
                ? List.of()
                : List.of(new Change(
                        "training.recompute: layers",
                        need -> new Need(need.memory().recomputing(), need.demand())));
    }

    private static List<Change> rows(int given) {
        List<Change> changes = new ArrayList<>();
        for (int rows = given / 2; rows > 0; rows /= 2) {
            int fewer = rows;
            changes.add(new Change(
                    "training.rows-per-batch: " + rows,
                    need -> new Need(need.memory(), need.demand().split(fewer, given))));
        }
        return changes;
    }

    private static List<Change> lengths(StepDemand demand, int rowsPerBatch) {
        long longest = demand.largest().tokens() / Math.max(1, rowsPerBatch);
        return LENGTHS.stream()
                .filter(length -> length < longest)
                .map(length -> new Change(
                        "data.max-tokens: " + length + " (with data.on-overflow)",
                        need -> new Need(need.memory(), need.demand().withShorterRows(length / (double) longest))))
                .toList();
    }

    private static List<Change> adapter(MemoryModel memory) {
        return memory.adapter() != null
                ? List.of()
                : List.of(new Change(
                        "adapter: {rank: 16}",
                        need -> new Need(need.memory().withAdapter(AdapterConfig.standard()), need.demand())));
    }

    private static List<Change> compute(MemoryModel memory) {
        return memory.compute() == DType.BF16
                ? List.of()
                : List.of(new Change(
                        "training.compute: bf16",
                        need -> new Need(need.memory().withCompute(DType.BF16), need.demand())));
    }
}
