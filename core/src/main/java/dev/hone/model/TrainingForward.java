package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.model.adapter.Adapter;
import dev.hone.model.attention.SegmentAttention;
import dev.hone.random.Draw;
import dev.hone.tensor.Autograd;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of training: the decoder as a list of {@link Block}s with the graph cut between them, in the last layer's MLP
 * block only the positions that predict a target, and what is random drawn from one place of the run.
 *
 * @param place the run and step that dropout and noise are drawn from
 * @param embeddingNoise α of NEFTune; 0: none
 */
record TrainingForward(Decoder decoder, Draw place, double embeddingNoise, Recomputation recomputation) {
    HiddenStates apply(Batch given, @Nullable Adapter adapter) {
        Dropout dropout = adapter == null || adapter.config().dropout() == 0
                ? null
                : new Dropout(adapter.config().dropout(), place, given);
        EmbeddingNoise noise = embeddingNoise == 0 ? null : new EmbeddingNoise(embeddingNoise, place, given);
        boolean drawsByRow = dropout != null || noise != null;
        Batch batch = drawsByRow ? given : decoder.sharingPrefixes(given);
        ForwardContext pass =
                new ForwardContext(decoder.rotations(batch), new SegmentAttention(batch.segments()), adapter, dropout);
        Tensor first = Autograd.without(() -> decoder.embed(batch.tokens(), noise));
        return LayerStack.through(
                blocks(pass, PredictingPositions.of(batch.targets())),
                decoder.embedding().isTrained() ? first.trainable() : first,
                gradient -> Autograd.withoutDo(() -> decoder.embedding()
                        .gradient()
                        .addRowsInPlace(Tensor.of(batch.tokens()), decoder.toEmbeddings(gradient))));
    }

    private List<Block> blocks(ForwardContext pass, PredictingPositions predicting) {
        List<Block> blocks = new ArrayList<>();
        decoder.layers().forEach(layer -> layer.blocks(pass).forEach(block -> blocks.add(recomputation.of(block))));
        int beforeMlp = pass.dropout() == null ? blocks.size() - 1 : blocks.size(); // masks are drawn for all positions
        blocks.add(beforeMlp, Block.of(predicting::ofAll));
        blocks.add(Block.of(x -> predicting.ofTargets(decoder.finalNorm().apply(x))));
        return blocks;
    }
}
