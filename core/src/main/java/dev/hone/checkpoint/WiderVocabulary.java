package dev.hone.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.ParameterSpec;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.DType;
import dev.hone.tensor.Tensor;
import dev.hone.text.MoreTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A checkpoint with further tokens. Their rows of the embedding, and of the head where that has rows of its own, are the mean of the rows of
 * all tokens that there were, so that a new token begins as likely as a token is on average. Rows that the model has beyond its
 * tokenizer's are used first; where they do not suffice, both matrices grow. All else is as it was, to the bit.
 */
public final class WiderVocabulary {
    private static final Set<String> BY_TOKEN = Set.of(ParameterSpec.EMBEDDING, ParameterSpec.HEAD);

    private final Checkpoint base;
    private final int first;
    private final int count;

    private WiderVocabulary(Checkpoint base, int first, int count) {
        this.base = base;
        this.first = first;
        this.count = count;
    }

    /**
     * What was written.
     *
     * @param ids of the new tokens, in their order
     * @param rows of the embedding
     * @param grown how many of them are new
     */
    public record Report(List<Integer> ids, int rows, int grown) {}

    /**
     * Writes the checkpoint with its tokenizer.
     *
     * @param special whether the tokens mark structure and are no text
     * @throws dev.hone.text.TokenizerException where a token cannot be added
     */
    public static Report write(Checkpoint base, List<String> tokens, boolean special, Path folder) {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("tokens name none");
        }
        List<Report> reports = new ArrayList<>();
        try {
            AtomicFolder.write(folder, fresh -> {
                CompanionFiles.in(base.folder()).copyTo(fresh);
                List<Integer> ids = MoreTokens.write(base.folder(), tokens, special, fresh);
                reports.add(new WiderVocabulary(base, ids.get(0), ids.size()).fill(fresh, ids));
            });
        } catch (IOException e) {
            throw new CheckpointException(folder + ": could not be written (" + e.getMessage() + ")", e);
        }
        return reports.get(0);
    }

    private Report fill(Path folder, List<Integer> ids) throws IOException {
        int before = base.config().vocabulary();
        int rows = Math.max(before, first + count);
        if (first > before) {
            throw new CheckpointException(base.folder() + ": the tokenizer has " + first + " tokens and the model "
                    + before + " rows; do the two belong together?");
        }
        DType type = base.storedType();
        List<SafetensorsWriter.Item> items = new ArrayList<>();
        for (ParameterSpec spec : ParameterSpec.of(base.config())) {
            boolean byToken = BY_TOKEN.contains(spec.name());
            long[] shape = spec.shape().clone();
            if (byToken) {
                shape[0] = rows;
            }
            items.add(new SafetensorsWriter.Item(
                    spec.name(),
                    type,
                    shape,
                    () -> Autograd.without(() -> byToken ? widened(spec, type) : base.weight(spec, type))));
        }
        CheckpointWriter.write(folder, base.config(), items, type, CheckpointWriter.SHARD_BYTES);
        ObjectNode config =
                JsonFiles.read(folder.resolve("config.json")); // as written: plain weights, whatever the base's were
        config.put("vocab_size", rows);
        if (config.path("text_config").has("vocab_size")) {
            config.withObject("/text_config").put("vocab_size", rows);
        }
        JsonFiles.write(folder.resolve("config.json"), config);
        return new Report(ids, rows, rows - before);
    }

    /** The rows that there were, the mean of them for each new token, and what the model has beyond. */
    private Tensor widened(ParameterSpec spec, DType type) {
        Tensor all = base.weight(spec, type); // [vocabulary, hidden]
        Tensor known = all.narrow(0, 0, first);
        Tensor mean = known.to(DType.F32).meanKeeping(0).to(type); // [1, hidden]
        List<Tensor> parts = new ArrayList<>(List.of(known));
        for (int i = 0; i < count; i++) {
            parts.add(mean);
        }
        long rest = all.size(0) - first - count;
        if (rest > 0) {
            parts.add(all.narrow(0, first + (long) count, rest));
        }
        return Tensor.concatenate(0, parts);
    }
}
