package dev.hone.recipes.prepare;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.config.ConfigurationException;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.weight.WeightFormat;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
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
            Path folder, @Nullable Path adapterFolder, DType compute, String template, RunObserver watcher) {
        return open(
                folder,
                adapterFolder,
                checkpoint -> checkpoint.model(WeightPlacement.frozen(compute)),
                template,
                watcher);
    }

    /**
     * The same for writing long texts with the products that are fastest at it: weights are packed in bf16; where the processor has
     * no bf16 products and they come in 16 bits, in half precision, which moves log-probabilities by little (docs/benchmarks.md).
     */
    public static Speaker forWriting(Path folder, @Nullable Path adapterFolder, String template, RunObserver watcher) {
        return open(folder, adapterFolder, Speaker::fastest, template, watcher);
    }

    /**
     * The same with weights in a format that is asked for.
     *
     * @throws ConfigurationException if this processor has no products with it
     */
    public static Speaker forWriting(
            Path folder, @Nullable Path adapterFolder, WeightFormat format, String template, RunObserver watcher) {
        if (!format.isAvailable()) {
            throw new ConfigurationException("this processor (" + Engine.processor()
                    + ") has no products with weights in " + format.name().toLowerCase(Locale.ROOT)
                    + "; choose another type, or leave the choice to hone");
        }
        return open(folder, adapterFolder, checkpoint -> packed(checkpoint, format), template, watcher);
    }

    private static LanguageModel fastest(Checkpoint checkpoint) {
        DType compute = Engine.fastestCompute();
        boolean halves = checkpoint.storedType() == DType.BF16 && Engine.hasHalfProducts();
        return ThreadPolicy.hasLargeProducts(checkpoint.config()) && (compute == DType.BF16 || halves)
                ? packed(checkpoint, compute == DType.BF16 ? WeightFormat.BF16 : WeightFormat.F16)
                : checkpoint.model(WeightPlacement.frozen(compute));
    }

    private static LanguageModel packed(Checkpoint checkpoint, WeightFormat format) {
        return checkpoint.model(WeightPlacement.packed(format));
    }

    private static Speaker open(
            Path folder,
            @Nullable Path adapterFolder,
            Function<Checkpoint, LanguageModel> read,
            String template,
            RunObserver watcher) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        ThreadPolicy.forOne(checkpoint.config());
        Tokenizer tokenizer = TokenizerFile.open(folder);
        Path taughtIn = adapterFolder != null && ChatTemplate.existsIn(adapterFolder) ? adapterFolder : folder;
        ChatTemplate chosen = TemplateChoice.named(template, taughtIn, tokenizer);
        Set<Integer> stops = new LinkedHashSet<>(checkpoint.endOfText());
        stops.addAll(TemplateChoice.stopTokens(chosen, tokenizer));
        Adapter adapter = null;
        if (adapterFolder != null) {
            adapter = AdapterFiles.read(adapterFolder, checkpoint.config());
            AdapterFiles.warnings(
                            adapterFolder,
                            Fingerprint.of(
                                    checkpoint.config(),
                                    tokenizer,
                                    chosen,
                                    TemplateChoice.stopTokens(chosen, tokenizer)))
                    .forEach(watcher::say);
        }
        return new Speaker(read.apply(checkpoint), adapter, tokenizer, chosen, stops);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
