package dev.hone.evaluate;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.head.ScoreHead;
import dev.hone.tensor.Scope;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that scores texts, with all it needs to read them. Texts are written down as its training wrote them: conversations in
 * the template, others with the end of text behind them. Safe for use by several threads.
 */
public final class RewardModel {
    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final RowRenderer renderer;
    private final boolean converses;
    private final int tokensPerBatch;

    /**
     * @param adapter what makes a reward model of the model, or changes one
     * @param template how conversations are written down; without one, a prompt is a single message and its text goes on in the
     *     reply
     * @param tokensPerBatch tokens that are computed at once; a single text may have more
     */
    public RewardModel(
            LanguageModel model,
            @Nullable Adapter adapter,
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            int tokensPerBatch) {
        if (!(model.head(adapter) instanceof ScoreHead)) {
            throw new IllegalArgumentException(
                    "the model predicts tokens and has no head that scores texts; open a reward"
                            + " model, or an adapter that carries such a head");
        }
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException("tokens per batch (" + tokensPerBatch + ") must be positive");
        }
        this.model = model;
        this.adapter = adapter;
        this.renderer = new RowRenderer(tokenizer, template, TrainOn.REPLIES);
        this.converses = template != null;
        this.tokensPerBatch = tokensPerBatch;
    }

    /** How good each reply to a conversation is. */
    public float[] score(List<Message> prompt, List<String> replies) {
        List<Row> rows = new ArrayList<>();
        for (String reply : replies) {
            rows.add(row(prompt, reply));
        }
        return score(rows);
    }

    private Row row(List<Message> prompt, String reply) {
        if (converses) {
            List<Message> all = new ArrayList<>(prompt);
            all.add(Message.assistant(reply));
            return new Row.Conversation(all, prompt.size(), List.of());
        }
        if (prompt.size() != 1) {
            throw new IllegalArgumentException(
                    "a prompt of " + prompt.size() + " messages is a conversation, and the reward"
                            + " model has no chat template; give it the one it was trained with");
        }
        return new Row.Text(prompt.get(0).content() + reply);
    }

    /** How good each text is; {@link dev.hone.config.DataException} naming the first that cannot be read, from 1. */
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
                float[] some = model.score(batch, adapter).rewards().floats();
                System.arraycopy(some, 0, scores, from, some.length);
            }
            from = to;
        }
        return scores;
    }
}
