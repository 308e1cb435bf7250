package dev.hone.recipes.run;

import static dev.hone.error.Require.require;

import dev.hone.checkpoint.SaveType;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Flattened;
import dev.hone.config.Problem;
import dev.hone.config.Settings;
import dev.hone.files.HubCache;
import dev.hone.recipes.alarm.AlarmSettings;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.method.Method;
import dev.hone.recipes.reward.RewardTerms;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.recipes.settings.ReportSettings;
import dev.hone.recipes.settings.RolloutSettings;
import dev.hone.recipes.settings.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as its YAML file describes it; valid once it exists.
 *
 * @param method how the model is trained; its own settings stand beside it in the file, under its name
 * @param model folder of a checkpoint, found in the Hugging Face cache where a name of the hub was written; for {@code pretrain} one with {@code config.json} and {@code tokenizer.json} is enough
 * @param output folder that will hold everything the run leaves behind
 * @param adapter left out: every weight is trained
 * @param guards what is measured as the run goes so that nothing is lost, in a group that {@code recipes.guard} reads, as its tasks
 *     are measured by what stands above this; left out: nothing is
 * @param report what the run's page shows of its rows
 * @param rewards what sampled completions are judged by, for methods that learn from samples
 * @param rollout how these are sampled
 * @param alarms when a run that learns from samples says that something is wrong, and when it stops
 */
public record RunFile(
        Method method,
        Path model,
        Path output,
        DataSettings data,
        @Nullable AdapterSettings adapter,
        TrainingSettings training,
        @Nullable Settings guards,
        ReportSettings report,
        @Flattened RewardTerms rewards,
        RolloutSettings rollout,
        AlarmSettings alarms) {
    public RunFile {
        model = HubCache.resolve(model);
        method.check(data, adapter);
        new RolloutRules(method, data, adapter, training).check(rewards, rollout, alarms);
        require(
                adapter == null || training.saveType() == SaveType.FP32,
                "training.save-type (%s) has no effect on an adapter, which is always saved in fp32; leave it out",
                training.saveType().name().toLowerCase(Locale.ROOT));
    }

    /** What a row of its data is. */
    public DataKind kind() {
        return method.data(data, rollout);
    }

    /**
     * Reads a file strictly, with the defaults of its method; every problem is reported at once, then every setting without
     * effect.
     */
    public static Configured<RunFile> read(Settings settings) {
        return read(settings, settings);
    }

    /**
     * The same of a file that others complete.
     *
     * @param own what is written for this run alone, where every setting is to have an effect; what several runs share need not
     */
    public static Configured<RunFile> read(Settings settings, Settings own) {
        Configured<RunFile> file = recorded(settings);
        List<Problem> idle = IdleSettings.of(file.value(), own);
        if (!idle.isEmpty()) {
            throw new ConfigurationException(idle);
        }
        return file;
    }

    /** Reads what a run that has begun wrote down of itself: as {@link #read(Settings)}, but what has no effect is left alone. */
    public static Configured<RunFile> recorded(Settings settings) {
        String name = settings.peek("method").orElse("");
        double rate = 1e-4; // stands in where the method is wrong, which binding the whole reports
        try {
            Method method =
                    settings.only("method", name).bind(Choice.class).value().method();
            rate = method.usualRate(settings.has("adapter"));
        } catch (ConfigurationException e) {
            // reported below, with everything else that is wrong
        }
        Settings complete = settings.answering(OtherTools.SYNONYMS).orElse("training.learning-rate", rate);
        return longest(settings)
                .map(tokens -> complete.orElse("grpo.max-completion-tokens", tokens))
                .orElse(complete)
                .bind(RunFile.class);
    }

    /** The longest completion that is sampled, where the loss divides by that. */
    private static Optional<Integer> longest(Settings settings) {
        return settings.peek("grpo.loss")
                .filter("dr-grpo"::equals)
                .flatMap(loss -> settings.peek("rollout.max-completion-tokens"))
                .filter(text -> text.matches("[1-9]\\d{0,8}"))
                .map(Integer::valueOf);
    }

    /** The same with at most {@code tokens} tokens in a micro-batch, where the file leaves their rows open. */
    public RunFile withTokensPerBatch(int tokens) {
        return with(training.withTokensPerBatch(tokens));
    }

    /** The same, saved in another type. */
    public RunFile withSaveType(SaveType other) {
        return with(training.withSaveType(other));
    }

    private RunFile with(TrainingSettings other) {
        return new RunFile(method, model, output, data, adapter, other, guards, report, rewards, rollout, alarms);
    }

    /** A method alone, with its own settings. */
    private record Choice(Method method) {}
}
