package dev.hone.recipes.prefer;

import dev.hone.report.Interval;
import dev.hone.report.Intervals;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;

/** Verdicts, counted. The sides are drawn, so who looks at the texts alone chooses the left one about half of the time. */
public record Tally(int left, int right, int ties) {
    public static Tally of(Collection<Verdict> verdicts) {
        return new Tally(
                Collections.frequency(verdicts, Verdict.LEFT),
                Collections.frequency(verdicts, Verdict.RIGHT),
                Collections.frequency(verdicts, Verdict.TIE));
    }

    public int pairs() {
        return left + right;
    }

    public int judged() {
        return pairs() + ties;
    }

    /** How much has been judged: {@code 12 of 80, 3 ties}. */
    public String progress(int total) {
        return String.format(Locale.ROOT, "%,d of %,d, %s", judged(), total, counted(ties, "tie"));
    }

    /** How many pairs there are, and the share of choices that fell on the left side, with its 95 % interval. */
    public String summary() {
        String counts = counted(pairs(), "pair") + ", " + counted(ties, "tie");
        if (pairs() == 0) {
            return counts;
        }
        Interval share = Intervals.wilson(left, pairs());
        return String.format(
                Locale.ROOT,
                "%s; the left side was chosen in %.0f %% of the pairs (%.0f–%.0f)%s",
                counts,
                100.0 * left / pairs(),
                100 * share.low(),
                100 * share.high(),
                share.low() > 0.5 || share.high() < 0.5
                        ? ", which is not the half that chance would give: a habit of position?"
                        : "");
    }

    private static String counted(int count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }
}
