package dev.hone.recipes.method;
import dev.hone.config.Flattened;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.data.row.TrainOn;
import dev.hone.objective.NextToken;

/**
 * Supervised fine-tuning: the replies of conversations are learned.
 *
 * @param learn which tokens of a row are learned
 * @param embeddingNoise alpha of NEFTune (Jain et al., 2023): 5, 10 and 15 are usual, 0 is none
 */
@Kind("sft")
public record SftSettings(
        @Default("replies") TrainOn learn,
        @Flattened NextToken objective,
        @Default("0.0") double embeddingNoise)
        implements Method {
    public SftSettings {
        require(embeddingNoise >= 0, "embeddingNoise (%s) must not be negative", embeddingNoise);
    }

    @Override
    public Rows rows() {
        return Rows.CONVERSATIONS;
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }
}
