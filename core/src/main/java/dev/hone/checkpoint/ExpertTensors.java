package dev.hone.checkpoint;

import dev.hone.model.adapter.ExpertModule;
import dev.hone.model.layer.ExpertStacking;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank deltas of experts as PEFT 0.21 stores them, those of all experts of a layer together. Of a parameter A is [rank · experts, in],
 * expert after expert, and B is [out, rank · experts], in whose columns the expert runs fastest. The delta of {@code gate_up_proj} stands
 * under {@code experts.base_layer} where {@code down_proj} has one too, and else each under {@code experts}: shapes say which it is.
 *
 * <p>Gate and up have one A there, and deltas of their own here. Written, theirs stand below each other, each with zeros in the other's
 * rows of B, which is one delta of twice the rank; read, such a delta is taken apart again, and of any other both get the same A.
 */
final class ExpertTensors {
    private static final Pattern KEY =
            Pattern.compile("(.*\\.experts)(\\.base_layer)?\\.lora_([AB])(?:\\.default)?(?:\\.weight)?");
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    private ExpertTensors() {}

    /** A part of one expert's delta: the tensor in the file that it is cut out of, and how. */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    record Slice(String key, long[] shape, UnaryOperator<Tensor> cut) {}

    /**
     * The parts of all experts' deltas, by the name that each has here, such as {@code model.layers.0.mlp.experts.3.up_proj.lora_A.weight}.
     *
     * @param shapes [out, in] of the base's maps
     */
    static Map<String, Slice> of(
            Safetensors file, String prefix, ExpertStacking stacking, Function<String, long @Nullable []> shapes) {
        Map<String, Slice> slices = new LinkedHashMap<>();
        for (String key : file.names()) {
            Matcher matcher = KEY.matcher(key);
            if (matcher.matches() && matcher.group(3).equals("A")) {
                String other = key.replace(".lora_A", ".lora_B");
                if (file.names().contains(other)) {
                    String name = matcher.group(1);
                    String experts = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
                    slices.putAll(new Read(file, key, other, experts, stacking, shapes).slices());
                }
            }
        }
        return slices;
    }

    /** One parameter's delta in a file. */
    private record Read(
            Safetensors file,
            String a,
            String b,
            String experts,
            ExpertStacking stacking,
            Function<String, long @Nullable []> shapes) {
        Map<String, Slice> slices() {
            int count = 0;
            while (shapes.apply(experts + "." + count + ".down_proj") != null) {
                count++;
            }
            long[] down = shapes.apply(experts + ".0.down_proj");
            long[] shapeOfA = file.shape(a);
            long[] shapeOfB = file.shape(b);
            Map<String, Slice> slices = new LinkedHashMap<>();
            if (down == null
                    || shapeOfA.length != 2
                    || shapeOfB.length != 2
                    || shapeOfA[0] != shapeOfB[1]
                    || shapeOfA[0] % count != 0) {
                return slices; // strangers, which the reader names
            }
            long rank = shapeOfA[0] / count;
            if (shapeOfA[1] == down[1] && shapeOfB[0] == down[0]) {
                put(slices, count, "down_proj", new Cut(0, rank, 0, down[0], rank));
            } else if (shapeOfA[1] == down[0] && shapeOfB[0] == 2 * down[1]) {
                boolean isOfTwo = isOfTwo(count, rank);
                long own = isOfTwo ? rank / 2 : rank;
                put(slices, count, "gate_proj", new Cut(0, own, 0, down[1], rank));
                put(slices, count, "up_proj", new Cut(isOfTwo ? own : 0, own, down[1], down[1], rank));
            }
            return slices;
        }

        private void put(Map<String, Slice> slices, int count, String map, Cut cut) {
            for (int e = 0; e < count; e++) {
                long expert = e;
                String module = experts + "." + e + "." + map;
                slices.put(
                        module + A,
                        new Slice(
                                a,
                                new long[] {cut.own, file.shape(a)[1]},
                                whole -> whole.narrow(0, expert * cut.rank + cut.first, cut.own)
                                        .contiguous()));
                slices.put(
                        module + B,
                        new Slice(
                                b,
                                new long[] {cut.rows, cut.own},
                                whole -> byRank(inOrder(whole, cut), cut.rank)
                                        .narrow(2, expert, 1)
                                        .narrow(1, cut.first, cut.own)
                                        .narrow(0, cut.row, cut.rows)
                                        .reshape(cut.rows, cut.own)));
            }
        }

        /** Whether the first half of the rank serves the gate alone, and the second the other map. */
        private boolean isOfTwo(int count, long rank) {
            if (rank % 2 != 0) {
                return false;
            }
            return Autograd.without(() -> {
                try (Scope scope = Scope.open()) {
                    Tensor whole = byRank(inOrder(file.tensor(b, DType.F32), 2), rank);
                    long rows = whole.size(0) / 2;
                    Tensor ofGate = whole.narrow(0, 0, rows).narrow(1, rank / 2, rank / 2);
                    Tensor ofUp = whole.narrow(0, rows, rows).narrow(1, 0, rank / 2);
                    return ofGate.abs().max().scalar() == 0 && ofUp.abs().max().scalar() == 0;
                }
            });
        }

        private Tensor inOrder(Tensor whole, Cut cut) {
            return inOrder(whole, whole.size(0) / cut.rows);
        }

        /** Rows of B with those of the gate first, where they alternate. */
        private Tensor inOrder(Tensor whole, long maps) {
            boolean alternate = maps == 2 && stacking == ExpertStacking.ALTERNATING_COLUMNS;
            return alternate
                    ? whole.view(whole.size(0) / 2, 2, whole.size(1))
                            .transpose(0, 1)
                            .reshape(whole.size(0), whole.size(1))
                    : whole;
        }

        /** [out, rank · experts] → [out, rank, experts]. */
        private static Tensor byRank(Tensor b, long rank) {
            return b.view(b.size(0), rank, b.size(1) / rank);
        }
    }

    /** Which part of the rank a map has, {@code own} from {@code first} on, and which rows of B. */
    private record Cut(long first, long own, long row, long rows, long rank) {}

    /** The weights of one delta. */
    private record Delta(Parameter a, Parameter b) {
        long rank() {
            return a.value().size(0);
        }
    }

    /**
     * The items of an adapter's file, those of experts' maps as PEFT has them.
     *
     * @param parameters of the adapter
     */
    static List<SafetensorsWriter.Item> items(List<Parameter> parameters, String prefix, ExpertStacking stacking) {
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        Map<String, Parameter> byName = new LinkedHashMap<>();
        parameters.forEach(p -> byName.put(p.name(), p));
        Map<String, Map<Integer, Map<ExpertModule.Map, Delta>>> layers = new LinkedHashMap<>();
        for (Parameter p : parameters) {
            boolean isA = p.name().endsWith(A);
            String module = p.name().replaceFirst("\\.lora_[AB]\\.weight$", "");
            ExpertModule expert = ExpertModule.named(module).orElse(null);
            Parameter other = byName.get(module + B);
            if (expert == null || other == null) {
                items.add(new SafetensorsWriter.Item(
                        prefix + p.name(), DType.F32, p.value().shape(), p::value));
            } else if (isA) {
                layers.computeIfAbsent(expert.experts(), name -> new TreeMap<>())
                        .computeIfAbsent(expert.number(), number -> new TreeMap<>())
                        .put(expert.map(), new Delta(p, other));
            }
        }
        layers.forEach((name, experts) -> {
            List<Delta> down = of(experts, ExpertModule.Map.DOWN);
            List<Delta> gate = of(experts, ExpertModule.Map.GATE);
            if (!gate.isEmpty()) {
                String place = prefix + name + (down.isEmpty() ? "" : ".base_layer");
                add(items, place, List.of(gate, of(experts, ExpertModule.Map.UP)), stacking);
            }
            if (!down.isEmpty()) {
                add(items, prefix + name, List.of(down), stacking);
            }
        });
        return items;
    }

    private static List<Delta> of(Map<Integer, Map<ExpertModule.Map, Delta>> experts, ExpertModule.Map map) {
        return experts.values().stream()
                .filter(own -> own.containsKey(map))
                .map(own -> own.get(map))
                .toList();
    }

    /**
     * Adds the two tensors of one parameter.
     *
     * @param maps the deltas of its maps, expert by expert
     */
    private static void add(
            List<SafetensorsWriter.Item> items, String name, List<List<Delta>> maps, ExpertStacking stacking) {
        int experts = maps.get(0).size();
        long rank = maps.stream().mapToLong(map -> map.get(0).rank()).sum();
        long out = maps.stream().mapToLong(map -> map.get(0).b.value().size(0)).sum();
        long in = maps.get(0).get(0).a.value().size(1);
        items.add(new SafetensorsWriter.Item(
                name + A,
                DType.F32,
                new long[] {rank * experts, in},
                () -> Autograd.without(() -> {
                    List<Tensor> parts = new ArrayList<>();
                    for (int e = 0; e < experts; e++) {
                        for (List<Delta> map : maps) {
                            parts.add(map.get(e).a.value());
                        }
                    }
                    return Tensor.concatenate(0, parts);
                })));
        items.add(new SafetensorsWriter.Item(
                name + B,
                DType.F32,
                new long[] {out, rank * experts},
                () -> Autograd.without(() -> {
                    Tensor whole = Tensor.zeros(DType.F32, out, rank, experts);
                    long row = 0;
                    long first = 0;
                    for (List<Delta> map : maps) {
                        Tensor any = map.get(0).b.value();
                        for (int e = 0; e < experts; e++) {
                            whole.narrow(2, e, 1)
                                    .narrow(1, first, any.size(1))
                                    .narrow(0, row, any.size(0))
                                    .copyInPlace(map.get(e).b.value().unsqueeze(2));
                        }
                        row += any.size(0);
                        first += any.size(1);
                    }
                    boolean alternate = maps.size() == 2 && stacking == ExpertStacking.ALTERNATING_COLUMNS;
                    Tensor rows =
                            alternate ? whole.view(2, out / 2, rank * experts).transpose(0, 1) : whole;
                    return rows.reshape(out, rank * experts);
                })));
    }
}
