package dev.hone.generate;

/** Hears of a text token by token. Called within {@link Generator#step}, on its thread. */
@FunctionalInterface
public interface TokenListener {
    /** Hears nothing. */
    TokenListener NONE = (id, logProbability, text) -> {};

    /**
     * A token was added.
     *
     * @param logProbability as in {@link Completion#logProbabilities}
     * @param text what became certain with it, often empty: it never ends inside a character, nor holds what may turn out
     *     to be a stop string. All of these together are the completion's text
     */
    void token(int id, float logProbability, String text);
}
