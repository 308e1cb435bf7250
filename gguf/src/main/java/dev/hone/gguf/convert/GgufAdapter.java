package dev.hone.gguf.convert;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.GgufWriter;
import dev.hone.gguf.Metadata;
import dev.hone.gguf.block.GgmlType;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a low-rank adapter as a GGUF file that llama.cpp puts on a GGUF of the base: {@code NAME.lora_a} [rank, in] and {@code NAME.lora_b} [out, rank],
 * and one alpha. llama.cpp scales by alpha over the rank of each module; what a module's own scale differs by is multiplied into
 * its B.
 */
public final class GgufAdapter {
    private GgufAdapter() {}

    /**
     * Writes a file.
     *
     * @param type of the matrices: F32, F16 or BF16
     * @throws CheckpointException where the adapter is more than a low-rank sum
     */
    public static void write(Path file, AdapterOnBase adapted, GgmlType type) throws IOException {
        ModelConfig config = adapted.base().config();
        Family family = Family.of(config);
        Adapter adapter = adapted.adapter();
        double alpha = adapter.config().scale() * adapter.config().rank();
        Metadata metadata = new Metadata()
                .put("general.architecture", family.architecture())
                .put("general.type", "adapter")
                .put(
                        "general.name",
                        String.valueOf(
                                adapted.folder().toAbsolutePath().normalize().getFileName()))
                .put("general.file_type", type == GgmlType.F32 ? 0 : type == GgmlType.F16 ? 1 : 32)
                .put("adapter.type", "lora")
                .put("adapter.lora.alpha", (float) alpha);
        List<GgufWriter.Item> items = new ArrayList<>();
        for (String module : adapter.modules()) {
            ModuleDelta delta = adapter.at(module);
            if (!(delta instanceof LoraDelta lora)) {
                throw new CheckpointException(
                        adapted.folder() + ": " + adapter.config().type()
                                + " changes a weight by more than a low-rank sum, and llama.cpp adapters are that; export it"
                                + " merged (--to gguf)");
            }
            String name = family.nameOf(module + ".weight");
            double factor = lora.scale() / (alpha / lora.rank());
            int heads = family.reorderedHeads(module + ".weight", config);
            items.add(item(name + ".lora_a", lora.down().value(), type));
            items.add(item(
                    name + ".lora_b",
                    GgufModel.reordered(lora.up().value().detach().to(DType.F32).times(factor), heads),
                    type));
        }
        GgufWriter.write(file, metadata, items);
    }

    private static GgufWriter.Item item(String name, Tensor values, GgmlType type) {
        return new GgufWriter.Item(name, type, values.shape(), GgufModel.body(values::detach));
    }
}
