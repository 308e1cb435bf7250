package dev.hone.cli;

import java.io.IOException;

/** Where keys come from. */
interface Keys {
    /** The next key, waited for; {@link Key#QUIT} where there will be no more. */
    Key next() throws IOException;
}
