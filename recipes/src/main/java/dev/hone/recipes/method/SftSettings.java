package dev.hone.recipes.method;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.Kind;
import dev.hone.data.row.TrainOn;
import dev.hone.objective.NextToken;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.TokenData;
import dev.hone.recipes.settings.AdapterSettings;
import dev.hone.tensor.DType;
import dev.hone.text.Tokenizer;
import dev.hone.train.Policy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Supervised fine-tuning (SFT): the replies of conversations are trained.
 *
 * @param learn which tokens of a row are trained
 * @param embeddingNoise alpha of NEFTune (Jain et al., 2023): 5, 10 and 15 are usual, 0 is none
 */
@Kind("sft")
public record SftSettings(
        @Default("replies") TrainOn learn,
        @Flattened NextToken objective,
        @Default("0.0") double embeddingNoise) implements NextTokenMethod {
    public SftSettings {
        require(embeddingNoise >= 0, "embeddingNoise (%s) must not be negative", embeddingNoise);
        requireAtMost("embeddingNoise", embeddingNoise, 1e6);
    }

    @Override
    public DataKind data() {
        return TokenData.conversations(learn);
    }

    @Override
    public Policy open(Path model, @Nullable AdapterSettings adapter, Tokenizer tokenizer, DType compute, long seed) {
        return NextTokenMethod.super
                .open(model, adapter, tokenizer, compute, seed)
                .withEmbeddingNoise(embeddingNoise);
    }
}
