package dev.hone.gguf.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.gguf.GgufWriter;
import dev.hone.gguf.Metadata;
import dev.hone.gguf.block.GgmlType;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.tensor.Tensor;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Writes a whole model as one GGUF file: weights, configuration, tokenizer and chat template. */
public final class GgufModel {
    private static final int PIECE = 1 << 22; // numbers that stand in memory as floats at a time
    private static final Pattern GENERATION = Pattern.compile("\\{%([-+]?)\\s*generation\\s*([-+]?)%}");
    private static final Pattern END_OF_GENERATION = Pattern.compile("\\{%([-+]?)\\s*endgeneration\\s*([-+]?)%}");

    private GgufModel() {}

    /**
     * What was written.
     *
     * @param tensors how many tensors have each type
     * @param notes what a user should know, one message each
     */
    public record Report(Map<GgmlType, Integer> tensors, long bytes, List<String> notes) {}

    /** Writes a file; {@link CheckpointException} where llama.cpp cannot compute what this model does. */
    public static Report write(Path file, ExportedModel model, WeightType type) throws IOException {
        ModelConfig config = model.config();
        Family family = Family.of(config);
        Metadata metadata = new Metadata()
                .put("general.architecture", family.architecture())
                .put("general.type", "model")
                .put("general.name", model.name())
                .put("general.file_type", type.fileType())
                .put("general.quantization_version", 2);
        JsonNode keys = JsonFiles.read(model.companions().resolve("config.json"));
        ModelKeys.write(keys, family, metadata);
        putTokenizer(model, metadata);
        List<GgufWriter.Item> items = new ArrayList<>();
        Map<GgmlType, Integer> counts = new EnumMap<>(GgmlType.class);
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            String name = family.nameOf(spec.name());
            GgmlType stored =
                    type.of(name, spec.shape(), config.layers(), config.shape().tied());
            counts.merge(stored, 1, Integer::sum);
            int heads = family.reorderedHeads(spec.name(), config);
            double offset = family.offset(spec.name());
            items.add(new GgufWriter.Item(
                    name,
                    stored,
                    spec.shape(),
                    body(() -> plus(reordered(model.weights().weight(spec, DType.F32), heads), offset))));
        }
        float[] factors = ModelKeys.ropeFactors(keys, family);
        if (factors.length > 0) {
            items.add(new GgufWriter.Item(
                    ModelKeys.ROPE_FACTORS,
                    GgmlType.F32,
                    new long[] {factors.length},
                    sink -> sink.accept(factors, factors.length)));
        }
        GgufWriter.write(file, metadata, items);
        return new Report(counts, Files.size(file), family.notes(config));
    }

    private static void putTokenizer(ExportedModel model, Metadata to) throws IOException {
        Path file = model.companions().resolve("tokenizer.json");
        ObjectNode json = TokenizerFile.definitionIn(model.companions());
        TokenizerKeys.write(file, json, model.tokenizer(), model.config().vocabulary(), model.stops(), to);
        if (model.template() != null) {
            to.put("tokenizer.chat_template", withoutGeneration(model.template().source()));
        }
    }

    /**
     * The same template without the marks of what is trained, which only readers that train know. A condition that always holds takes their
     * place, so that white space around them is cut as before.
     */
    static String withoutGeneration(String template) {
        String opened = GENERATION.matcher(template).replaceAll("{%$1 if true $2%}");
        return END_OF_GENERATION.matcher(opened).replaceAll("{%$1 endif $2%}");
    }

    /** A weight and a number; the weight itself where that is zero. */
    static Tensor plus(Tensor weight, double offset) {
        return offset == 0 ? weight : weight.plus(offset);
    }

    /** Rows in the order of a rotation of neighbours: entry j of a head's first half, then entry j of its second, for each j. */
    static Tensor reordered(Tensor weight, int heads) {
        if (heads == 0) {
            return weight;
        }
        long[] shape = weight.shape();
        return weight.view(heads, 2, shape[0] / heads / 2, -1) // [head, half, entry, in]
                .transpose(1, 2)
                .contiguous()
                .view(shape);
    }

    /** The inverse. */
    static Tensor restored(Tensor weight, int heads) {
        if (heads == 0) {
            return weight;
        }
        long[] shape = weight.shape();
        return weight.view(heads, shape[0] / heads / 2, 2, -1) // [head, entry, half, in]
                .transpose(1, 2)
                .contiguous()
                .view(shape);
    }

    /** Gives a tensor's numbers when their turn comes. */
    static GgufWriter.Body body(Supplier<Tensor> values) {
        return sink -> {
            try (Scope scope = Scope.open()) {
                Tensor flat = Autograd.without(
                        () -> values.get().to(DType.F32).contiguous().view(-1));
                float[] piece = new float[(int) Math.min(PIECE, flat.count())];
                for (long at = 0; at < flat.count(); at += piece.length) {
                    int count = (int) Math.min(piece.length, flat.count() - at);
                    flat.narrow(0, at, count).bytes().asFloatBuffer().get(piece, 0, count);
                    sink.accept(piece, count);
                }
            }
        };
    }
}
