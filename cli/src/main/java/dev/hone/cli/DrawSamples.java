package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.Sampled;
import dev.hone.recipes.Speaker;
import dev.hone.rollout.BestOf;
import dev.hone.rollout.CommandReward;
import dev.hone.rollout.ExactReward;
import dev.hone.rollout.JsonReward;
import dev.hone.rollout.JsonSchemaReward;
import dev.hone.rollout.NumericReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers tasks several times and keeps the best answers to learn from. */
@Command(
        name = "sample",
        description =
                "Answer each task of a file several times, judge the answers, and keep the best as rows to learn from.",
        footer = {
            "",
            "Tasks are rows {\"prompt\", \"answer\"}, or {\"messages\"} whose last turn is the answer. Rewards:",
            "  exact          the answer, whatever the white space",
            "  numeric        the last number is the answer's last number",
            "  json           the same JSON value as the answer",
            "  schema         JSON, and nothing else, that the JSON Schema in the row's column schema accepts",
            "  schema:FILE    the same, with one schema for all tasks",
            "  pattern:REGEX  found in the completion",
            "  command:LINE   a program that reads {…, \"completion\"} and writes {\"score\"}, line by line",
            "",
            "Example:",
            "  ./hone sample --model MODEL --tasks sums.jsonl --reward numeric --completions 8 --output runs/round-1",
            "  ./hone train round-1.yaml   # with data: {train: runs/round-1/kept.jsonl}"
        })
final class DrawSamples extends Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--tasks", required = true, paramLabel = "FILE", description = "What to answer, as JSONL.")
    private Path tasks = Path.of("");

    @Option(names = "--reward", required = true, paramLabel = "REWARD", description = "What an answer is judged by.")
    private String reward = "";

    @Option(
            names = "--answer",
            paramLabel = "COLUMN",
            defaultValue = "answer",
            description = "The column with the right answer (answer).")
    private String column = "answer";

    @Option(names = "--completions", defaultValue = "8", description = "Answers to each task (8).")
    private int completions = 8;

    @Option(names = "--keep", defaultValue = "1", description = "Answers kept of each task at most (1).")
    private int keep = 1;

    @Option(names = "--threshold", defaultValue = "1", description = "The least score that is kept (1).")
    private double threshold = 1;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Where samples.jsonl, kept.jsonl and pairs.jsonl (for dpo) go.")
    private Path output = Path.of("");

    @Override
    Exit run() {
        if (completions < 1) {
            throw new ConfigurationException("--completions (" + completions + ") must be positive");
        }
        if (keep < 1) {
            throw new ConfigurationException("--keep (" + keep + ") must be positive");
        }
        try (Interruption interruption = Interruption.watch(err());
                Reward judge = judge()) {
            Terminal terminal = new Terminal(err(), interruption);
            try (Speaker speaker = options.open(terminal)) {
                Sampled.Plan plan = new Sampled.Plan(
                        completions, sampling.sampling(), sampling.maxTokens(), new BestOf(keep, threshold));
                Sampled sampled = Sampled.draw(speaker, tasks, judge, plan, terminal);
                sampled.save(output);
                out().println(summary(sampled));
            }
            return terminal.getAsBoolean() ? Exit.INTERRUPTED : Exit.DONE;
        }
    }

    private Reward judge() {
        int colon = reward.indexOf(':');
        String argument = colon < 0 ? "" : reward.substring(colon + 1);
        return switch (colon < 0 ? reward : reward.substring(0, colon)) {
            case "exact" -> new ExactReward(column);
            case "numeric" -> new NumericReward(column);
            case "json" -> new JsonReward(column);
            case "schema" ->
                argument.isEmpty() ? JsonSchemaReward.inColumn("schema") : JsonSchemaReward.in(Path.of(argument));
            case "pattern" -> new PatternReward(pattern(argument));
            case "command" -> new CommandReward(List.of("sh", "-c", argument), PATIENCE);
            default ->
                throw new ConfigurationException("--reward (" + reward
                        + ") must be exact, numeric, json, schema, schema:FILE, pattern:REGEX or command:LINE");
        };
    }

    private static Pattern pattern(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new ConfigurationException("--reward pattern: " + e.getMessage(), e);
        }
    }

    private String summary(Sampled sampled) {
        long kept = sampled.kept().stream().mapToLong(List::size).sum();
        long with = sampled.kept().stream().filter(of -> !of.isEmpty()).count();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d tasks, %d answers each: mean reward %.3f, best of %d %.3f",
                sampled.samples().size(),
                completions,
                sampled.meanReward(),
                completions,
                sampled.bestOfN()));
        for (int k = 1; k <= completions; k *= 2) {
            text.append(String.format(Locale.ROOT, ", pass@%d %.3f", k, sampled.passAt(k)));
        }
        text.append(String.format(
                Locale.ROOT, "%n%,d answers of %,d tasks kept in %s", kept, with, output.resolve("kept.jsonl")));
        return text.toString();
    }
}
