package dev.hone.gguf.ollama;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.gguf.convert.ExportedModel;
import dev.hone.gguf.convert.GgufModel;
import dev.hone.gguf.convert.WeightType;
import dev.hone.text.SpecialTokens;
import dev.hone.text.Specials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Writes a folder that {@code ollama create} takes: {@code model.gguf}, and a {@code Modelfile} with a template that writes what the model's chat template
 * writes, and the tokens that end a reply.
 */
public final class OllamaModel {
    private OllamaModel() {}

    /** Writes the two files; {@link CheckpointException}, before anything is written, where no such template can say the same. */
    public static GgufModel.Report write(Path folder, ExportedModel model, WeightType type) throws IOException {
        String modelfile = modelfile(model);
        GgufModel.Report report = GgufModel.write(folder.resolve("model.gguf"), model, type);
        AtomicFiles.write(folder.resolve("Modelfile"), modelfile);
        List<String> notes = new ArrayList<>(report.notes());
        if (model.template() != null && !GoTemplate.keepsWhiteSpace(model.template())) {
            notes.add(
                    "the chat template cuts white space at the ends of a message, which Ollama's language cannot; its users should"
                            + " not send any");
        }
        return new GgufModel.Report(report.tensors(), report.bytes(), List.copyOf(notes));
    }

    private static String modelfile(ExportedModel model) {
        StringBuilder text = new StringBuilder("FROM ./model.gguf\n");
        if (model.template() == null) {
            text.append("TEMPLATE \"\"\"{{ .Prompt }}\"\"\"\n");
        } else {
            try {
                GoTemplate template = GoTemplate.of(model.template(), begin(model));
                text.append("TEMPLATE \"\"\"").append(template.source()).append("\"\"\"\n");
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(
                        model.name() + ": its chat template cannot be said in Ollama's language: " + e.getMessage()
                                + "; export --to gguf, whose template llama.cpp renders as it is",
                        e);
            }
        }
        for (int stop : new TreeSet<>(model.stops())) {
            text.append("PARAMETER stop \"")
                    .append(model.tokenizer()
                            .tokenOf(stop)
                            .replace("\\", "\\\\")
                            .replace("\"", "\\\""))
                    .append("\"\n");
        }
        return text.toString();
    }

    /** What Ollama puts before every text: the token that the tokenizer begins with. */
    private static String begin(ExportedModel model) {
        SpecialTokens.Named named = model.tokenizer().specialTokens().bos();
        int[] ids = model.tokenizer().ids("a", Specials.ADD);
        return named != null && ids.length > 1 && ids[0] == named.id() ? named.text() : "";
    }
}
