package dev.hone.recipes;

import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;

/** What the rows of a run are read with: the tokenizer of its model, and the template conversations are written in. */
record Language(Tokenizer tokenizer, ChatTemplate template) implements AutoCloseable {
    static Language of(RunFile file) {
        Tokenizer tokenizer = TokenizerFile.open(file.model());
        return new Language(tokenizer, Templates.named(file.data().template(), file.model(), tokenizer));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
