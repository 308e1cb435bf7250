package dev.hone.generate;

/**
 * What a model generated for a request.
 *
 * @param ids its tokens, the one it stopped at included
 * @param logProbabilities natural logarithm of the probability that the model gave each token, over its whole vocabulary, before
 *     any sampling rule; with dense weights equal, bit for bit, to what scoring the same tokens gives
 * @param text appended to the prompt's text, it is the text of the whole sequence; special tokens, the token and the
 *     string it stopped at are left out. Empty where the generator has no tokenizer
 */
@SuppressWarnings("ArrayRecordComponent") // columns handed on to batches; equality is never asked
public record Completion(int[] ids, float[] logProbabilities, String text, StopReason reason) {
    /** The same with another text, for rewards that read a part or a clean form of it; the tokens stay those of the whole. */
    public Completion withText(String other) {
        return new Completion(ids, logProbabilities, other, reason);
    }

    /** The log-probability of the whole completion. */
    public double logProbability() {
        double sum = 0;
        for (float each : logProbabilities) {
            sum += each;
        }
        return sum;
    }
}
