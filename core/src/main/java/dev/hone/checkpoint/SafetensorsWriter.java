package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.AtomicFiles;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes safetensors files as the reference writer does: wider types first, then by name, the header padded to eight
 * bytes.
 *
 * <p>A file appears under its name only when it is complete and on disk.
 */
public final class SafetensorsWriter {
    /** Types in the order the reference writer ranks them, lowest first. */
    private static final List<DType> RANKS =
            List.of(DType.BOOL, DType.U8, DType.F16, DType.BF16, DType.I32, DType.F32, DType.F64, DType.I64);

    /** A buffer holds less than 2 GiB, a tensor may have more. */
    static final int CHUNK_BYTES = 1 << 30;

    private SafetensorsWriter() {}

    /** A tensor to be written: its header entry beforehand, and its values when their turn comes. */
    @SuppressWarnings("ArrayRecordComponent") // a shape; equality is never asked
    public record Item(String name, DType type, long[] shape, Supplier<Tensor> values) {
        public static Item of(String name, Tensor values) {
            return new Item(name, values.dtype(), values.shape(), () -> values);
        }

        public long bytes() {
            long count = type.bytes();
            for (long extent : shape) {
                count *= extent;
            }
            return count;
        }
    }

    /** Writes the items with the given metadata; {@code format: pt} is what loaders expect. */
    public static void write(Path file, List<Item> items, Map<String, String> metadata) throws IOException {
        write(file, items, metadata, CHUNK_BYTES);
    }

    static void write(Path file, List<Item> items, Map<String, String> metadata, int chunkBytes) throws IOException {
        List<Item> ordered = new ArrayList<>(items);
        ordered.sort(
                Comparator.comparingInt((Item i) -> -RANKS.indexOf(i.type())).thenComparing(Item::name));
        if (ordered.stream().map(Item::name).distinct().count() != ordered.size()) {
            throw new IllegalArgumentException(file + ": two tensors have the same name");
        }
        byte[] header = header(ordered, metadata);
        AtomicFiles.write(file, channel -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            AtomicFiles.put(channel, length.putLong(header.length).flip());
            AtomicFiles.put(channel, ByteBuffer.wrap(header));
            for (Item item : ordered) {
                put(channel, item, chunkBytes);
            }
        });
    }

    private static void put(FileChannel channel, Item item, int chunkBytes) throws IOException {
        try (Scope scope = Scope.open()) {
            Tensor values = item.values().get().detach().to(item.type()).contiguous();
            if (!Arrays.equals(values.shape(), item.shape())) {
                throw new IllegalStateException("tensor " + item.name() + " was announced with shape "
                        + Arrays.toString(item.shape()) + " and came with " + Arrays.toString(values.shape()));
            }
            Tensor flat = values.view(-1);
            long step = chunkBytes / item.type().bytes();
            for (long at = 0; at < flat.count(); at += step) {
                AtomicFiles.put(
                        channel,
                        flat.narrow(0, at, Math.min(step, flat.count() - at)).bytes());
            }
        }
    }

    private static byte[] header(List<Item> items, Map<String, String> metadata) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode strings = root.putObject("__metadata__");
            metadata.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(e -> strings.put(e.getKey(), e.getValue()));
        }
        long at = 0;
        for (Item item : items) {
            ObjectNode entry = root.putObject(item.name());
            entry.put("dtype", item.type().name());
            var shape = entry.putArray("shape");
            for (long extent : item.shape()) {
                shape.add(extent);
            }
            entry.putArray("data_offsets").add(at).add(at + item.bytes());
            at += item.bytes();
        }
        String text = json.writeValueAsString(root);
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat((8 - length % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }
}
