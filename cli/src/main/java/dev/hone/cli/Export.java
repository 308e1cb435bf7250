package dev.hone.cli;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.block.GgmlType;
import dev.hone.gguf.convert.ExportedModel;
import dev.hone.gguf.convert.GgufAdapter;
import dev.hone.gguf.convert.GgufModel;
import dev.hone.gguf.convert.WeightType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model or an adapter in the format of another tool. */
@Command(
        name = "export",
        description = "Write a model or an adapter in the format of another tool.",
        footer = {
            "",
            "gguf: one file for llama.cpp and whatever is built on it; with --adapter, merged",
            "",
            "Example:",
            "  ./hone export --model MODEL --adapter runs/first/final \\",
            "    --to gguf --type q4_k_m --output first.gguf"
        })
final class Export extends Verb {
    enum Format {
        GGUF,
        GGUF_LORA;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    enum Type {
        AUTO,
        F32,
        F16,
        BF16,
        Q8_0,
        Q4_K_M
    }

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "A checkpoint in Hugging Face format.")
    private Path model = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "An adapter on it, in PEFT format.")
    private @Nullable Path adapter;

    @Option(names = "--to", required = true, description = "${COMPLETION-CANDIDATES}.")
    private Format to = Format.GGUF;

    @Option(
            names = "--type",
            defaultValue = "auto",
            description = "f32, f16, bf16, q8_0, q4_k_m, or auto: as the model is stored.")
    private Type type = Type.AUTO;

    @Option(names = "--output", required = true, paramLabel = "PATH", description = "The file or folder that is written.")
    private Path output = Path.of("");

    @Option(names = "--any-base", description = "Take even another base than the adapter was trained on.")
    private boolean anyBase;

    @Override
    Exit run() throws Exception {
        ResultPlace.of(output)
                .reading("--model", model)
                .reading("--adapter", adapter)
                .require();
        Checkpoint base = Checkpoint.open(model);
        base.notes().forEach(err()::println);
        Optional<AdapterOnBase> adapted = adapter == null ? Optional.empty() : Optional.of(adapted(adapter, base));
        switch (to) {
            case GGUF -> gguf(base, adapted, output);
            case GGUF_LORA -> adapterGguf(adapted);
        }
        return Exit.DONE;
    }

    private AdapterOnBase adapted(Path folder, Checkpoint base) {
        AdapterOnBase adapted = AdapterOnBase.open(folder, base);
        Optional<String> otherBase = adapted.otherBase();
        if (otherBase.isPresent() && !anyBase) {
            throw new CheckpointException(otherBase.get() + ", or export it all the same with --any-base");
        }
        adapted.notes().forEach(err()::println);
        return adapted;
    }

    private void gguf(Checkpoint base, Optional<AdapterOnBase> adapted, Path file) throws Exception {
        WeightType weights =
                type == Type.AUTO ? WeightType.keeping(base.storedType()) : WeightType.valueOf(type.name());
        try (ExportedModel exported =
                adapted.isPresent() ? ExportedModel.of(adapted.get()) : ExportedModel.of(base)) {
            GgufModel.Report report = GgufModel.write(file, exported, weights);
            report.notes().forEach(err()::println);
            out().printf(
                            Locale.ROOT,
                            "wrote %s: %,d bytes, %s%n",
                            file,
                            report.bytes(),
                            report.tensors().entrySet().stream()
                                    .map(entry -> entry.getValue() + " tensors " + entry.getKey())
                                    .collect(Collectors.joining(", ")));
        }
    }

    private void adapterGguf(Optional<AdapterOnBase> adapted) throws Exception {
        AdapterOnBase needed = adapted.orElseThrow(() -> new ConfigurationException("--to " + to + " needs --adapter"));
        List<Type> allowed = List.of(Type.AUTO, Type.F32, Type.F16, Type.BF16);
        if (!allowed.contains(type)) {
            throw new ConfigurationException(
                    "--type " + type + " is not for an adapter, which is small; allowed: auto (f32), f32, f16, bf16");
        }
        GgufAdapter.write(output, needed, type == Type.AUTO ? GgmlType.F32 : GgmlType.valueOf(type.name()));
        out().println("wrote " + output);
    }
}
