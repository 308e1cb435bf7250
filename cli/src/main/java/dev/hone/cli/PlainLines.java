package dev.hone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lines as they come, from a file, a pipe, or a terminal that cannot be edited on.
 *
 * @param prompts where a prompt is shown; null: nowhere, as nobody would see it
 */
record PlainLines(BufferedReader in, @Nullable PrintWriter prompts) implements ChatInput {
    @Override
    public void greet(String hint) {
        if (prompts != null) {
            prompts.println(hint);
        }
    }

    @Override
    public Optional<String> next(boolean interrupted) throws IOException {
        if (prompts != null) {
            prompts.print(EditedLines.PROMPT);
            prompts.flush();
        }
        return Optional.ofNullable(in.readLine());
    }

    @Override
    public void close() {}
}
