package dev.hone.reward.maths;

import dev.hone.reward.maths.Answer.Quantity;
import dev.hone.reward.maths.Answer.Several;
import dev.hone.reward.maths.Answer.Shape;
import dev.hone.reward.maths.Answer.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A final answer to a problem of mathematics, read from LaTeX or plain text. Immutable. Reading and comparing are total: whatever the text
 * is, they end within milliseconds, as its length, its nesting, the size of exact numbers and the number of points are bounded.
 */
public final class MathsAnswer {
    private static final Pattern FONTS = Pattern.compile(
            "\\\\(?:left|right|displaystyle|boxed|[dt]?frac(?=\\{\\})|text\\w*|mbox|hbox|math(?:rm|bf|it|sf|tt)|operatorname|bigl?|bigr?)(?![a-zA-Z])");
    private static final Pattern SPACES = Pattern.compile("\\\\[,;:! ]|~|\\$|\\s+");
    private static final Pattern CHOICE = Pattern.compile(
            "^[\\s\\\\a-z{]*(?:[Oo]ption|[Cc]hoice)?[\\s{]*(?:\\(([A-Z])\\)|([A-Z])(?:[).:]|\\}?\\)?\\s*$)).*",
            Pattern.DOTALL);

    private static final Pattern SEVERAL_CHOICES =
            Pattern.compile("\\b[A-Z]\\b.*\\b[A-Z]\\b|\\b(?:or|and)\\b", Pattern.DOTALL);
    private static final Pattern UNIT = Pattern.compile(
            "(.*[0-9}])(?:\\s|~|\\\\[,; ])+([mgshLlNJWV]|[mkc]?m/[sh]|m/min)(\\^[23]|\\^\\{[23]\\}|[²³])?");
    /** Formulas in the text of a problem, and arithmetic without delimiters. */
    private static final Pattern FORMULA = Pattern.compile(
            "\\$\\$?([^$]{3,400})\\$|\\\\[(\\[](.{3,400}?)\\\\[)\\]]|[-(]?\\d[-+*/^() .\\d×·÷]{1,200}\\d\\)*",
            Pattern.DOTALL);

    /** A space that does not keep two numbers apart. */
    private static final Pattern BETWEEN = Pattern.compile(" (?! )(?<!\\d (?=\\d))| (?= )");

    private static final int UNIT_LENGTH = 60;

    private final String text;
    private final String plain;
    private final List<Answer> readings;
    private final @Nullable Answer measured;
    private final @Nullable String problem;

    private MathsAnswer(
            String text, String plain, List<Answer> readings, @Nullable Answer measured, @Nullable String problem) {
        this.text = text;
        this.plain = plain;
        this.readings = List.copyOf(readings);
        this.measured = measured;
        this.problem = problem;
    }

    /** The final answer of a completion: boxed, between {@code <answer>} tags, behind {@code ####}, or the last one. */
    public static Optional<MathsAnswer> ofCompletion(String completion) {
        return Optional.ofNullable(FinalAnswer.of(completion)).map(MathsAnswer::read);
    }

    /** The right answer in a column that holds it alone, or a solution with it behind {@code ####} or in a box. */
    public static MathsAnswer ofReference(String column) {
        return read(FinalAnswer.ofReference(column));
    }

    /** Reads a text that is an answer and nothing else. */
    public static MathsAnswer read(String answer) {
        String text = FinalAnswer.trimmed(
                answer.length() > Lexer.MAX_LENGTH ? answer.substring(0, Lexer.MAX_LENGTH + 1) : answer);
        List<Answer> readings = new ArrayList<>();
        String problem = null;
        try {
            Lexer.Reading first = Lexer.read(text, false);
            readings.add(AnswerParser.parse(first.tokens()));
            if (first.isAmbiguous()) {
                readings.add(AnswerParser.parse(Lexer.read(text, true).tokens()));
            }
        } catch (UnreadableException e) {
            problem = readings.isEmpty() ? e.getMessage() : null;
        }
        if (problem == null && !Agreement.isComparable(readings.get(0))) {
            problem = "its value is not defined or too large";
        }
        return new MathsAnswer(text, plain(text), readings, measured(text), problem);
    }

    /** Read with its last letter, which would be a variable, as a unit: {@code 5 m}; null where there is none. */
    private static @Nullable Answer measured(String text) {
        Matcher unit = UNIT.matcher(text);
        if (text.length() > UNIT_LENGTH || !unit.matches()) {
            return null;
        }
        try {
            Answer answer = AnswerParser.parse(Lexer.read(
                            unit.group(1) + "\\text{" + unit.group(2) + "}"
                                    + (unit.group(3) == null ? "" : unit.group(3)),
                            false)
                    .tokens());
            return answer instanceof Quantity quantity && quantity.value().exact() != null ? answer : null;
        } catch (UnreadableException e) {
            return null;
        }
    }

    /** As it was written, without what stands around it. */
    public String text() {
        return text;
    }

    /** Why nothing but the same text can be compared with it; empty where it was read. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Whether it was read as something else than words. */
    boolean isMathematics() {
        return problem == null && readings.stream().allMatch(MathsAnswer::isMathematics);
    }

    private static boolean isMathematics(Answer answer) {
        return answer instanceof Several several
                ? several.items().stream().allMatch(MathsAnswer::isMathematics)
                : !(answer instanceof Words);
    }

    /** Whether this, the right one, and another say the same. */
    public boolean isSaidBy(MathsAnswer other) {
        if (text.length() > Lexer.MAX_LENGTH || other.text.length() > Lexer.MAX_LENGTH) {
            return false;
        }
        if (!plain.isEmpty() && plain.equals(other.plain)) {
            return true;
        }
        boolean isText = problem == null && readings.get(0) instanceof Words;
        if ((isText || isListOfWords(this)) && saysTheWords(other)) {
            return true;
        }
        if (problem != null || other.problem != null) {
            return false;
        }
        for (Answer right : readings) {
            for (Answer answer : other.readings) {
                if (Agreement.of(right, answer)) {
                    return true;
                }
            }
            if (other.measured != null && Agreement.of(right, other.measured)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this is a term, no finished number, that stands in a problem: the same numbers, names and operations in whatever order. */
    boolean isTermOf(String problem) {
        if (isFinished() || problem.length() > 20_000) {
            return false;
        }
        List<String> own = ingredients(text);
        if (own.size() < 2) {
            return false;
        }
        for (Matcher formula = FORMULA.matcher(problem); formula.find(); ) {
            String inner = formula.group(1) != null
                    ? formula.group(1)
                    : formula.group(2) != null ? formula.group(2) : formula.group();
            if (own.equals(ingredients(FinalAnswer.trimmed(inner)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether both are made of the same numbers, names and operations. */
    boolean isWrittenAs(MathsAnswer other) {
        return ingredients(text).equals(ingredients(other.text));
    }

    /** Whether it is no more than a number or a fraction in lowest terms, or no term at all. */
    private boolean isFinished() {
        if (problem != null || !(readings.get(0) instanceof Quantity quantity)) {
            return true;
        }
        Expression value = quantity.value();
        while (value instanceof Expression.Apply apply && apply.operation() == Operation.NEGATE) {
            value = apply.arguments().get(0);
        }
        return !(value instanceof Expression.Apply apply)
                || apply.operation() == Operation.OVER
                        && apply.arguments().get(0) instanceof Expression.Num a
                        && apply.arguments().get(1) instanceof Expression.Num b
                        && a.value().numerator().gcd(b.value().numerator()).bitLength() == 1;
    }

    private static List<String> ingredients(String text) {
        List<String> parts = new ArrayList<>();
        try {
            for (Token token : Lexer.read(text, false).tokens()) {
                if (!token.is("{")
                        && !token.is("}")
                        && !token.is("(")
                        && !token.is(")")
                        && !token.is("*")
                        && !token.is("=")) {
                    parts.add(token.text());
                }
            }
        } catch (UnreadableException e) {
            return List.of();
        }
        parts.sort(null);
        return parts;
    }

    private static boolean isListOfWords(MathsAnswer answer) {
        return answer.problem == null
                && answer.readings.get(0) instanceof Several several
                && several.shape() == Shape.LIST
                && several.items().stream()
                        .allMatch(item -> item instanceof Words
                                || item instanceof Quantity quantity && quantity.value() instanceof Expression.Symbol);
    }

    private boolean saysTheWords(MathsAnswer other) {
        String words = words(text);
        if (words.isEmpty()) {
            return false;
        }
        if (words.equals(words(other.text))) {
            return true;
        }
        if (words.length() == 1 && Character.isLetter(words.charAt(0))) {
            Matcher choice = CHOICE.matcher(other.text);
            return choice.matches()
                    && !SEVERAL_CHOICES.matcher(other.text).find()
                    && words.equalsIgnoreCase(choice.group(1) == null ? choice.group(2) : choice.group(1));
        }
        return sorted(text).size() > 1 && sorted(text).equals(sorted(other.text));
    }

    /** The items of a list of words, in alphabetical order. */
    private static List<String> sorted(String list) {
        List<String> items = new ArrayList<>();
        for (String item : list.split("[,;]|\\band\\b", 100)) {
            String key = words(item);
            if (!key.isEmpty()) {
                items.add(key);
            }
        }
        items.sort(null);
        return items;
    }

    /**
     * A text that equal answers mostly share, for taking a majority: the exact value of a number, sorted items of a list, and for all else the
     * text without spacing. Different answers never share one that differ as texts and as numbers.
     */
    public String key() {
        return problem == null ? key(readings.get(0)) : plain;
    }

    private String key(Answer answer) {
        if (answer instanceof Answer.Relation relation && relation.name()) {
            return key(relation.right());
        }
        if (answer instanceof Words) {
            return words(text);
        }
        List<Answer> items =
                answer instanceof Several several && (several.shape() == Shape.LIST || several.shape() == Shape.SET)
                        ? several.items()
                        : List.of(answer);
        List<String> keys = new ArrayList<>();
        for (Answer item : items) {
            Rational value =
                    item instanceof Quantity quantity ? quantity.value().exact() : null;
            if (value == null) {
                return plain;
            }
            keys.add(value.toString());
        }
        keys.sort(null);
        return String.join(", ", keys);
    }

    /** Without spacing, fonts and sizes. */
    private static String plain(String text) {
        String spaced = SPACES.matcher(FONTS.matcher(text).replaceAll("")).replaceAll(" ");
        String bare = BETWEEN.matcher(spaced).replaceAll("");
        return bare.replace("dfrac", "frac").replace("tfrac", "frac").replace("^{\\circ}", "^\\circ");
    }

    /** As words are compared: lower case, without commands, punctuation, articles, and with numbers as digits. */
    private static String words(String text) {
        if (text.length() > 400) {
            return "";
        }
        String bare = SPACES.matcher(FONTS.matcher(text).replaceAll(" ")).replaceAll(" ");
        String open = bare.replaceAll("\\\\[a-zA-Z]+", " ")
                .toLowerCase(Locale.ROOT)
                .replaceAll("(?<=\\b[ap])\\. ?m\\b\\.?", "m")
                .replaceAll("[{}]", "")
                .replaceAll("[^\\p{L}\\p{N}:/%.\\-]+", " ")
                .replaceAll("\\.(?!\\d)", " ")
                .strip();
        StringBuilder words = new StringBuilder();
        for (String word : open.split("\\s+")) {
            Integer number = NumberWords.value(word);
            if (!word.equals("the") && !word.equals("a") && !word.equals("an") || open.equals(word)) {
                words.append(words.isEmpty() ? "" : " ").append(number == null ? word : number.toString());
            }
        }
        return words.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
