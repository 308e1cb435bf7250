package dev.hone.finetune;

import dev.hone.checkpoint.TrainedModel;
import dev.hone.generate.Completion;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.text.Message;
import dev.hone.train.Progress;
import java.nio.file.Path;
import java.util.List;

/**
 * A model under the adapter that was trained on it, ready to be used and saved. Shares its weights and tokenizer with the {@link
 * FineTuning} it came from and is usable until that is closed; it keeps the adapter as it was left by the training that gave it.
 *
 * @param loaded for generation with other settings
 * @param trained what {@link #save} writes
 * @param progress how far training came, and its best validation if there was one
 */
public record FineTunedModel(LoadedModel loaded, TrainedModel trained, Progress progress) {
    /** The greedy reply to a user's message, of at most {@code maxTokens} tokens and without white space around it. */
    public String reply(String user, int maxTokens) {
        return reply(List.of(Message.user(user)), maxTokens);
    }

    /** The same for a conversation that ends with a user's turn. */
    public String reply(List<Message> conversation, int maxTokens) {
        try (Generator generator = loaded.generator(1)) {
            List<Completion> completions =
                    generator.complete(List.of(loaded.request(conversation, Sampling.greedy(), maxTokens)));
            return completions.get(0).text().strip();
        }
    }

    /**
     * Writes the adapter in PEFT's format, with tokenizer and template; a folder that is there is replaced as a whole.
     *
     * @throws dev.hone.error.CheckpointException if it cannot be written
     */
    public void save(Path folder) {
        trained.save(folder);
    }
}
