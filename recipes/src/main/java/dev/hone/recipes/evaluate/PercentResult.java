package dev.hone.recipes.evaluate;

import dev.hone.report.Interval;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Tone;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A result that is shown as a percentage: a share of right answers, or a mean score from 0 to 1. */
public interface PercentResult extends EvaluationResult {
    /** What follows the percentage in a sentence. */
    String explained();

    private double percent() {
        return 100 * measure().value();
    }

    private double changeFrom(EvaluationResult before) {
        return percent() - 100 * before.measure().value();
    }

    @Override
    default Cell cell(@Nullable EvaluationResult before) {
        Interval interval = measure().interval();
        String text = String.format(Locale.ROOT, "%.1f %%", percent());
        if (before == null) {
            return new Cell(text, interval.percent(), Tone.PLAIN, interval);
        }
        double change = changeFrom(before);
        Tone tone = change > 0 ? Tone.GOOD : change < 0 ? Tone.BAD : Tone.PLAIN;
        return new Cell(text, interval.percent() + String.format(Locale.ROOT, "  %+.1f", change), tone, interval);
    }

    @Override
    default String sentence(@Nullable EvaluationResult before) {
        String now = String.format(Locale.ROOT, "%.1f %% %s", percent(), explained());
        return before == null ? now : String.format(Locale.ROOT, "%s, %+.1f points", now, changeFrom(before));
    }
}
