package dev.hone.recipes.guard;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.config.SettingsSchema;
import dev.hone.recipes.evaluate.Cases;
import dev.hone.recipes.evaluate.EvaluationTask;
import dev.hone.recipes.evaluate.Purpose;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.Percent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is measured as a run goes, and what a run may lose; {@code guards} in its file. Everything is measured before the first step and
 * whenever the run is validated.
 *
 * @param retention evaluation tasks that it could do before
 * @param task evaluation tasks that are to be learned; the first of them chooses the best weights and stops early
 * @param forgetAtMost how much of each retention measure may be lost, relative to what it was before; left out: any
 * @param budgets the same by name, for measures with a budget of their own
 * @param onForgetting what happens where more is lost
 * @param forecast how far the model has moved from its base, on what the base writes; left out: not measured
 * @param overfitting the gap between rows that are trained on and held-out rows; left out: not measured
 * @param spillOver a trained tone or format in replies to unrelated prompts; left out: not measured
 */
public record GuardSettings(
        EvaluationTask.@Nullable Group retention,
        EvaluationTask.@Nullable Group task,
        @Nullable Percent forgetAtMost,
        @Default("{}") Map<String, Percent> budgets,
        @Default("warn") OnForgetting onForgetting,
        @Nullable ForecastSettings forecast,
        @Nullable OverfittingSettings overfitting,
        @Nullable SpillOver spillOver) {
    public GuardSettings {
        budgets = Map.copyOf(budgets);
    }

    /** What happens to a run that has lost more than its budget. */
    public enum OnForgetting {
        /** It goes on. */
        WARN,
        /** It ends where it stands. */
        STOP,
        /** It ends at the last weights within the budget. */
        ROLL_BACK,
        /** It continues from the last weights within the budget, with twice the share of replayed tokens. */
        RAISE_REPLAY
    }

    /**
     * How the forecast is made.
     *
     * @param prompts of training rows, which the base completes before the first step
     * @param tokens the longest completion
     */
    public record ForecastSettings(
            @Default("16") int prompts, @Default("48") int tokens) {
        public ForecastSettings {
            require(prompts > 0, "prompts (%d) must be positive", prompts);
            requireAtMost("prompts", prompts, 10_000);
            require(tokens > 0, "tokens (%d) must be positive", tokens);
            requireAtMost("tokens", tokens, 100_000);
        }
    }

    /**
     * How the gap is measured.
     *
     * @param rows of the training data whose loss is measured as that of the held-out rows is
     * @param gapAtMost the largest difference of both losses, in nats; left out: any
     */
    public record OverfittingSettings(
            @Default("64") int rows, @Nullable Double gapAtMost) {
        public OverfittingSettings {
            require(rows > 0, "rows (%d) must be positive", rows);
            requireAtMost("rows", rows, 1_000_000);
            require(gapAtMost == null || gapAtMost >= 0, "gapAtMost (%s) must not be negative", gapAtMost);
        }
    }

    /**
     * Replies to prompts that the run has nothing to do with.
     *
     * @param reward gives 1 to a reply that has the trained tone or format
     * @param atMost by how much the share of such replies may grow, in points
     * @param maxTokens a longer reply is cut and scored as it stands
     */
    public record SpillOver(
            Path path,
            RewardChoice reward,
            Percent atMost,
            @Default("answer") String answer,
            @Default("64") int maxTokens) {
        public SpillOver {
            require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
            requireAtMost("maxTokens", maxTokens, 1 << 24);
        }

        EvaluationTask replies() {
            return new Cases(path, "spill-over", reward, answer, maxTokens, "auto", Purpose.RETENTION);
        }
    }

    /** The group within its file, so that each key has its full name. */
    record Frame(GuardSettings guards) {}

    /**
     * The guards of a run, read strictly; none where its file has none.
     *
     * @throws dev.hone.config.ConfigurationException with all that cannot work, by line
     */
    public static Optional<GuardSettings> of(RunFile run) {
        return configured(run).map(file -> file.value().guards());
    }

    /** The files that they read, by key. */
    public static Map<String, Path> paths(RunFile run) {
        return configured(run).map(Configured::paths).orElse(Map.of());
    }

    /** The schema of a run's file with that of this group in it. */
    public static ObjectNode in(ObjectNode runSchema) {
        runSchema.withObject("/properties").set("guards", SettingsSchema.partOf(GuardSettings.class));
        return runSchema;
    }

    private static Optional<Configured<Frame>> configured(RunFile run) {
        Settings written = run.guards();
        if (written == null) {
            return Optional.empty();
        }
        Configured<Frame> file = written.under("guards").bind(Frame.class);
        new GuardRules(run, file).require();
        return Optional.of(file);
    }

    List<EvaluationTask> retained() {
        return EvaluationTask.Group.all(retention);
    }

    List<EvaluationTask> learned() {
        return EvaluationTask.Group.all(task);
    }

    /** The budget of a retention measure; empty: it is measured, and may be lost. */
    Optional<Percent> budget(EvaluationTask measure) {
        return Optional.ofNullable(budgets.getOrDefault(measure.title(), forgetAtMost));
    }
}
