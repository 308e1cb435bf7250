package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import dev.hone.rollout.tools.Calculator;
import dev.hone.rollout.tools.ClassTools;
import dev.hone.rollout.tools.CommandTools;
import dev.hone.rollout.tools.Tools;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What replies to a policy between its turns, as a file names it: {@code calculator}, {@code class:NAME}, {@code class:NAME:TEXT} or {@code
 * command:LINE}, which runs LINE through a shell ({@code sh -c}), with the rights of whoever runs hone.
 */
public record ToolsChoice(String name) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CLASS = "class:";
    private static final String COMMAND = "command:";

    public ToolsChoice {
        require(
                name.equals(Calculator.NAME) || name.startsWith(CLASS) || name.startsWith(COMMAND),
                "tools (%s) must be calculator, class:NAME or command:LINE",
                name);
        if (name.startsWith(CLASS)) {
            ClassTools.check(className(name), classText(name));
        }
    }

    @FromScalar
    public static ToolsChoice of(String name) {
        return new ToolsChoice(name);
    }

    @AsScalar
    public String asScalar() {
        return name;
    }

    /** The tools, ready to reply; a command is started. */
    public Tools open() {
        if (name.startsWith(CLASS)) {
            return ClassTools.open(className(name), classText(name), PATIENCE);
        }
        return name.startsWith(COMMAND)
                ? new CommandTools(List.of("sh", "-c", name.substring(COMMAND.length())), PATIENCE)
                : new Calculator();
    }

    private static String className(String name) {
        return name.substring(CLASS.length()).split(":", 2)[0];
    }

    private static @Nullable String classText(String name) {
        String[] parts = name.substring(CLASS.length()).split(":", 2);
        return parts.length > 1 ? parts[1] : null;
    }
}
