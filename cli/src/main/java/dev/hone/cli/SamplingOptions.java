package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.generate.Sampling;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options of every verb that generates text. */
final class SamplingOptions {
    @Option(names = "--temperature", defaultValue = "0.7", description = "0: greedy, always the likeliest token (0.7).")
    private double temperature = 0.7;

    @Option(names = "--top-k", defaultValue = "0", description = "Only the k likeliest tokens; 0: all (0).")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "0.95",
            description = "Only the likeliest tokens that reach this probability together (0.95).")
    private double topP = 0.95;

    @Option(
            names = "--min-p",
            defaultValue = "0",
            description = "Only tokens at least this times as likely as the likeliest (0).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            defaultValue = "1",
            description = "Above 1: tokens that occurred before become less likely (1).")
    private double repetitionPenalty = 1;

    @Option(names = "--seed", defaultValue = "42", description = "The same seed gives the same text (42).")
    private long seed = 42;

    @Option(names = "--max-tokens", defaultValue = "256", description = "At most this many tokens (256).")
    private int maxTokens = 256;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Stop before this text. Repeatable.")
    private List<String> stops = List.of();

    /** Everything about them that can be wrong, before a model is loaded. */
    void check() {
        sampling();
        maxTokens();
    }

    Sampling sampling() {
        try {
            return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        } catch (IllegalArgumentException e) {
            String name = String.valueOf(e.getMessage()).replaceFirst("^(\\w+?)([A-Z]\\w*)", "$1-$2");
            int end = name.indexOf(' ');
            throw new ConfigurationException(
                    "--" + name.substring(0, end).toLowerCase(Locale.ROOT) + name.substring(end), e);
        }
    }

    int maxTokens() {
        return (int) Verb.within("--max-tokens", maxTokens, 1, 1 << 24);
    }

    List<String> stops() {
        return stops;
    }
}
