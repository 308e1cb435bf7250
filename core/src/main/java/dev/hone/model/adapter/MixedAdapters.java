package dev.hone.model.adapter;

import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets texts with different adapters share a pass: the base's products are computed once for all rows, and the delta of its
 * text's adapter is applied to each row.
 *
 * <p>In a prefill, the delta of an adapter is applied to each run of rows that have it. In a decode step, with one row for each
 * text, such products would be many and small, so the weights of all adapters stand in one table for each module, and a row sums
 * those of its own (the gathered products of Punica: Chen et al., 2023). No weight is read for a row it does not belong to. The
 * tables are made when a step first needs them, and again when an adapter comes that is not in them. Low-rank deltas alone have
 * such tables; a step with others is computed in runs.
 *
 * <p>The adapters' weights must not change until it is closed. Owns native memory until then, and may be used again. Belongs to
 * one thread.
 */
public final class MixedAdapters implements AutoCloseable {
    private final DType compute;
    private final Map<String, Optional<Table>> tables = new HashMap<>();
    private List<Adapter> tabled = List.of();
    private @Nullable Step latest;

    /**
     * @param compute the type passes compute in
     */
    public MixedAdapters(DType compute) {
        this.compute = compute;
    }

    /**
     * The deltas of a pass; the adapter itself where all have the same. Valid until the next call.
     *
     * @param adapters that of each extension; null: none
     */
    public @Nullable AdapterDeltas over(List<Extension> pass, List<@Nullable Adapter> adapters) {
        if (adapters.stream().allMatch(adapter -> adapter == adapters.get(0))) {
            return adapters.get(0);
        }
        return KeyValueCache.isStep(pass) && adapters.stream().allMatch(MixedAdapters::isLowRank)
                ? step(adapters)
                : new Runs(runs(pass, adapters));
    }

    private static boolean isLowRank(@Nullable Adapter adapter) {
        return adapter == null
                || adapter.modules().stream().allMatch(module -> adapter.at(module) instanceof LoraDelta);
    }

    private Step step(List<@Nullable Adapter> adapters) {
        if (latest != null && latest.adapters.equals(adapters)) {
            return latest;
        }
        List<Adapter> distinct =
                adapters.stream().filter(Objects::nonNull).distinct().toList();
        if (tabled.containsAll(distinct)) {
            forgetLatest();
        } else {
            close();
            tabled = distinct;
        }
        latest = new Step(new ArrayList<>(adapters));
        return latest;
    }

    private void forgetLatest() {
        if (latest != null) {
            latest.close();
            latest = null;
        }
    }

    @Override
    public void close() {
        forgetLatest();
        tables.values().forEach(table -> table.ifPresent(Table::close));
        tables.clear();
        tabled = List.of();
    }

    // ---- in runs ----------------------------------------------------------------------------------------------------

    /** Rows that follow each other and have the same adapter. */
    private record Run(int start, int length, @Nullable Adapter adapter) {
        void apply(Tensor y, Tensor x, String module, BaseLinear base) {
            AdapterDelta delta = adapter == null ? null : adapter.at(module);
            if (delta != null) {
                Tensor rows = y.narrow(0, start, length);
                Tensor inputs = x.narrow(0, start, length);
                Tensor adapted = delta.apply(rows, inputs, inputs, base);
                if (adapted != rows) {
                    rows.copyInPlace(adapted);
                }
            }
        }
    }

    private static List<Run> runs(List<Extension> pass, List<@Nullable Adapter> adapters) {
        List<Run> runs = new ArrayList<>();
        int start = 0;
        int length = 0;
        for (int i = 0; i < pass.size(); i++) {
            length += pass.get(i).tokens().length;
            if (i + 1 == pass.size() || adapters.get(i + 1) != adapters.get(i)) {
                runs.add(new Run(start, length, adapters.get(i)));
                start += length;
                length = 0;
            }
        }
        return runs;
    }

    private record Runs(List<Run> runs) implements AdapterDeltas {
        @Override
        public AdapterDelta at(String module) {
            return (y, x, dropped, base) -> {
                runs.forEach(run -> run.apply(y, x, module, base));
                return y;
            };
        }
    }

    // ---- a decode step
    // -----------------------------------------------------------------------------------------------------

    /**
     * The deltas of one module. Those of a lower rank than others are padded with zeros.
     *
     * @param adapters those that have one, in the order of the table
     * @param down Aᵀ of one below that of the other [adapters · in, rank]
     * @param up {@code scale · Bᵀ}, in the same way [adapters · rank, out]
     */
    private record Table(List<Adapter> adapters, int inputs, int rank, Tensor down, Tensor up) {
        void close() {
            down.close();
            up.close();
        }
    }

    private Optional<Table> table(String module) {
        List<Adapter> having = new ArrayList<>();
        List<LoraDelta> deltas = new ArrayList<>();
        for (Adapter adapter : tabled) {
            if (adapter.at(module) instanceof LoraDelta delta) {
                having.add(adapter);
                deltas.add(delta);
            }
        }
        if (deltas.isEmpty()) {
            return Optional.empty();
        }
        int inputs = Math.toIntExact(deltas.get(0).down().value().size(1));
        int rank = deltas.stream().mapToInt(LoraDelta::rank).max().orElseThrow();
        long outputs = deltas.get(0).up().value().size(0);
        try (Scope scope = Scope.open()) {
            Tensor down = Tensor.zeros(compute, (long) deltas.size() * inputs, rank);
            Tensor up = Tensor.zeros(compute, (long) deltas.size() * rank, outputs);
            for (int i = 0; i < deltas.size(); i++) {
                LoraDelta delta = deltas.get(i);
                down.narrow(0, (long) i * inputs, inputs)
                        .narrow(1, 0, delta.rank())
                        .copyInPlace(delta.down().value().transpose(0, 1));
                up.narrow(0, (long) i * rank, delta.rank())
                        .copyInPlace(delta.up().value().transpose(0, 1))
                        .timesInPlace(delta.scale());
            }
            return Optional.of(new Table(having, inputs, rank, down.keep(), up.keep()));
        }
    }

    /**
     * What rows sum: each of them a block of a table.
     *
     * @param ids the rows of the table [rows · width]
     * @param starts where the ids of each row start [rows]
     */
    private record Blocks(Tensor ids, Tensor starts) {
        static Blocks of(List<Integer> places, int width) {
            int[] ids = new int[places.size() * width];
            int[] starts = new int[places.size()];
            for (int row = 0; row < starts.length; row++) {
                starts[row] = row * width;
                for (int i = 0; i < width; i++) {
                    ids[starts[row] + i] = places.get(row) * width + i;
                }
            }
            return new Blocks(Tensor.of(ids).keep(), Tensor.of(starts).keep());
        }

        Tensor sums(Tensor table, Tensor weights) {
            return table.weightedSums(ids, starts, weights.reshape(-1));
        }

        void close() {
            ids.close();
            starts.close();
        }
    }

    /**
     * One row for each text.
     *
     * @param rows those that have a delta; null: all
     */
    private record Gathered(Table table, @Nullable Tensor rows, Blocks down, Blocks up) implements AdapterDelta {
        @Override
        public Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base) {
            Tensor narrow = down.sums(table.down, rows == null ? x : x.select(0, rows)); // [rows, rank]
            Tensor wide = up.sums(table.up, narrow); // [rows, out]
            return rows == null ? y.addInPlace(wide) : y.addRowsInPlace(rows, wide);
        }
    }

    /** Texts that each have one row. The ids of a row's weights are made once for modules of the same shape. */
    private final class Step implements AdapterDeltas {
        private record Shape(List<Integer> places, int width) {}

        private final List<@Nullable Adapter> adapters;
        private final Map<String, Optional<AdapterDelta>> deltas = new HashMap<>();
        private final Map<Shape, Blocks> blocks = new HashMap<>();
        private final Map<List<Integer>, Tensor> rows = new HashMap<>();

        Step(List<@Nullable Adapter> adapters) {
            this.adapters = adapters;
        }

        @Override
        public @Nullable AdapterDelta at(String module) {
            return deltas.computeIfAbsent(
                            module,
                            m -> tables.computeIfAbsent(m, MixedAdapters.this::table)
                                    .flatMap(this::gathered))
                    .orElse(null);
        }

        private Optional<AdapterDelta> gathered(Table table) {
            List<Integer> having = IntStream.range(0, adapters.size())
                    .filter(row -> table.adapters.contains(adapters.get(row)))
                    .boxed()
                    .toList();
            if (having.isEmpty()) {
                return Optional.empty();
            }
            List<Integer> places = having.stream()
                    .map(row -> table.adapters.indexOf(adapters.get(row)))
                    .toList();
            Tensor some = having.size() == adapters.size() ? null : rows.computeIfAbsent(having, Step::ids);
            return Optional.of(new Gathered(table, some, blocks(places, table.inputs), blocks(places, table.rank)));
        }

        private static Tensor ids(List<Integer> having) {
            return Tensor.of(having.stream().mapToInt(Integer::intValue).toArray())
                    .keep();
        }

        private Blocks blocks(List<Integer> places, int width) {
            return blocks.computeIfAbsent(new Shape(places, width), shape -> Blocks.of(places, width));
        }

        void close() {
            blocks.values().forEach(Blocks::close);
            rows.values().forEach(Tensor::close);
        }
    }
}
