package dev.hone.cli;

import java.io.IOException;

/** Where keys come from. */
interface KeySource {
    /** Waits for the next key; {@link JudgingKey#QUIT} at the end of the input. */
    JudgingKey next() throws IOException;
}
