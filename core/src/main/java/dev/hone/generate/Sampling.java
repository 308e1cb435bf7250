package dev.hone.generate;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;

/**
 * How the next token is chosen from a model's logits. {@link Sampler} says in which order the settings act.
 *
 * @param temperature logits are divided by it: below 1 likely tokens become likelier; 0 always takes the likeliest
 * @param topK only the k likeliest tokens remain, ties with the last of them included; 0 keeps all
 * @param topP only the likeliest tokens that together reach this probability remain (Holtzman et al., 2020); 1 keeps all
 * @param minP only tokens at least this fraction as likely as the likeliest remain; 0 keeps all
 * @param repetitionPenalty logits of tokens that occur already are divided by it if positive, multiplied if negative
 *     (Keskar et al., 2019, section 4.1); 1 leaves them
 * @param seed what the choices are drawn from; the same seed and request give the same completion
 */
public record Sampling(
        @Default("1.0") double temperature,
        @Default("0") int topK,
        @Default("1.0") double topP,
        @Default("0.0") double minP,
        @Default("1.0") double repetitionPenalty,
        @Default("42") long seed) {

    public Sampling {
        require(
                temperature >= 0 && temperature <= 1e6,
                "temperature (%s) must be at least 0 and at most 1000000; 0 takes the likeliest token",
                temperature);
        require(topK >= 0, "topK (%d) must be at least 0; 0 keeps every token", topK);
        require(topP > 0 && topP <= 1, "topP (%s) must be above 0 and at most 1; 1 keeps every token", topP);
        require(minP >= 0 && minP <= 1, "minP (%s) must be between 0 and 1; 0 keeps every token", minP);
        require(
                repetitionPenalty > 0 && repetitionPenalty <= 1e6,
                "repetitionPenalty (%s) must be positive and at most 1000000; 1 changes nothing",
                repetitionPenalty);
    }

    /** Always the likeliest token. */
    public static Sampling greedy() {
        return new Sampling(0, 0, 1, 0, 1, 42);
    }

    /** For reading: somewhat sharpened, without the unlikely tail. */
    public static Sampling standard() {
        return new Sampling(0.7, 0, 0.9, 0, 1, 42);
    }

    /** From the model's own distribution, as training on samples needs it. */
    public static Sampling unchanged() {
        return new Sampling(1, 0, 1, 0, 1, 42);
    }

    /** The same with another seed. */
    public Sampling withSeed(long other) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, other);
    }

    public boolean isGreedy() {
        return temperature == 0;
    }
}
