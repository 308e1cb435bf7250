package dev.hone.recipes.settings;

import static dev.hone.error.Require.require;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A share that is written as a percentage, {@code 2 %}. A number without the sign is refused, as 2 and 0.02 could both be meant.
 *
 * @param share from 0 to 1
 */
public record Percent(double share) {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*%");

    public Percent {
        require(share >= 0 && share <= 1, "(%s) must be between 0 %% and 100 %%", text(share));
    }

    @FromScalar
    public static Percent of(String text) {
        Matcher form = FORM.matcher(text.strip());
        require(form.matches(), "(%s) must be a percentage with its sign, such as 2 %%", text);
        return new Percent(new BigDecimal(form.group(1)).movePointLeft(2).doubleValue());
    }

    @AsScalar
    public String asScalar() {
        return text(share);
    }

    @Override
    public String toString() {
        return text(share);
    }

    private static String text(double share) {
        return new BigDecimal(Double.toString(share))
                        .movePointRight(2)
                        .stripTrailingZeros()
                        .toPlainString() + " %";
    }
}
