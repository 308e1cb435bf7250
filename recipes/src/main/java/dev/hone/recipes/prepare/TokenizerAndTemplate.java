package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.recipes.run.RunFile;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;

/** What the rows of a run are rendered with: the tokenizer of its model, and the template conversations are written in. */
public record TokenizerAndTemplate(Tokenizer tokenizer, ChatTemplate template) implements AutoCloseable {
    public static TokenizerAndTemplate of(RunFile file) {
        Checkpoint.requireFolder(file.model());
        Tokenizer tokenizer = TokenizerFile.open(file.model());
        return new TokenizerAndTemplate(
                tokenizer,
                TemplateChoice.named(
                        file.data().template(),
                        file.model(),
                        tokenizer,
                        file.data().templateArguments()));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
