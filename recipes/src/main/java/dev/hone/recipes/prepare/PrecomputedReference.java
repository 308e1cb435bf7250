package dev.hone.recipes.prepare;

import dev.hone.checkpoint.Fingerprint;
import dev.hone.checkpoint.WeightDigest;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.AnnotatedDataset;
import dev.hone.data.dataset.Dataset;
import dev.hone.error.DataException;
import dev.hone.error.TrainingException;
import dev.hone.files.Digest;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.adapter.ModuleDelta;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.tensor.Workers;
import dev.hone.train.ReferenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The log-probabilities of a run's initial model, computed before the first step: neither is a second copy of the model
 * needed, nor can the policy ever be its own reference. They are kept in the run's folder.
 */
public final class PrecomputedReference {
    private final ReferenceModel model;
    private final Map<String, String> version;
    private final Path folder;
    private final int tokensPerBatch;
    private final Workers workers;
    private final RunObserver observer;

    private PrecomputedReference(
            ReferenceModel model,
            Map<String, String> version,
            Path folder,
            int tokensPerBatch,
            Workers workers,
            RunObserver observer) {
        this.model = model;
        this.version = version;
        this.folder = folder;
        this.tokensPerBatch = tokensPerBatch;
        this.workers = workers;
        this.observer = observer;
    }

    /** The reference of a run before its first step, into which no state was restored. */
    static PrecomputedReference of(RunFile file, RunPolicy run, Path folder, RunObserver observer) {
        ReferenceModel model = ReferenceModel.of(run.policy());
        return new PrecomputedReference(
                model,
                version(model, file, run),
                folder,
                file.training().batch().tokensPerBatch(),
                run.policy().workers(),
                observer);
    }

    /** Everything that the numbers depend on, apart from the rows themselves. */
    private static Map<String, String> version(ReferenceModel model, RunFile file, RunPolicy run) {
        Fingerprint given = Fingerprint.of(model.model().config(), run.tokenizer(), run.template(), Set.of());
        Map<String, String> version = new LinkedHashMap<>();
        version.put("model", digest(model, given));
        version.put("compute", model.model().compute().name());
        version.put("tokenizer", given.tokenizer());
        version.put("template", String.valueOf(given.template()));
        version.put("data", digest(file.data()));
        version.put("max-tokens", Integer.toString(file.data().maxTokens()));
        return version;
    }

    private static String digest(ReferenceModel model, Fingerprint given) {
        Digest digest = new Digest().add(given.model());
        model.model().parameters().forEach(weight -> WeightDigest.add(digest, weight));
        Adapter adapter = model.adapter();
        if (adapter != null) {
            for (String module : adapter.modules()) {
                ModuleDelta delta = adapter.at(module);
                if (delta != null) {
                    digest.add(module + " " + delta.scale());
                    delta.weights().forEach(weight -> WeightDigest.add(digest, weight));
                }
            }
        }
        return digest.hex();
    }

    private static String digest(DataSettings data) {
        List<Path> paths = new ArrayList<>(data.trainPaths());
        DataSettings.HeldOut evaluate = data.evaluate();
        if (evaluate != null && evaluate.path() != null) {
            paths.add(evaluate.path());
        }
        Digest digest = new Digest();
        for (Path path : paths) {
            try {
                digest.add(path);
            } catch (IOException e) {
                throw new DataException(path + ": cannot be read: " + e.getMessage(), e);
            }
        }
        return digest.hex();
    }

    /** The rows as the model reads them: what overflow, the split and the method make of the data is in it. */
    private static String digest(Dataset rows) {
        Digest digest = new Digest();
        for (int row = 0; row < rows.count(); row++) {
            Batch batch = rows.batch(List.of(row));
            digest.add(batch.tokens()).add(batch.positions());
            digest.add(batch.targets().position()).add(batch.targets().token());
            digest.add(batch.targets().row());
        }
        return digest.hex();
    }

    /**
     * Adds the model's log-probabilities to rows, read from the run's folder or computed.
     *
     * @param name which rows these are
     */
    Dataset annotate(String name, Dataset rows) {
        Map<String, String> mine = new LinkedHashMap<>(version);
        mine.put("rows", digest(rows));
        ReferenceFile file = new ReferenceFile(folder, name);
        List<float[]> values = file.read(mine, observer::say).orElse(List.of());
        if (values.isEmpty()) {
            values = computed(rows);
            file.write(mine, values);
        }
        return new AnnotatedDataset(rows, Annotation.REFERENCE, values);
    }

    private List<float[]> computed(Dataset rows) {
        List<float[]> values = AnnotationPass.read(
                rows,
                tokensPerBatch,
                workers,
                "reference",
                observer,
                batch -> model.annotate(batch).get(Annotation.REFERENCE));
        for (int row = 0; row < values.size(); row++) {
            requireFinite(values.get(row), rows.place(row));
        }
        return values;
    }

    private static void requireFinite(float[] numbers, String place) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new TrainingException(place + ": the reference's log-probability is " + number
                        + ", so nothing can be compared with it; the model's weights are damaged, or training.compute:"
                        + " fp32 is needed");
            }
        }
    }
}
