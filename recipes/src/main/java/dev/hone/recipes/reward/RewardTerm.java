package dev.hone.recipes.reward;

import static dev.hone.error.Require.require;

import dev.hone.config.AsScalar;
import dev.hone.config.Default;
import dev.hone.config.FromScalar;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One reward of several.
 *
 * @param kind what scores
 * @param weight of its scores in the sum; below 0 for what is to become less; 0: it is measured and not trained on
 * @param answer the column with the right answer
 * @param name what it is called in metrics, {@code reward/NAME}; null: its kind, without what stands behind the colon
 */
public record RewardTerm(
        RewardChoice kind,
        @Default("1.0") double weight,
        @Default("answer") String answer,
        @Nullable String name) {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*");

    public RewardTerm {
        require(Double.isFinite(weight), "weight (%s) must be a finite number", weight);
        require(!answer.isBlank(), "answer must be the name of a column");
        require(
                name == null || NAME.matcher(name).matches(),
                "name (%s) must be letters, digits, '.', '_' and '-', as it stands in metrics",
                name);
    }

    @FromScalar
    public static RewardTerm of(String kind) {
        return new RewardTerm(RewardChoice.of(kind), 1, "answer", null);
    }

    /** The kind, where nothing else is said. */
    @AsScalar
    public @Nullable String asScalar() {
        return equals(of(kind.name())) ? kind.name() : null;
    }

    /** Whether it may take from the sum, as far as its kind says. */
    public boolean canBeNegative() {
        return weight < 0 || weight > 0 && kind.canBeNegative();
    }

    /** What it is called. */
    public String title() {
        return name == null ? kind.kindName() : name;
    }
}
