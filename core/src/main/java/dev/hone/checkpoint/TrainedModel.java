package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFiles;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.head.ScoreHead;
import dev.hone.tensor.DType;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was trained, an adapter or a whole model, with all that belongs beside it on disk: tokenizer, template, stop tokens and
 * fingerprint. Saving reads the weights, so nothing may update them meanwhile.
 *
 * @param origin folder of the checkpoint that training started from
 * @param adapter null: the model's own weights were trained
 * @param template that of the conversations trained on; null where rows were no conversations
 */
public record TrainedModel(
        Path origin,
        LanguageModel model,
        @Nullable Adapter adapter,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template) {
    /**
     * Writes the adapter, or the whole model. The folder is replaced as a whole, so that its files always belong together.
     *
     * @throws CheckpointException if it cannot be written
     */
    public void save(Path folder) {
        try {
            AtomicFolder.write(folder, this::fill);
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
    }

    /** Whether it scores whole texts and predicts no tokens. */
    public boolean scoresTexts() {
        return model.head(adapter) instanceof ScoreHead;
    }

    /** What it reads and writes with. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(model.config(), tokenizer, template, stopTokens());
    }

    private Set<Integer> stopTokens() {
        return TemplateChoice.stopTokens(template, tokenizer);
    }

    private void fill(Path folder) throws IOException {
        if (adapter != null) {
            AdapterFiles.write(folder, adapter, model.config(), origin.toString(), fingerprint());
        } else {
            CheckpointWriter.write(folder, model, storedType());
        }
        CheckpointWriter.copyTokenizer(origin, folder);
        if (scoresTexts()) {
            ScorePadding.write(folder, ScorePadding.of(tokenizer));
        }
        if (template != null) {
            AtomicFiles.write(folder.resolve("chat_template.jinja"), template.source());
        }
        saveStopTokens(folder);
    }

    /** The type the model came in, so that a checkpoint does not change its size by being trained. */
    private DType storedType() {
        return switch (model.config().source().dtype()) {
            case "bfloat16" -> DType.BF16;
            case "float16" -> DType.F16;
            default -> DType.F32;
        };
    }

    /** Generation ends where replies ended in training, also for readers that only know the standard file. */
    private void saveStopTokens(Path folder) throws IOException {
        Path file = folder.resolve("generation_config.json");
        ObjectNode defaults = Files.exists(file) ? JsonFiles.read(file) : JsonNodeFactory.instance.objectNode();
        ArrayNode ids = defaults.putArray("eos_token_id");
        stopTokens().forEach(ids::add);
        JsonFiles.write(file, defaults);
    }
}
