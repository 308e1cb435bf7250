package dev.hone.recipes.sample;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import dev.hone.rollout.CommandReward;
import dev.hone.rollout.ContainsReward;
import dev.hone.rollout.ExactReward;
import dev.hone.rollout.JsonReward;
import dev.hone.rollout.JsonSchemaReward;
import dev.hone.rollout.NumericReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What answers are judged by, as a file or an option names it: {@code exact}, {@code contains}, {@code numeric}, {@code json}, {@code schema},
 * {@code schema:FILE}, {@code pattern:REGEX}, {@code model:FOLDER} or {@code command:LINE}.
 */
public record RewardChoice(String name) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PLAIN = List.of("exact", "contains", "numeric", "json", "schema");
    private static final List<String> WITH_ARGUMENT = List.of("schema", "pattern", "model", "command");

    public RewardChoice {
        boolean argued = name.contains(":") && WITH_ARGUMENT.contains(kind(name));
        if (!argued && !PLAIN.contains(name)) {
            throw new IllegalArgumentException(
                    "(" + name + ") must be exact, contains, numeric, json, schema, schema:FILE,"
                            + " pattern:REGEX, model:FOLDER or command:LINE");
        }
        if (kind(name).equals("pattern")) {
            compiled(name);
        }
    }

    @FromScalar
    public static RewardChoice of(String name) {
        return new RewardChoice(name);
    }

    @AsScalar
    public String asScalar() {
        return name;
    }

    /** The reward, ready to judge; a command is started. */
    public Reward open(String answerColumn) {
        return switch (kind(name)) {
            case "exact" -> new ExactReward(answerColumn);
            case "contains" -> new ContainsReward(answerColumn);
            case "numeric" -> new NumericReward(answerColumn);
            case "json" -> new JsonReward(answerColumn);
            case "schema" ->
                name.contains(":") ? JsonSchemaReward.in(Path.of(argument(name))) : JsonSchemaReward.inColumn("schema");
            case "pattern" -> new PatternReward(compiled(name));
            case "model" -> Judge.open(Path.of(argument(name)));
            default -> new CommandReward(List.of("sh", "-c", argument(name)), PATIENCE);
        };
    }

    private static String kind(String name) {
        return name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    }

    private static Pattern compiled(String name) {
        try {
            return Pattern.compile(argument(name));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern: " + e.getMessage(), e);
        }
    }

    private static String argument(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
