package dev.hone.model.adapter;

import dev.hone.model.attention.KeyValueCache;
import dev.hone.model.attention.KeyValueCache.Extension;
import dev.hone.tensor.DType;
import dev.hone.tensor.RowProducts;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets texts with different adapters share a pass: the base's products are computed once for all rows, and the delta of its
 * text's adapter is applied to each row, with the bits it has where the adapter is alone.
 *
 * <p>In a prefill, the delta of an adapter is applied to each run of rows that have it. In a decode step, with one row for each
 * text, such products would be many and small. In 16 bits, where the engine's products of a batch have the bits of single ones, the
 * weights of all adapters stand in one table for each module, and one batch of products computes the rows of all. The tables are made
 * when a step first needs them, and again when an adapter comes that is not in them. Low-rank deltas of one scale have such tables; the
 * rows of others, and all in float32, are gathered adapter by adapter.
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
        return KeyValueCache.isStep(pass) ? step(adapters) : new Runs(runs(pass, adapters));
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
        public AdapterDeltas ofRows(int[] rows) {
            List<@Nullable Adapter> all = new ArrayList<>();
            runs.forEach(run -> all.addAll(Collections.nCopies(run.length, run.adapter)));
            return new Rows(all, rows);
        }

        @Override
        public AdapterDelta at(String module) {
            return (y, x, dropped, base) -> {
                runs.forEach(run -> run.apply(y, x, module, base));
                return y;
            };
        }
    }

    /** Rows in any order, each with its adapter. */
    private record Rows(List<@Nullable Adapter> adapters) implements AdapterDeltas {
        /**
         * @param all that of each row of a pass
         * @param rows which of these
         */
        Rows(List<@Nullable Adapter> all, int[] rows) {
            this(Arrays.stream(rows).<@Nullable Adapter>mapToObj(all::get).toList());
        }

        @Override
        public @Nullable AdapterDelta at(String module) {
            List<ByAdapter.Own> all = adapters.stream()
                    .filter(adapter -> adapter != null && adapter.at(module) != null)
                    .map(Objects::requireNonNull)
                    .distinct()
                    .map(adapter ->
                            new ByAdapter.Own(Objects.requireNonNull(adapter.at(module)), indicesOf(adapter, adapters)))
                    .toList();
            return all.isEmpty() ? null : new ByAdapter(all);
        }

        @Override
        public AdapterDeltas ofRows(int[] rows) {
            return new Rows(adapters, rows);
        }
    }

    private static Tensor indicesOf(Adapter adapter, List<@Nullable Adapter> adapters) {
        return Tensor.of(IntStream.range(0, adapters.size())
                .filter(row -> adapters.get(row) == adapter)
                .toArray());
    }

    // ---- a decode step ----------------------------------------------------------------------------------------------

    /**
     * The deltas of one module. Those of a lower rank than others are padded with zeros.
     *
     * @param adapters those that have one, in the order of the table
     * @param down A of each [adapters, rank, in]
     * @param up B of each [adapters, out, rank]
     */
    private record Table(List<Adapter> adapters, double scale, Tensor down, Tensor up) {
        void close() {
            down.close();
            up.close();
        }
    }

    /** Empty where some have no delta of this kind, or one of another scale. */
    private Optional<Table> table(String module) {
        List<Adapter> having =
                tabled.stream().filter(adapter -> adapter.at(module) != null).toList();
        List<LoraDelta> deltas = new ArrayList<>();
        for (Adapter adapter : having) {
            if (compute == DType.F32
                    || !(adapter.at(module) instanceof LoraDelta delta)
                    || !deltas.isEmpty() && delta.scale() != deltas.get(0).scale()) {
                return Optional.empty();
            }
            deltas.add(delta);
        }
        int rank = deltas.stream().mapToInt(LoraDelta::rank).max().orElseThrow();
        long[] shape = deltas.get(0).shape();
        try (Scope scope = Scope.open()) {
            Tensor down = Tensor.zeros(compute, deltas.size(), rank, shape[1]);
            Tensor up = Tensor.zeros(compute, deltas.size(), shape[0], rank);
            for (int i = 0; i < deltas.size(); i++) {
                LoraDelta delta = deltas.get(i);
                down.narrow(0, i, 1)
                        .narrow(1, 0, delta.rank())
                        .copyInPlace(delta.down().value().unsqueeze(0));
                up.narrow(0, i, 1)
                        .narrow(2, 0, delta.rank())
                        .copyInPlace(delta.up().value().unsqueeze(0));
            }
            return Optional.of(new Table(having, deltas.get(0).scale(), down.keep(), up.keep()));
        }
    }

    /**
     * The rows of a step, the same number for each adapter of a table: what is missing is filled up with the first row.
     *
     * @param each how many for each adapter
     * @param gathered the row at each place [adapters · each]
     * @param places where each row with a delta stands among these
     * @param rows which rows these are
     */
    private record Layout(int each, Tensor gathered, Tensor places, Tensor rows) {
        /**
         * @param adapters the place in the table of each row's adapter, negative where it is in none
         * @param fewest for each adapter
         */
        static Layout of(int[] adapters, int count, int fewest) {
            int[] filled = new int[count];
            for (int place : adapters) {
                if (place >= 0) {
                    filled[place]++;
                }
            }
            int each = Math.max(fewest, Arrays.stream(filled).max().orElse(0));
            int[] gathered = new int[count * each];
            int[] next = new int[count];
            List<Integer> places = new ArrayList<>();
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < adapters.length; row++) {
                if (adapters[row] >= 0) {
                    int place = adapters[row] * each + next[adapters[row]]++;
                    gathered[place] = row;
                    places.add(place);
                    rows.add(row);
                }
            }
            return new Layout(each, Tensor.of(gathered).keep(), indices(places), indices(rows));
        }

        void close() {
            gathered.close();
            places.close();
            rows.close();
        }
    }

    private static Tensor indices(List<Integer> numbers) {
        return Tensor.of(numbers.stream().mapToInt(Integer::intValue).toArray()).keep();
    }

    /** The rows of all adapters of a table in one batch of products. */
    private record Gathered(Table table, Layout layout) implements AdapterDelta {
        @Override
        public Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base) {
            Tensor narrow = stacked(x).batchMatmul(table.down.transpose(1, 2)); // [adapters, each, rank]
            Tensor sums = stacked(y).plusBatchProduct(narrow, table.up.transpose(1, 2), table.scale);
            Tensor own = sums.view(-1, y.size(1)).select(0, layout.places);
            return y.putRowsInPlace(layout.rows, own);
        }

        /** Rows as matrices [adapters, each, width]. */
        private Tensor stacked(Tensor x) {
            return x.select(0, layout.gathered).view(table.adapters.size(), layout.each, x.size(1));
        }
    }

    /** The rows of each adapter for themselves. */
    private record ByAdapter(List<Own> all) implements AdapterDelta {
        private record Own(AdapterDelta delta, Tensor rows) {
            void apply(Tensor y, Tensor x, BaseLinear base) {
                Tensor inputs = x.select(0, rows);
                y.putRowsInPlace(rows, delta.apply(y.select(0, rows), inputs, inputs, base));
            }
        }

        @Override
        public Tensor apply(Tensor y, Tensor x, Tensor dropped, BaseLinear base) {
            all.forEach(own -> own.apply(y, x, base));
            return y;
        }
    }

    /** Texts that each have one row. */
    private final class Step implements AdapterDeltas {
        private record Shape(List<Integer> adapters, int fewest) {}

        private final List<@Nullable Adapter> adapters;
        private final Map<String, Optional<AdapterDelta>> deltas = new HashMap<>();
        private final Map<Shape, Layout> layouts = new HashMap<>();
        private final Map<Adapter, Tensor> rows = new HashMap<>();

        Step(List<@Nullable Adapter> adapters) {
            this.adapters = adapters;
        }

        @Override
        public @Nullable AdapterDelta at(String module) {
            return deltas.computeIfAbsent(module, this::of).orElse(null);
        }

        @Override
        public AdapterDeltas ofRows(int[] some) {
            return new Rows(adapters, some);
        }

        private Optional<AdapterDelta> of(String module) {
            List<Adapter> having = adapters.stream()
                    .filter(adapter -> adapter != null && adapter.at(module) != null)
                    .map(Objects::requireNonNull)
                    .distinct()
                    .toList();
            if (having.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(tables.computeIfAbsent(module, MixedAdapters.this::table)
                    .map(this::gathered)
                    .orElseGet(() -> byAdapter(module, having)));
        }

        private AdapterDelta gathered(Table table) {
            List<Integer> places =
                    adapters.stream().map(table.adapters::indexOf).toList();
            int fewest = Math.toIntExact(Math.max(fewestRows(table.down), fewestRows(table.up)));
            Layout layout = layouts.computeIfAbsent(
                    new Shape(places, fewest),
                    shape -> Layout.of(
                            places.stream().mapToInt(Integer::intValue).toArray(), table.adapters.size(), fewest));
            return new Gathered(table, layout);
        }

        private long fewestRows(Tensor table) {
            return RowProducts.fewestRows(compute, table.size(2), table.size(1));
        }

        private AdapterDelta byAdapter(String module, List<Adapter> having) {
            return new ByAdapter(having.stream()
                    .map(adapter -> new ByAdapter.Own(
                            Objects.requireNonNull(adapter.at(module)), rows.computeIfAbsent(adapter, this::rowsOf)))
                    .toList());
        }

        private Tensor rowsOf(Adapter adapter) {
            return indicesOf(adapter, adapters).keep();
        }

        void close() {
            layouts.values().forEach(Layout::close);
            rows.values().forEach(Tensor::close);
        }
    }
}
