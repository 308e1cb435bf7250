package dev.hone.junit;

import dev.hone.recipes.evaluate.Measure;
import java.nio.file.Path;
import java.util.Locale;
import org.opentest4j.AssertionFailedError;

/**
 * Texts whose loss shows what the model under test forgot.
 *
 * @param file rows of {@code ./hone score}
 */
public record TextCheck(ModelUnderTest model, Path file) {
    /** Asserts that the loss on them is at most this share above the base's: 0.02 where 2.00 nats a token may become 2.04. */
    public void losesAtMost(double share) {
        Measure before = model.baseLoss(file);
        Measure now = model.loss(file);
        double lost = now.lossFrom(before);
        if (lost > share) {
            throw new AssertionFailedError(
                    String.format(
                            Locale.ROOT,
                            "%s: the loss grew from %.3f to %.3f nats a token, by %.1f %%, expected at most %.1f %%",
                            file,
                            before.value(),
                            now.value(),
                            100 * lost,
                            100 * share),
                    before.value() * (1 + share),
                    now.value());
        }
    }
}
