package dev.hone.gguf.convert;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CompanionFiles;
import dev.hone.checkpoint.Merge;
import dev.hone.files.AtomicFolder;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.WeightSource;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is to be exported: a checkpoint, or one with an adapter merged into its weights as they are asked for. Holds its tokenizer
 * and, with an adapter, a folder of its own for the files beside the weights; both go when it is closed.
 *
 * @param companions folder with the tokenizer's files and the templates
 * @param template null: the model has none
 * @param stops ids that end a reply
 */
public record ExportedModel(
        String name,
        ModelConfig config,
        WeightSource weights,
        Path companions,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template,
        Set<Integer> stops,
        boolean merged)
        implements AutoCloseable {
    public ExportedModel {
        stops = Set.copyOf(stops);
    }

    /** A checkpoint as it is. */
    public static ExportedModel of(Checkpoint checkpoint) {
        return of(checkpoint, checkpoint.folder(), checkpoint, checkpoint.endOfText(), false);
    }

    /** A checkpoint with an adapter merged, and what the adapter brings over the base's files. */
    public static ExportedModel of(AdapterOnBase adapted) throws IOException {
        Path folder = Files.createTempDirectory("hone-export");
        try {
            Path base = adapted.base().folder();
            CompanionFiles.in(base).copyTo(folder);
            CompanionFiles.in(adapted.folder()).copyTo(folder);
            Files.copy(base.resolve("config.json"), folder.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
            Set<Integer> ends = new TreeSet<>(adapted.base().endOfText());
            ends.addAll(adapted.endOfText());
            return of(adapted.base(), folder, Merge.weights(adapted), ends, true);
        } catch (IOException | RuntimeException e) {
            AtomicFolder.delete(folder);
            throw e;
        }
    }

    private static ExportedModel of(
            Checkpoint base, Path companions, WeightSource weights, Set<Integer> ends, boolean merged) {
        Tokenizer tokenizer = TokenizerFile.open(companions);
        ChatTemplate template =
                ChatTemplate.existsIn(companions) ? TemplateChoice.named("auto", companions, tokenizer) : null;
        Set<Integer> stops = new TreeSet<>(ends);
        stops.addAll(TemplateChoice.stopTokens(template, tokenizer));
        String name = String.valueOf(base.folder().toAbsolutePath().normalize().getFileName());
        return new ExportedModel(name, base.config(), weights, companions, tokenizer, template, stops, merged);
    }

    @Override
    public void close() {
        tokenizer.close();
        if (merged) {
            try {
                AtomicFolder.delete(companions);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
