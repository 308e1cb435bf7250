package dev.hone.checkpoint;

import dev.hone.model.adapter.ExpertModule;
import dev.hone.model.layer.ExpertStacking;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The matrices and biases of experts that a checkpoint holds together, as {@link ExpertStacking} says: read, each expert's is a weight of
 * its own; written, they stand together again.
 *
 * <p>Names: {@code E.gate_up_proj}, {@code E.down_proj} and, where there are biases, the same with {@code _bias}, for weights {@code
 * E.<number>.gate_proj.weight} and so on.
 */
final class ExpertStacks {
    private static final String GATE_UP = ".experts.gate_up_proj";
    private static final String DOWN = ".experts.down_proj";
    private static final String BIAS = "_bias";

    private ExpertStacks() {}

    /** The weights of a checkpoint, each expert's by itself. */
    static Map<String, StoredWeight> split(Map<String, StoredWeight> places, ExpertStacking stacking) {
        if (stacking == ExpertStacking.NONE) {
            return places;
        }
        Map<String, StoredWeight> split = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            boolean isBias = name.endsWith(BIAS);
            String whole = isBias ? name.substring(0, name.length() - BIAS.length()) : name;
            int rank = isBias ? 2 : 3;
            if (whole.endsWith(GATE_UP) && place.shape().length == rank) {
                add(split, whole, place, stacking, isBias, ExpertModule.Map.GATE);
                add(split, whole, place, stacking, isBias, ExpertModule.Map.UP);
            } else if (whole.endsWith(DOWN) && place.shape().length == rank) {
                add(split, whole, place, stacking, isBias, ExpertModule.Map.DOWN);
            } else {
                split.put(name, place);
            }
        });
        return split;
    }

    private static void add(
            Map<String, StoredWeight> split,
            String whole,
            StoredWeight place,
            ExpertStacking stacking,
            boolean isBias,
            ExpertModule.Map map) {
        String experts = whole.substring(0, whole.lastIndexOf('.'));
        for (int e = 0; e < place.shape()[0]; e++) {
            String name = new ExpertModule(experts, e, map).module() + (isBias ? ".bias" : ".weight");
            split.put(name, new Part(place, e, map, stacking));
        }
    }

    /** One expert's matrix [out, in] or bias [out] of a stack. */
    private record Part(StoredWeight whole, int expert, ExpertModule.Map map, ExpertStacking stacking)
            implements StoredWeight {
        @Override
        public Path file() {
            return whole.file();
        }

        @Override
        public String key() {
            return whole.key();
        }

        private boolean isTransposed() {
            return stacking == ExpertStacking.ALTERNATING_COLUMNS;
        }

        @Override
        public long[] shape() {
            long[] all = whole.shape();
            long share = map == ExpertModule.Map.DOWN ? 1 : 2;
            if (all.length == 2) {
                return new long[] {all[1] / share};
            }
            return isTransposed() ? new long[] {all[2] / share, all[1]} : new long[] {all[1] / share, all[2]};
        }

        @Override
        public DType type() {
            return whole.type();
        }

        @Override
        public Tensor tensor(DType wanted) {
            return Autograd.without(() -> Scope.returning(() -> own().to(wanted).contiguous()));
        }

        /** Rows of the expert's outputs. */
        private Tensor own() {
            Tensor rows = rows();
            if (map == ExpertModule.Map.DOWN) {
                return rows.reshape(shape());
            }
            long width = rows.size(0) / 2;
            int second = map == ExpertModule.Map.UP ? 1 : 0;
            return isTransposed()
                    ? rows.reshape(width, 2, -1).narrow(1, second, 1).reshape(shape())
                    : rows.narrow(0, second * width, width).reshape(shape());
        }

        /** All outputs of the expert's stack [out, in], or [out, 1] of a bias. */
        private Tensor rows() {
            long[] all = whole.shape();
            if (all.length == 2) {
                return whole.part(expert * all[1], all[1]).view(all[1], 1);
            }
            if (whole instanceof Mxfp4Weight packed) {
                return packed.matrix(expert, packed.type());
            }
            Tensor matrix =
                    whole.part(expert * all[1] * all[2], all[1] * all[2]).view(all[1], all[2]);
            return isTransposed() ? matrix.transpose(0, 1) : matrix;
        }

        @Override
        public Tensor part(long from, long count) {
            return Scope.returning(
                    () -> tensor(type()).view(-1).narrow(0, from, count).copy());
        }
    }

    /** The items of a checkpoint, those of experts together. */
    static List<SafetensorsWriter.Item> joined(List<SafetensorsWriter.Item> items, ExpertStacking stacking) {
        if (stacking == ExpertStacking.NONE) {
            return items;
        }
        List<SafetensorsWriter.Item> joined = new ArrayList<>();
        Map<String, Map<Integer, Map<ExpertModule.Map, SafetensorsWriter.Item>>> stacks = new LinkedHashMap<>();
        for (SafetensorsWriter.Item item : items) {
            int dot = item.name().lastIndexOf('.');
            ExpertModule expert =
                    ExpertModule.named(item.name().substring(0, dot)).orElse(null);
            if (expert == null) {
                joined.add(item);
            } else {
                String name = expert.parameter() + (item.name().endsWith(".bias") ? BIAS : "");
                stacks.computeIfAbsent(name, n -> new TreeMap<>())
                        .computeIfAbsent(expert.number(), n -> new TreeMap<>())
                        .put(expert.map(), item);
            }
        }
        stacks.forEach((name, experts) -> joined.add(stack(name, experts, stacking)));
        return joined;
    }

    private static SafetensorsWriter.Item stack(
            String name, Map<Integer, Map<ExpertModule.Map, SafetensorsWriter.Item>> experts, ExpertStacking stacking) {
        boolean isTransposed = stacking == ExpertStacking.ALTERNATING_COLUMNS;
        List<List<SafetensorsWriter.Item>> all =
                experts.values().stream().map(own -> List.copyOf(own.values())).toList();
        SafetensorsWriter.Item first = all.get(0).get(0);
        long[] own = first.shape();
        long out = own[0] * all.get(0).size();
        boolean isBias = own.length == 1;
        long[] shape = isBias
                ? new long[] {all.size(), out}
                : isTransposed ? new long[] {all.size(), own[1], out} : new long[] {all.size(), out, own[1]};
        return new SafetensorsWriter.Item(
                name,
                first.type(),
                shape,
                () -> Autograd.without(() -> Scope.returning(() -> {
                    Tensor whole = Tensor.uninitialised(first.type(), shape);
                    for (int e = 0; e < all.size(); e++) {
                        List<Tensor> parts = all.get(e).stream()
                                .map(item -> item.values().get())
                                .map(part -> isBias ? part.view(-1, 1) : part)
                                .toList();
                        Tensor rows = Tensor.concatenate(0, parts); // [out, in]
                        if (isTransposed && parts.size() == 2) {
                            rows = rows.view(2, own[0], -1).transpose(0, 1).reshape(out, -1);
                        }
                        Tensor place = whole.narrow(0, e, 1);
                        long[] inside = Arrays.copyOfRange(shape, 1, shape.length);
                        place.view(inside)
                                .copyInPlace((isTransposed && !isBias ? rows.transpose(0, 1) : rows).reshape(inside));
                    }
                    return whole;
                })));
    }
}
