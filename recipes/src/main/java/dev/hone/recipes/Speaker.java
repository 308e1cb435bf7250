package dev.hone.recipes;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.model.Adapter;
import dev.hone.model.LanguageModel;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that is used and not trained, with its tokenizer, its template and, if there is one, the adapter on it.
 *
 * @param stops ids that end a reply
 */
public record Speaker(
        LanguageModel model, @Nullable Adapter adapter, Tokenizer tokenizer, ChatTemplate template, Set<Integer> stops)
        implements AutoCloseable {
    /**
     * Opens a checkpoint, and an adapter on it.
     *
     * @param template a template's name or {@code auto}: the adapter's own, else the checkpoint's, else a built-in one
     */
    public static Speaker open(
            Path folder, @Nullable Path adapterFolder, DType compute, String template, Watcher watcher) {
        return open(folder, adapterFolder, compute, template, watcher, false);
    }

    private static Speaker open(
            Path folder,
            @Nullable Path adapterFolder,
            DType compute,
            String template,
            Watcher watcher,
            boolean writes) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        Cores.forOne(checkpoint.config());
        Tokenizer tokenizer = TokenizerFile.open(folder);
        Path taughtIn = adapterFolder != null && ChatTemplate.existsIn(adapterFolder) ? adapterFolder : folder;
        ChatTemplate chosen = Templates.named(template, taughtIn, tokenizer);
        Set<Integer> stops = new LinkedHashSet<>(checkpoint.endOfText());
        stops.addAll(Templates.stopTokens(chosen, tokenizer));
        Adapter adapter = null;
        if (adapterFolder != null) {
            adapter = AdapterFiles.read(adapterFolder, checkpoint.config());
            AdapterFiles.warnings(
                            adapterFolder,
                            Fingerprint.of(
                                    checkpoint.config(), tokenizer, chosen, Templates.stopTokens(chosen, tokenizer)))
                    .forEach(watcher::say);
        }
        return new Speaker(model(checkpoint, compute, writes), adapter, tokenizer, chosen, stops);
    }

    /**
     * The same for writing long texts: in bf16 weights are laid out for products with few rows; where the processor has no bf16
     * products and the weights have 16 bits, they are rounded to half precision and read as such. Both are several times faster; the
     * second moves log-probabilities by little (docs/benchmarks.md).
     */
    public static Speaker forWriting(
            Path folder, @Nullable Path adapterFolder, DType compute, String template, Watcher watcher) {
        return open(folder, adapterFolder, compute, template, watcher, true);
    }

    private static LanguageModel model(Checkpoint checkpoint, DType compute, boolean writes) {
        boolean halves = compute == DType.F32 && checkpoint.storedType() == DType.BF16 && Engine.hasHalfProducts();
        return writes && Cores.hasLargeProducts(checkpoint.config()) && (compute == DType.BF16 || halves)
                ? LanguageModel.forWriting(checkpoint.config(), checkpoint, compute, checkpoint.storedType())
                : checkpoint.model(compute, LanguageModel.Training.FROZEN);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
