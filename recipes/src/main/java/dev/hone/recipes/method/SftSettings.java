package dev.hone.recipes.method;

import static dev.hone.error.Require.require;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.data.row.TrainOn;
import dev.hone.objective.NextToken;

/**
 * Supervised fine-tuning: the replies of conversations are learned.
 *
 * @param learn which tokens of a row are learned
 * @param loss see {@link NextToken.Loss}
 * @param smoothing see {@link NextToken}
 * @param embeddingNoise alpha of NEFTune (Jain et al., 2023): 5, 10 and 15 are usual, 0 is none
 */
@Kind("sft")
public record SftSettings(
        @Default("replies") TrainOn learn,
        @Default("nll") NextToken.Loss loss,
        @Default("0.0") double smoothing,
        @Default("0.0") double embeddingNoise)
        implements Method {
    public SftSettings {
        new NextToken(loss, smoothing); // checks them
        require(embeddingNoise >= 0, "embeddingNoise (%s) must not be negative", embeddingNoise);
    }

    @Override
    public Rows rows() {
        return Rows.CONVERSATIONS;
    }

    @Override
    public NextToken objective() {
        return new NextToken(loss, smoothing);
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }
}
