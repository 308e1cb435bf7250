package dev.hone.cli;

import dev.hone.artefact.AdapterJar;
import dev.hone.artefact.Coordinates;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Merge;
import dev.hone.checkpoint.PortableAdapter;
import dev.hone.checkpoint.Rounding;
import dev.hone.config.ConfigurationException;
import dev.hone.error.CheckpointException;
import dev.hone.gguf.block.GgmlType;
import dev.hone.gguf.convert.ExportedModel;
import dev.hone.gguf.convert.GgufAdapter;
import dev.hone.gguf.convert.GgufModel;
import dev.hone.gguf.convert.WeightType;
import dev.hone.gguf.ollama.OllamaModel;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
            "gguf         one file for llama.cpp and what is built on it; an adapter merged",
            "gguf-lora    the adapter as a file that llama.cpp puts on the base's",
            "ollama       a folder for ollama create",
            "safetensors  one checkpoint with the adapter merged, as ./hone merge",
            "peft         the adapter for vLLM and every other server of adapters",
            "maven        the adapter as a jar and its pom, for Adapters.fromClasspath",
            "",
            "docs/export.md says what each holds.",
            "",
            "Example:",
            "  ./hone export --model MODEL --adapter runs/first/final \\",
            "    --to gguf --type q4_k_m --output first.gguf"
        })
final class Export extends Verb {
    enum Format {
        GGUF,
        GGUF_LORA,
        OLLAMA,
        SAFETENSORS,
        PEFT,
        MAVEN;

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

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "A checkpoint in Hugging Face format.")
    private Path model = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "An adapter on it, in PEFT format.")
    private @Nullable Path adapter;

    @Option(names = "--to", required = true, paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}.")
    private Format to = Format.GGUF;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "f32, f16, bf16, of gguf and ollama also q8_0 and q4_k_m; or auto: as the model is stored.")
    private Type type = Type.AUTO;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "PATH",
            description = "The file (gguf, gguf-lora) or folder that is written.")
    private Path output = Path.of("");

    @Option(names = "--any-base", description = "Take even another base than the adapter was trained on.")
    private boolean anyBase;

    @Option(
            names = "--coordinates",
            paramLabel = "G:A:V",
            description = "Of maven: group, artefact and version, such as org.example:support:1.0.")
    private @Nullable String coordinates;

    @Option(
            names = "--licence",
            paramLabel = "SPDX",
            description = "Of maven: the adapter's licence, such as Apache-2.0.")
    private @Nullable String licence;

    @Override
    Exit run() throws Exception {
        ResultPlace place = ResultPlace.of(output).reading("--model", model).reading("--adapter", adapter);
        place.require();
        requireType();
        Checkpoint base = Checkpoint.open(model);
        base.notes().forEach(err()::println);
        switch (to) {
            case GGUF -> gguf(base, false);
            case OLLAMA -> {
                place.requireFor("model.gguf", "Modelfile");
                gguf(base, true);
                out().println("try it: ollama create NAME --file " + output.resolve("Modelfile"));
            }
            case GGUF_LORA -> {
                GgufAdapter.write(
                        output, adapted(base), type == Type.AUTO ? GgmlType.F32 : GgmlType.valueOf(type.name()));
                out().println("wrote " + output);
            }
            case SAFETENSORS -> merged(base);
            case PEFT -> {
                place.requireFree("config.json");
                PortableAdapter.write(adapted(base), output);
                out().println("wrote " + output);
            }
            case MAVEN -> maven(base);
        }
        return Exit.DONE;
    }

    /** Before a model is opened: not every format has every type. */
    private void requireType() {
        boolean quantised = type == Type.Q8_0 || type == Type.Q4_K_M;
        boolean fixed = to == Format.PEFT || to == Format.MAVEN;
        if (quantised && to != Format.GGUF && to != Format.OLLAMA || fixed && type != Type.AUTO) {
            throw new ConfigurationException("--type " + type.name().toLowerCase(Locale.ROOT) + " is not for --to " + to
                    + "; allowed: " + (fixed ? "auto" : "auto, f32, f16, bf16"));
        }
        if (to == Format.MAVEN && (coordinates == null || licence == null)) {
            throw new ConfigurationException(
                    "--to maven needs --coordinates group:artefact:version and --licence, such as"
                            + " Apache-2.0; the licence of the base decides which are allowed");
        }
        if (adapter == null && !Set.of(Format.GGUF, Format.OLLAMA).contains(to)) {
            throw new ConfigurationException("--to " + to + " needs --adapter");
        }
    }

    private AdapterOnBase adapted(Checkpoint base) {
        if (adapter == null) {
            throw new ConfigurationException("--to " + to + " needs --adapter");
        }
        AdapterOnBase adapted = AdapterOnBase.open(adapter, base);
        Optional<String> otherBase = adapted.otherBase();
        if (otherBase.isPresent() && !anyBase) {
            throw new CheckpointException(otherBase.get() + ", or export it all the same with --any-base");
        }
        adapted.notes().forEach(err()::println);
        return adapted;
    }

    private void gguf(Checkpoint base, boolean ollama) throws Exception {
        WeightType weights =
                type == Type.AUTO ? WeightType.keeping(base.storedType()) : WeightType.valueOf(type.name());
        try (ExportedModel exported = adapter == null ? ExportedModel.of(base) : ExportedModel.of(adapted(base))) {
            GgufModel.Report report =
                    ollama ? OllamaModel.write(output, exported, weights) : GgufModel.write(output, exported, weights);
            report.notes().forEach(err()::println);
            String tensors = report.tensors().entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey().shown())
                    .collect(Collectors.joining(", "));
            out().printf(Locale.ROOT, "wrote %s: %,d bytes; tensors: %s%n", output, report.bytes(), tensors);
        }
    }

    private void merged(Checkpoint base) throws Exception {
        DType target = type == Type.AUTO ? base.storedType() : DType.valueOf(type.name());
        Rounding rounding = Merge.write(adapted(base), output, target).whole();
        out().println("merged into " + output + " as " + target + "; " + rounding.describe());
        if (rounding.isMuch()) {
            err().println("that is much; --type f32 keeps all of it");
        }
    }

    private void maven(Checkpoint base) throws Exception {
        AdapterJar.About about;
        try {
            about = new AdapterJar.About(
                    Coordinates.of(String.valueOf(coordinates)), String.valueOf(licence), model.toString());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--" + e.getMessage());
        }
        Path jar = AdapterJar.write(adapted(base), about, output);
        String pom = jar.toString().replaceFirst("jar$", "pom");
        out().println("wrote " + jar + " and " + pom);
        out().println("into the local repository: mvn install:install-file -Dfile=" + jar + " -DpomFile=" + pom);
        out().println("into a shared one: mvn deploy:deploy-file -Dfile=" + jar + " -DpomFile=" + pom + " -Durl=URL");
    }
}
