package example;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.Locale;

/**
 * A reward of one's own: the share of words in capital letters that are wanted. {@code class:example.Shouting} wants all of them, {@code
 * class:example.Shouting:0.5} half.
 */
public final class Shouting implements Reward {
    private final double wanted;

    public Shouting() {
        this(1);
    }

    private Shouting(double wanted) {
        this.wanted = wanted;
    }

    public static Shouting of(String wanted) {
        return new Shouting(Double.parseDouble(wanted));
    }

    @Override
    public double score(Task task, Completion completion) {
        String[] words = completion.text().strip().split("\\s+");
        long loud = 0;
        for (String word : words) {
            loud += word.equals(word.toUpperCase(Locale.ROOT)) ? 1 : 0;
        }
        return words[0].isEmpty() ? Double.NaN : 1 - Math.abs(loud / (double) words.length - wanted); // NaN: no judgement
    }
}
