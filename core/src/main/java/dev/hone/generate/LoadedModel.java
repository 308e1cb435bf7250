package dev.hone.generate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.files.HubCache;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Continuation;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A frozen model with all that is needed to use it: its weights, the adapter on it, its tokenizer, its chat template and the tokens
 * that end its replies. Every prompt becomes a {@link Request} here.
 *
 * <p>Owns its tokenizer, which {@link #close} releases. Safe for use by several threads as far as its parts are; how many threads an
 * operation uses is the process's affair and not decided here.
 *
 * @param adapter null: the model alone
 * @param template null: the model reads plain text only
 * @param stopTokens ids that end a reply
 */
public record LoadedModel(
        LanguageModel model,
        @Nullable Adapter adapter,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template,
        Set<Integer> stopTokens)
        implements AutoCloseable {
    public LoadedModel {
        stopTokens = Set.copyOf(stopTokens);
    }

    /** Opens the checkpoint in a folder, or of a name on the Hugging Face hub that the cache holds; see {@link #open(Checkpoint, Path, ComputeChoice, String, Consumer)}. */
    public static LoadedModel open(
            Path folder,
            @Nullable Path adapterFolder,
            ComputeChoice compute,
            String template,
            Consumer<String> warnings) {
        return open(Checkpoint.open(folder), adapterFolder, compute, template, warnings);
    }

    /**
     * Reads a checkpoint, and an adapter on it in PEFT format.
     *
     * @param namedAdapter its folder, or its name on the Hugging Face hub where the cache holds it; null: none
     * @param template a template's name or {@code auto}: the adapter's own, else the checkpoint's, else a built-in one; see {@link
     *     TemplateChoice#named}
     * @param warnings gets a line for everything a user should know: weights that are not used, an adapter that was trained on something
     *     other than what is opened here
     */
    public static LoadedModel open(
            Checkpoint checkpoint,
            @Nullable Path namedAdapter,
            ComputeChoice compute,
            String template,
            Consumer<String> warnings) {
        Path folder = checkpoint.folder();
        Path adapterFolder = namedAdapter == null ? null : HubCache.resolve(namedAdapter);
        checkpoint.notes().forEach(warnings);
        Tokenizer tokenizer = TokenizerFile.open(folder);
        Path trainedWith = adapterFolder != null && ChatTemplate.existsIn(adapterFolder) ? adapterFolder : folder;
        ChatTemplate chosen = TemplateChoice.named(template, trainedWith, tokenizer);
        Set<Integer> ends = TemplateChoice.stopTokens(chosen, tokenizer);
        Set<Integer> stops = new LinkedHashSet<>(checkpoint.endOfText());
        stops.addAll(ends);
        Adapter adapter = null;
        if (adapterFolder != null) {
            AdapterOnBase adapted = AdapterOnBase.open(adapterFolder, checkpoint);
            adapter = adapted.adapter();
            stops.addAll(adapted.endOfText());
            adapted.notes(Fingerprint.of(checkpoint.config(), tokenizer, chosen, ends))
                    .forEach(warnings);
        }
        return new LoadedModel(compute.read(checkpoint), adapter, tokenizer, chosen, stops);
    }

    /** The same model with an adapter on it; both share everything, so that only one of them is to be closed. */
    public LoadedModel with(@Nullable Adapter other) {
        return new LoadedModel(model, other, tokenizer, template, stopTokens);
    }

    /**
     * Asks for the reply to a conversation.
     *
     * @throws IllegalStateException if the model has no chat template
     */
    public Request request(List<Message> messages, Sampling sampling, int maxTokens) {
        return request(messages, List.of(), sampling, maxTokens);
    }

    /**
     * The same with functions that the model may call.
     *
     * @param tools their schemas; an empty list is the same as none
     */
    public Request request(List<Message> messages, List<JsonNode> tools, Sampling sampling, int maxTokens) {
        if (template == null) {
            throw new IllegalStateException("the model has no chat template, so it cannot reply to messages");
        }
        String prompt = template.text(messages, tools, ChatTemplate.Options.prompt());
        return request(tokenizer.ids(prompt, Specials.NONE), sampling, maxTokens);
    }

    /** Asks for the continuation of a text. */
    public Request request(String text, Sampling sampling, int maxTokens) {
        return request(Continuation.promptIds(tokenizer, text, Specials.ADD), sampling, maxTokens);
    }

    private Request request(int[] prompt, Sampling sampling, int maxTokens) {
        return Request.of(prompt, sampling, maxTokens).stoppingAt(stopTokens).with(adapter);
    }

    /** A generator of this model that runs at most {@code slots} sequences at a time; the caller closes it. */
    public Generator generator(int slots) {
        return new Generator(model, tokenizer, slots);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
