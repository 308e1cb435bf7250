package dev.hone.cli;

import java.io.IOException;
import java.util.Optional;

/** Where the lines of a chat come from. */
interface ChatInput extends AutoCloseable {
    /** Shows a person, if one is there, how to use it. */
    void greet(String hint);

    /**
     * Waits for the next line.
     *
     * @param interrupted whether the reply before it was ended by Ctrl-C, so that another one ends the chat
     * @return empty where the chat should end
     */
    Optional<String> next(boolean interrupted) throws IOException;

    @Override
    void close() throws IOException;
}
