package dev.hone.recipes.prepare;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CompanionFiles;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.Rounding;
import dev.hone.checkpoint.TrainedModel;
import dev.hone.checkpoint.ValueHeadFile;
import dev.hone.files.FolderChecksums;
import dev.hone.generate.LoadedModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.weight.Parameter;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import dev.hone.train.Progress;
import dev.hone.train.TrainingListener;
import dev.hone.train.ValidationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The policy of a run, with its tokenizer and chat template.
 *
 * @param origin folder the model came from
 * @param template how conversations are written, where rows are conversations
 * @param saving how a whole model is saved
 * @param teachesConversation whether the replies of conversations are trained, so that the template belongs to the result
 */
public record RunPolicy(
        Path origin,
        Policy policy,
        Tokenizer tokenizer,
        ChatTemplate template,
        boolean teachesConversation,
        DType compute,
        TrainedModel.Saving saving) {
    /** Opens the model of a run, as its method starts from it. */
    public static RunPolicy open(RunFile file, TokenizerAndTemplate language) {
        DType compute = file.training().execution().compute().type();
        Policy policy = file.method()
                .open(
                        file.model(),
                        file.adapter(),
                        language.tokenizer(),
                        compute,
                        file.training().hyperparameters().seed())
                .recomputing(file.training().execution().recompute());
        int workers = ThreadPolicy.workers(file);
        ThreadPolicy.forWorkers(workers, policy.model().config());
        return new RunPolicy(
                file.model(),
                workers > 1 ? policy.parallel(workers) : policy,
                language.tokenizer(),
                language.template(),
                file.kind().isConversational(),
                compute,
                saving(file, policy.model().config()));
    }

    private static TrainedModel.Saving saving(RunFile file, ModelConfig model) {
        CompanionFiles.in(file.model()); // refused now and not after training
        return new TrainedModel.Saving(
                file.training().saveType(),
                file.method().start() != Start.BLANK,
                file.adapter() instanceof AdapterSettings.Saved saved
                        ? CompanionFiles.endOfText(saved.path(), model.vocabulary())
                        : Set.of());
    }

    /** Reports what is trained, and what of an adapter on disk does not fit the model. */
    public void introduce(RunFile file, RunObserver observer) {
        observer.say(describe());
        Adapter continued = policy.adapter();
        if (file.adapter() instanceof AdapterSettings.Saved saved && continued != null) {
            new AdapterOnBase(saved.path(), continued, Checkpoint.openAny(origin))
                    .notes(fingerprint())
                    .forEach(observer::say);
        }
    }

    /** The model and what of it is trained, in one line. */
    public String describe() {
        long all = policy.model().config().parameterCount();
        long trained =
                policy.parameters().stream().mapToLong(p -> p.value().count()).sum();
        return String.format(
                Locale.ROOT,
                "%s: %,d parameters, %,d trained (%.2f %%), computing in %s",
                policy.model().config().architecture().modelType(),
                all,
                trained,
                100.0 * trained / (policy.adapter() == null ? all : all + trained),
                compute == DType.F32 ? "fp32" : "bf16");
    }

    /**
     * Writes the adapter, or the whole model, with the tokenizer and the template it was trained with.
     *
     * @return what rounding did to the update, where a narrower type was chosen than what was trained
     */
    public Optional<Rounding> save(Path folder) {
        return trained().save(folder, this::writeCritic);
    }

    private void writeCritic(Path folder) throws IOException {
        Parameter critic = policy.valueHead();
        if (critic != null) {
            ValueHeadFile.write(folder, critic);
        }
    }

    /** What rounding did to a saved model, in one line. */
    public String describe(Rounding rounding) {
        return "saved with save-type " + saving.type().name().toLowerCase(Locale.ROOT) + "; " + rounding.describe()
                + (rounding.isMuch() ? ", which is much; training.save-type: fp32 keeps all of it" : "");
    }

    /** Whether it scores whole texts and predicts no tokens. */
    public boolean scoresTexts() {
        return trained().scoresTexts();
    }

    /** The policy as it is, ready to generate and to be measured; weights are shared, and it is not to be closed. */
    public LoadedModel view() {
        return view(template);
    }

    /**
     * The same with another template.
     *
     * @param named its name, as in {@code data.template}; {@code auto}: the run's own
     */
    public LoadedModel view(String named) {
        return named.equals("auto") ? view() : view(TemplateChoice.named(named, origin, tokenizer));
    }

    private LoadedModel view(ChatTemplate asked) {
        ModelConfig config = policy.model().config();
        Set<Integer> named = CompanionFiles.endOfText(origin, config.vocabulary());
        Set<Integer> stops =
                new LinkedHashSet<>(named.isEmpty() ? config.tokens().end() : named);
        stops.addAll(saving.ends());
        stops.addAll(TemplateChoice.stopTokens(asked, tokenizer));
        return new LoadedModel(policy.model(), policy.adapter(), tokenizer, asked, stops);
    }

    /** What it reads and writes with. */
    public Fingerprint fingerprint() {
        return trained().fingerprint();
    }

    private TrainedModel trained() {
        return new TrainedModel(
                origin, policy.model(), policy.adapter(), tokenizer, teachesConversation ? template : null, saving);
    }

    /** Saves the policy whenever the held-out loss is the lowest so far. */
    public TrainingListener keepBest(Path folder) {
        return new TrainingListener() {
            @Override
            public void evaluated(Progress progress, ValidationResult result) {
                if (progress.improved()) {
                    trained().save(folder, fresh -> {
                        writeCritic(fresh);
                        FolderChecksums.write(fresh);
                    });
                }
            }
        };
    }
}
