package dev.hone.recipes.method;

import dev.hone.config.Default;
import dev.hone.config.Kind;
import dev.hone.data.Learn;
import dev.hone.objective.NextToken;

/**
 * Supervised fine-tuning: the replies of conversations are learned.
 *
 * @param learn which tokens of a row are learned
 */
@Kind("sft")
public record SftSettings(@Default("replies") Learn learn) implements Method {
    @Override
    public Rows rows() {
        return Rows.CONVERSATIONS;
    }

    @Override
    public NextToken objective() {
        return new NextToken();
    }

    @Override
    public double usualRate(boolean adapter) {
        return adapter ? 2e-4 : 2e-5;
    }
}
