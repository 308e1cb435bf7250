package dev.hone.recipes.check;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.ScorePadding;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Origin;
import dev.hone.config.Problem;
import dev.hone.data.row.DatasetInfo;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.error.HoneException;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.Output;
import dev.hone.recipes.guard.GuardSettings;
import dev.hone.recipes.method.DistillSettings;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.Scope;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The files that a run names, looked at before anything is read or loaded: the model's configuration and the headers of its weights, its
 * tokenizer and template, the adapter, the teacher, the rows. What a run would come to grief over is reported with the line of the file
 * that names it. A check and a run begin with the same survey, so that neither accepts what the other refuses.
 */
public final class RunSurvey {
    private final Configured<RunFile> configured;
    private final RunFile run;
    private final List<Problem> problems = new ArrayList<>();

    private RunSurvey(Configured<RunFile> configured) {
        this.configured = configured;
        this.run = configured.value();
    }

    /**
     * Looks at everything, and opens what the rows are rendered with.
     *
     * @throws ConfigurationException with all that is wrong, by line
     */
    public static TokenizerAndTemplate open(Configured<RunFile> configured) {
        RunSurvey survey = new RunSurvey(configured);
        if (!Files.isDirectory(survey.run.model())) { // one mistake, and told as one
            survey.attempt("model", () -> folder(survey.run.model()));
            survey.lookAtFiles();
            throw new ConfigurationException(survey.problems);
        }
        Optional<Tokenizer> tokenizer = survey.attempt("model", () -> TokenizerFile.open(survey.run.model()));
        try {
            survey.lookAtFiles();
            Optional<ModelConfig> model = survey.attempt("model", survey::model);
            model.ifPresent(survey::lookAtAdapter);
            model.ifPresent(shape -> tokenizer.ifPresent(own -> survey.lookAtMethod(shape, own)));
            Optional<TokenizerAndTemplate> language = tokenizer.flatMap(own -> survey.attempt(
                    "data.template",
                    () -> new TokenizerAndTemplate(
                            own,
                            TemplateChoice.named(
                                    survey.run.data().template(),
                                    survey.run.model(),
                                    own,
                                    survey.run.data().templateArguments()))));
            if (!survey.problems.isEmpty() || language.isEmpty()) {
                throw new ConfigurationException(survey.problems);
            }
            return language.get();
        } catch (RuntimeException e) {
            tokenizer.ifPresent(Tokenizer::close);
            throw e;
        }
    }

    /** The rows' files are there, and files. */
    private void lookAtFiles() {
        for (Map.Entry<String, Path> input : configured.paths().entrySet()) {
            if (input.getKey().startsWith("data.")) {
                try {
                    JsonlFile.require(input.getValue());
                } catch (DataException e) {
                    problem(written(input.getKey()), String.valueOf(e.getMessage()));
                }
            }
        }
        Path info = run.data().datasetInfo();
        if (info != null && problems.isEmpty()) {
            attempt("data.dataset-info", () -> DatasetInfo.read(info));
        }
        lookAtGuards();
    }

    /** The shape of the model, whose weights are there and have the shapes that it implies. */
    private ModelConfig model() {
        Start start = run.method().start();
        return start == Start.BASE || run.adapter() != null
                ? Checkpoint.open(run.model()).config()
                : start.config(run.model());
    }

    private void lookAtAdapter(ModelConfig model) {
        if (run.adapter() instanceof AdapterSettings.Saved saved) {
            attempt("adapter.path", () -> {
                try (Scope scope = Scope.open()) {
                    return run.method().start() == Start.REWARD
                            ? AdapterFiles.readReward(saved.path(), model)
                            : AdapterFiles.read(saved.path(), model);
                }
            });
        } else if (run.adapter() instanceof AdapterSettings.Lora lora) {
            attempt("adapter.targets", () -> {
                lora.shape().requireTargets(model);
                return lora;
            });
        }
    }

    private void lookAtGuards() {
        try {
            GuardSettings.of(run);
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
    }

    private void lookAtMethod(ModelConfig model, Tokenizer tokenizer) {
        if (run.method().start() == Start.REWARD && model.output() != Output.SCORE) {
            attempt("model", () -> ScorePadding.of(tokenizer));
        }
        if (run.method() instanceof DistillSettings distill) {
            lookAtTeacher(distill, model, tokenizer);
        }
    }

    private void lookAtTeacher(DistillSettings distill, ModelConfig model, Tokenizer tokenizer) {
        if (attempt("distill.teacher", () -> folder(distill.teacher())).isEmpty()) {
            return;
        }
        Optional<ModelConfig> teacher = attempt(
                "distill.teacher", () -> Checkpoint.open(distill.teacher()).config());
        Path adapter = distill.teacherAdapter();
        if (adapter != null) {
            teacher.ifPresent(shape -> attempt("distill.teacher-adapter", () -> {
                try (Scope scope = Scope.open()) {
                    return AdapterFiles.read(adapter, shape);
                }
            }));
        }
        attempt("distill.teacher", () -> {
                    try (Tokenizer own = TokenizerFile.open(distill.teacher())) {
                        return own.fingerprint();
                    }
                })
                .ifPresent(fingerprint -> {
                    boolean same = teacher.isPresent() && teacher.get().vocabulary() == model.vocabulary();
                    if (teacher.isPresent() && !(same && fingerprint.equals(tokenizer.fingerprint()))) {
                        problem(
                                "distill.teacher",
                                distill.teacher() + ": reads another vocabulary ("
                                        + teacher.get().vocabulary() + " tokens) than the student ("
                                        + model.vocabulary()
                                        + "), and distributions are compared token by token; name a teacher with the"
                                        + " student's own tokenizer.json");
                    }
                });
    }

    /** A checkpoint's folder, which is there. */
    private static Path folder(Path checkpoint) {
        Checkpoint.requireFolder(checkpoint);
        return checkpoint;
    }

    /** What comes back, or nothing and a problem at the line of a key. */
    private <T> Optional<T> attempt(String key, Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (ConfigurationException e) {
            if (e.problems().isEmpty()) {
                problem(key, e.getMessage());
            }
            problems.addAll(e.problems());
        } catch (HoneException | IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private void problem(String key, String message) {
        problems.add(new Problem(origin(key), message.startsWith(key) ? message : key + ": " + message));
    }

    /** The key, or the group it is in, that is written: {@code data.train} for the path of its one file. What has its default is itself. */
    private String written(String key) {
        for (String at = key; !at.isEmpty(); at = at.substring(0, Math.max(0, cut(at)))) {
            Origin found = configured.origins().get(at);
            if (found != null && found != Origin.DEFAULT) {
                return at;
            }
        }
        return key;
    }

    /** Where a key is written, or the group it is in; what has its default comes with the model. */
    private Origin origin(String key) {
        Origin found = configured.origins().get(written(key));
        Origin model = configured.origins().get("model");
        return found != null && found != Origin.DEFAULT ? found : model != null ? model : Origin.DEFAULT;
    }

    private static int cut(String key) {
        return Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
    }
}
