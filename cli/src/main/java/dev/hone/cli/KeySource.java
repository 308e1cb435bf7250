package dev.hone.cli;

import java.io.IOException;

/** Where keys come from. */
interface KeySource {
    /** The next key, waited for; {@link JudgingKey#QUIT} where there will be no more. */
    JudgingKey next() throws IOException;
}
