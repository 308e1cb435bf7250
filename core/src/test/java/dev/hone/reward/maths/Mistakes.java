package dev.hone.reward.maths;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Wrong answers made of a right one, each with one mistake that models and people make. */
final class Mistakes {
    private static final Pattern WHOLE = Pattern.compile("(?<![\\d.,\\w{\\\\])\\d+(?![\\d.,]|\\{,})");
    private static final Pattern FRACTION = Pattern.compile("\\\\[dt]?frac\\{([^{}]+)\\}\\{([^{}]+)\\}");
    private static final Pattern PAIR = Pattern.compile("([(\\[])([^,()\\[\\]{}]+),([^,()\\[\\]{}]+)([)\\]])");
    private static final Pattern TEXT = Pattern.compile("\\\\(?:text|mbox)\\{");

    private Mistakes() {}

    static List<String> in(String right) {
        Set<String> wrong = new LinkedHashSet<>();
        if (TEXT.matcher(right).lookingAt()) {
            return new ArrayList<>(wrong);
        }
        for (Matcher number = WHOLE.matcher(right);
                number.find() && number.group().length() < 10; ) {
            long value = Long.parseLong(number.group());
            wrong.add(replaced(right, number, Long.toString(value + 1)));
            if (value > 2) {
                wrong.add(replaced(right, number, Long.toString(value - 1)));
            }
            if (value > 0) {
                wrong.add(replaced(right, number, Long.toString(value * 10)));
            }
        }
        Matcher fraction = FRACTION.matcher(right);
        if (fraction.find() && !fraction.group(1).equals(fraction.group(2))) {
            wrong.add(replaced(right, fraction, "\\frac{" + fraction.group(2) + "}{" + fraction.group(1) + "}"));
        }
        Matcher pair = PAIR.matcher(right);
        if (pair.find()) {
            String open = pair.group(1);
            String close = pair.group(4);
            if (!bare(pair.group(2)).equals(bare(pair.group(3)))) {
                wrong.add(replaced(right, pair, open + pair.group(3) + "," + pair.group(2) + close));
            }
            wrong.add(replaced(
                    right, pair, (open.equals("(") ? "[" : "(") + pair.group(2) + "," + pair.group(3) + close));
            wrong.add(replaced(
                    right, pair, open + pair.group(2) + "," + pair.group(3) + (close.equals(")") ? "]" : ")")));
            wrong.add(replaced(right, pair, pair.group(2)));
        }
        boolean number = !right.matches("(?s).*[(\\[,=<>:∪{].*|.*\\\\(?:pm|cup|begin|text|mbox).*|\\s*[-+]?0+.*|.*_.*");
        if (number || right.matches("-?\\\\[dt]?frac\\{\\d+\\}\\{\\d+\\}")) {
            wrong.add(right.startsWith("-") ? right.substring(1) : "-" + right);
            wrong.add(right + "+1");
            wrong.add("2\\cdot " + right.replaceFirst("^\\\\\\$", ""));
        }
        wrong.remove(right);
        return new ArrayList<>(wrong);
    }

    private static String bare(String text) {
        return text.replaceAll("\\\\(?:left|right)|\\s", "");
    }

    private static String replaced(String text, Matcher at, String other) {
        return text.substring(0, at.start()) + other + text.substring(at.end());
    }
}
