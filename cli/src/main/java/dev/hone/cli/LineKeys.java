package dev.hone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** Keys as lines of text, a letter or a word each: for scripts, and for terminals that only deliver whole lines. */
record LineKeys(BufferedReader in, PrintWriter err) implements KeySource {
    @Override
    public JudgingKey next() throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Optional<JudgingKey> key = JudgingKey.of(line);
            if (key.isPresent()) {
                return key.get();
            }
            err.println("(" + line.strip() + ") is not a key; " + LogScreen.KEYS);
            err.flush();
        }
        return JudgingKey.QUIT;
    }
}
