package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.HubCache;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.model.head.ScoreHead;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was trained, an adapter or a whole model, with all that belongs beside it on disk: tokenizer, template, stop tokens and
 * fingerprint. Saving reads the weights, so nothing may update them meanwhile.
 *
 * @param origin folder of the checkpoint that training started from
 * @param adapter null: the model's own weights were trained
 * @param template that of the conversations trained on; null where rows were no conversations
 * @param saving how a whole model is saved; an adapter always is in float32
 */
public record TrainedModel(
        Path origin,
        LanguageModel model,
        @Nullable Adapter adapter,
        Tokenizer tokenizer,
        @Nullable ChatTemplate template,
        Saving saving) {
    /**
     * How a whole model is saved.
     *
     * @param type of the weights
     * @param fromBase whether training started from the weights in the origin's folder, so that it has an update to compare with
     * @param ends tokens that ended a reply of an adapter that training continued
     */
    public record Saving(SaveType type, boolean fromBase, Set<Integer> ends) {
        public Saving {
            ends = Set.copyOf(ends);
        }

        /** In float32, so that what was measured is what is saved. */
        public static Saving standard() {
            return new Saving(SaveType.FP32, true, Set.of());
        }
    }

    /**
     * Writes the adapter, or the whole model. The folder is replaced as a whole, so that its files always belong together.
     *
     * @return what rounding did to the update, where the type of the weights is narrower than what was trained
     * @throws CheckpointException if it cannot be written
     */
    public Optional<Rounding> save(Path folder) {
        return save(folder, whole -> {});
    }

    /** The same with what is written beside the rest once that is there. */
    public Optional<Rounding> save(Path folder, AtomicFolder.FolderBody beside) {
        AtomicReference<@Nullable Rounding> rounding = new AtomicReference<>();
        try {
            AtomicFolder.write(folder, fresh -> {
                rounding.set(fill(fresh));
                beside.writeTo(fresh);
            });
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
        return Optional.ofNullable(rounding.get());
    }

    /** Whether it scores whole texts and predicts no tokens. */
    public boolean scoresTexts() {
        return model.head(adapter) instanceof ScoreHead;
    }

    /** What it reads and writes with. */
    public Fingerprint fingerprint() {
        return Fingerprint.of(model.config(), tokenizer, template, stopTokens());
    }

    private Set<Integer> stopTokens() {
        return TemplateChoice.stopTokens(template, tokenizer);
    }

    private @Nullable Rounding fill(Path folder) throws IOException {
        Rounding rounding = null;
        if (adapter != null) {
            Fingerprint trained = fingerprint().withWeights(WeightDigest.ofSample(model));
            String base = HubCache.nameOf(origin).orElse(origin.toString());
            AdapterFiles.write(folder, adapter, model.config(), base, trained);
        } else {
            rounding = writeModel(folder);
        }
        CompanionFiles.in(origin).copyTo(folder);
        if (scoresTexts()) {
            ScorePadding.write(folder, ScorePadding.of(tokenizer));
        }
        if (template != null) {
            CompanionFiles.writeTemplate(folder, template, origin);
        }
        CompanionFiles.addEndOfText(folder, endOfText());
        return rounding;
    }

    /** Where the origin ended a text, and where replies ended in training. */
    private Set<Integer> endOfText() {
        ModelConfig config = model.config();
        Set<Integer> ends = new TreeSet<>(CompanionFiles.endOfText(origin, config.vocabulary()));
        if (ends.isEmpty()) {
            ends.addAll(config.tokens().end());
        }
        ends.addAll(saving.ends());
        ends.addAll(stopTokens());
        return ends;
    }

    private @Nullable Rounding writeModel(Path folder) throws IOException {
        DType type = saving.type()
                .of(CheckpointWriter.typeNamed(model.config().source().dtype()));
        if (type == DType.F32) {
            CheckpointWriter.write(folder, model, type);
            return null;
        }
        Checkpoint base = saving.fromBase() ? Checkpoint.openAny(origin) : null;
        List<Rounding.Sums> sums = new ArrayList<>();
        CheckpointWriter.write(folder, model, type, weight -> {
            Tensor trained = weight.value().detach(); // float32
            Tensor stored = trained.to(type);
            if (trained.isFinite() && !stored.isFinite()) {
                throw new CheckpointException(weight.name() + " holds numbers beyond the largest of " + type
                        + "; training.save-type: fp32 or bf16 holds them");
            }
            if (base != null && base.has(weight.name())) {
                Tensor before = base.weight(new ParameterSpec(weight.name(), trained.shape()), DType.F32);
                sums.add(Rounding.Sums.of(before, trained.minus(before), stored));
            }
            return stored;
        });
        return base == null
                ? null
                : sums.stream().reduce(Rounding.Sums.NONE, Rounding.Sums::plus).rounding();
    }
}
