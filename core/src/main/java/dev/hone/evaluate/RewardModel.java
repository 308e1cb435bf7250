package dev.hone.evaluate;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.error.CheckpointException;
import dev.hone.files.HubCache;
import dev.hone.files.JsonFiles;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.head.ScoreHead;
import dev.hone.model.weight.WeightPlacement;
import dev.hone.tensor.DType;
import dev.hone.tensor.Scope;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A loaded model whose head scores texts. Texts are rendered as in its training: conversations in the template, others with the end
 * of text behind them. Safe for use by several threads.
 */
public final class RewardModel implements AutoCloseable {
    private static final int TOKENS_PER_BATCH = 4096;

    private final LoadedModel model;
    private final RowRenderer renderer;
    private final int tokensPerBatch;

    /**
     * Takes over a model, whose adapter may be what carries the head. Without a template, a prompt is a single message and its text
     * continues in the reply.
     *
     * @param model closed with this object
     * @param tokensPerBatch tokens that are computed at once; a single text may have more
     */
    public RewardModel(LoadedModel model, int tokensPerBatch) {
        if (!(model.model().head(model.adapter()) instanceof ScoreHead)) {
            throw new IllegalArgumentException(
                    "the model predicts tokens and has no head that scores texts; open a reward"
                            + " model, or an adapter that carries such a head");
        }
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException("tokens per batch (" + tokensPerBatch + ") must be positive");
        }
        this.model = model;
        this.renderer = new RowRenderer(model.tokenizer(), model.template(), TrainOn.ALL);
        this.tokensPerBatch = tokensPerBatch;
    }

    /**
     * Opens what a run of {@code method: reward} leaves behind: a checkpoint that scores texts, or an adapter that makes its base,
     * named in {@code adapter_config.json}, score them. Tokenizer and template are the folder's own. Computes in float32.
     */
    public static RewardModel open(Path named) {
        Path folder = HubCache.resolve(named);
        boolean adapted = Files.exists(folder.resolve("adapter_config.json"));
        Checkpoint checkpoint = adapted ? Checkpoint.open(base(folder)) : Checkpoint.openReward(folder);
        Adapter adapter = adapted ? adapter(folder, checkpoint) : null;
        LanguageModel model = checkpoint.model(WeightPlacement.frozen(DType.F32));
        Tokenizer tokenizer = TokenizerFile.open(folder);
        ChatTemplate template = ChatTemplate.existsIn(folder) ? ChatTemplate.fromCheckpoint(folder) : null;
        return new RewardModel(new LoadedModel(model, adapter, tokenizer, template, Set.of()), TOKENS_PER_BATCH);
    }

    /** Nobody would see that a judge scores with another base's layers, so that is refused. */
    private static Adapter adapter(Path folder, Checkpoint base) {
        AdapterOnBase adapted = new AdapterOnBase(folder, AdapterFiles.readReward(folder, base.config()), base);
        adapted.otherBase().ifPresent(difference -> {
            throw new CheckpointException(difference);
        });
        return adapted.adapter();
    }

    private static Path base(Path adapter) {
        Path file = adapter.resolve("adapter_config.json");
        String name = JsonFiles.read(file).path("base_model_name_or_path").asText();
        Path base = HubCache.resolve(Path.of(name));
        if (name.isEmpty() || !Files.isDirectory(base)) {
            throw new CheckpointException(file + ": base_model_name_or_path (" + name
                    + ") is no folder here; merge the adapter into its base with ./hone merge, or correct the path"
                    + HubCache.adviceFor(base).map(advice -> "; " + advice).orElse(""));
        }
        return base;
    }

    /** The score of each reply to a conversation. */
    public float[] score(List<Message> prompt, List<String> replies) {
        List<Row> rows = new ArrayList<>();
        for (String reply : replies) {
            rows.add(row(prompt, reply));
        }
        return score(rows);
    }

    private Row row(List<Message> prompt, String reply) {
        if (model.template() != null) {
            List<Message> all = new ArrayList<>(prompt);
            all.add(Message.assistant(reply).withWeight(0)); // to be read, so that it may be empty
            return new Row.Conversation(all, prompt.size(), List.of());
        }
        if (prompt.size() != 1) {
            throw new IllegalArgumentException(
                    "a prompt of " + prompt.size() + " messages is a conversation, and the reward"
                            + " model has no chat template; give it the one it was trained with");
        }
        return new Row.PlainText(prompt.get(0).content() + reply);
    }

    /** The score of each text; {@link dev.hone.error.DataException} naming the first that cannot be read, from 1. */
    public float[] score(List<Row> rows) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            examples.add(renderer.render(rows.get(i), i, "text " + (i + 1)).example());
        }
        float[] scores = new float[examples.size()];
        int from = 0;
        while (from < scores.length) {
            int to = from;
            int tokens = 0;
            while (to < scores.length
                    && (to == from || tokens + examples.get(to).length() <= tokensPerBatch)) {
                tokens += examples.get(to++).length();
            }
            try (Scope scope = Scope.open()) {
                Batch batch = Batch.ofWhole(examples.subList(from, to));
                float[] some =
                        model.model().score(batch, model.adapter()).rewards().floats();
                System.arraycopy(some, 0, scores, from, some.length);
            }
            from = to;
        }
        return scores;
    }

    @Override
    public void close() {
        model.close();
    }
}
