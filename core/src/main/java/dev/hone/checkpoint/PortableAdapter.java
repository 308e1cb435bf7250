package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.AdapterConfig;
import dev.hone.model.adapter.LoraDelta;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An adapter written so that every server of adapters reads it (vLLM reads least): one rank that servers are built for and one scale for all modules, no
 * patterns, no rank stabilisation. A module of lower rank is filled up with zeros, and what its scale differs by is multiplied into its B,
 * so that it computes the same.
 */
public final class PortableAdapter {
    /** The ranks that vLLM takes as its largest. */
    private static final List<Integer> RANKS = List.of(1, 8, 16, 32, 64, 128, 256, 320, 512);

    private PortableAdapter() {}

    /**
     * Writes a folder, with the tokenizer's files and the templates that lie beside the adapter; it is replaced as a whole.
     *
     * @throws CheckpointException where the adapter is more than a low-rank sum
     */
    public static void write(AdapterOnBase adapted, Path folder) throws IOException {
        Adapter portable = Autograd.without(() -> portable(adapted));
        String stated = JsonFiles.read(adapted.folder().resolve(AdapterConfigFile.NAME))
                .path("base_model_name_or_path")
                .asText("");
        String base = HubCache.nameOf(adapted.base().folder()).orElse(stated);
        Fingerprint trained = Fingerprint.read(adapted.folder());
        AtomicFolder.write(folder, fresh -> {
            Fingerprint record = trained == null ? new Fingerprint("", null, adapted.endOfText(), "") : trained;
            AdapterFiles.write(fresh, portable, adapted.base().config(), base, record);
            if (trained == null) {
                Files.delete(fresh.resolve(Fingerprint.NAME));
            } else {
                Files.copy(
                        adapted.folder().resolve(Fingerprint.NAME),
                        fresh.resolve(Fingerprint.NAME),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            CompanionFiles.in(adapted.folder()).copyTo(fresh);
        });
    }

    private static Adapter portable(AdapterOnBase adapted) {
        Adapter adapter = adapted.adapter();
        int largest = adapter.modules().stream()
                .mapToInt(module -> lora(adapted, module).rank())
                .max()
                .orElse(1);
        int rank = RANKS.stream()
                .filter(each -> each >= largest)
                .findFirst()
                .orElseThrow(() -> new CheckpointException(adapted.folder() + ": has rank " + largest
                        + ", and servers take at most " + RANKS.get(RANKS.size() - 1)
                        + "; export it merged (--to safetensors)"));
        double own = adapter.config().scale() * rank;
        double alpha = own == Math.rint(own) && own >= 1 ? own : rank; // readers expect a whole number
        AdapterConfig config = new AdapterConfig(
                rank, alpha, adapter.config().dropout(), adapter.config().targets(), false);
        Map<String, ModuleDelta> deltas = new LinkedHashMap<>();
        for (String module : adapter.modules()) {
            deltas.put(module, filled(lora(adapted, module), rank, config.scale()));
        }
        return new Adapter(config, deltas);
    }

    private static LoraDelta lora(AdapterOnBase adapted, String module) {
        if (adapted.adapter().at(module) instanceof LoraDelta lora) {
            return lora;
        }
        throw new CheckpointException(adapted.folder() + ": "
                + adapted.adapter().config().type()
                + " changes a weight by more than a low-rank sum, which servers of adapters do not read; export it merged"
                + " (--to safetensors)");
    }

    private static LoraDelta filled(LoraDelta delta, int rank, double scale) {
        Tensor a = delta.down().value().detach();
        Tensor b = delta.up().value().detach();
        int missing = rank - delta.rank();
        if (missing > 0) {
            a = Tensor.concatenate(0, a, Tensor.zeros(DType.F32, missing, a.size(1)));
            b = Tensor.concatenate(1, b, Tensor.zeros(DType.F32, b.size(0), missing));
        }
        if (delta.scale() != scale) {
            b = b.times(delta.scale() / scale);
        }
        return new LoraDelta(
                new Parameter(delta.down().name(), a.contiguous().keep()),
                new Parameter(delta.up().name(), b.contiguous().keep()),
                scale);
    }
}
