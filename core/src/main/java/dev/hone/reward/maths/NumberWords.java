package dev.hone.reward.maths;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** English number words up to ninety-nine. */
final class NumberWords {
    private static final List<String> SMALL = List.of(
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen");
    private static final List<String> TENS =
            List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

    private NumberWords() {}

    static @Nullable Integer value(String words) {
        String lower = words.strip().toLowerCase(Locale.ROOT);
        int small = SMALL.indexOf(lower);
        if (small >= 0) {
            return small;
        }
        String[] parts = lower.split("[- ]", 3);
        int tens = TENS.indexOf(parts[0]);
        if (tens < 0) {
            return null;
        }
        if (parts.length == 1) {
            return 10 * (tens + 2);
        }
        int ones = parts.length == 2 ? SMALL.indexOf(parts[1]) : -1;
        return ones >= 1 && ones <= 9 ? (Integer) (10 * (tens + 2) + ones) : null;
    }
}
