package dev.hone.checkpoint;

import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.weight.Parameter;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An adapter from a folder on the base it is to be used with, and what a user should know before trusting the two together. An adapter
 * computes on any base of its base's shape, and answers garbage on another one, so that nothing but a comparison shows it.
 *
 * @param folder where the adapter lies
 */
public record AdapterOnBase(Path folder, Adapter adapter, Checkpoint base) {
    /** Reads an adapter for a base whose output it leaves as it is. */
    public static AdapterOnBase open(Path folder, Checkpoint base) {
        return new AdapterOnBase(folder, AdapterFiles.read(folder, base.config()), base);
    }

    /** The same of an adapter that may carry a head of its own, which makes a reward model of its base. */
    public static AdapterOnBase openAny(Path folder, Checkpoint base) {
        return AdapterFiles.scoresTexts(folder)
                ? new AdapterOnBase(folder, AdapterFiles.readReward(folder, base.config()), base)
                : open(folder, base);
    }

    /** The tokens that the adapter's folder says end a text, beside those of the base; none where another tool wrote it. */
    public Set<Integer> endOfText() {
        return CompanionFiles.endOfText(folder, base.config().vocabulary());
    }

    /** What differs between now and its training, and what of its files has no effect; one message each, none where all is well. */
    public List<String> notes(Fingerprint now) {
        List<String> notes = new ArrayList<>(now.differences(folder));
        notes.addAll(notes());
        return notes;
    }

    /** The same without a comparison of tokenizer, template and stop tokens. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(AdapterFiles.warnings(folder));
        notes.addAll(AdapterConfigFile.unmatched(folder.resolve(AdapterConfigFile.NAME), base.config()));
        otherBase().ifPresent(notes::add);
        withoutEffect().ifPresent(notes::add);
        return notes;
    }

    /** That it was trained on other weights than the base's, if that is known. */
    public Optional<String> otherBase() {
        String name = JsonFiles.read(folder.resolve(AdapterConfigFile.NAME))
                .path("base_model_name_or_path")
                .asText("");
        String weights = recordedWeights();
        if (weights == null) {
            weights = weightsIn(name);
        }
        return weights == null || weights.equals(WeightDigest.ofSample(base))
                ? Optional.empty()
                : Optional.of(folder + ": was trained on " + (name.isEmpty() ? "another base" : name) + ", and "
                        + base.folder() + " has other weights; on these its answers mean little"
                        + (name.isEmpty() ? "" : "; name " + name + " as the model"));
    }

    private @Nullable String recordedWeights() {
        try {
            Fingerprint trained = Fingerprint.read(folder);
            return trained == null ? null : trained.weights();
        } catch (CheckpointException damaged) {
            return null; // which the fingerprint's own comparison says
        }
    }

    /** The digest of the base that the adapter names, where that is a folder here and not this base's. */
    private @Nullable String weightsIn(String name) {
        try {
            Path named = HubCache.resolve(Path.of(name));
            boolean here = !name.isEmpty() && Files.exists(named.resolve("config.json"));
            return here && !Files.isSameFile(named, base.folder())
                    ? WeightDigest.ofSample(Checkpoint.openAny(named))
                    : null;
        } catch (CheckpointException | InvalidPathException | IOException unreadable) {
            return null;
        }
    }

    /** That the base computes the same without it, if so: it was saved before it learned anything, or is damaged. */
    private Optional<String> withoutEffect() {
        boolean nothing = adapter.score() == null
                && Autograd.without(() -> {
                    try (Scope scope = Scope.open()) {
                        return adapter.changesNothing(module -> weight(module + ".weight"));
                    }
                });
        return nothing
                ? Optional.of(
                        folder + ": changes nothing; every delta in it is zero, as before the first step of training")
                : Optional.empty();
    }

    private Parameter weight(String name) {
        return LinearMaps.of(base.config()).values().stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .map(spec -> new Parameter(name, base.weight(spec, DType.F32)))
                .orElseThrow(() -> new CheckpointException(base.folder() + ": weight " + name + " is missing"));
    }
}
