package dev.hone.recipes.audit;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A completion made of a row's right answer, of which it is known whether it is right. */
public enum AnswerForm {
    GOLD("the answer as the row has it", true, true, AuditedRow::gold),
    ALONE("the answer alone", true, true, row -> row.answer().equals(row.gold()) ? null : row.answer()),
    WHITE_SPACE("with white space around it", true, true, row -> "\n  " + row.answer() + " \n"),
    SENTENCE("in a sentence", true, false, inSentence("The answer is %s.")),
    KOREAN_SENTENCE("in a Korean sentence", true, false, inSentence("정답은 %s입니다.")),
    FULL_STOP("with a full stop", true, false, inSentence("%s.")),
    WORDS("between words", true, false, inSentence("Let me see. It is %s, I think.")),
    WORKING(
            "behind some working",
            true,
            false,
            inSentence("First I got 987654, which is too much.\nThe answer is %s.")),
    NUMBER_BEHIND("before another number", true, false, inSentence("The answer is %s. I have checked it 2 times.")),
    BOXED("in \\boxed{}", true, false, inSentence("\\boxed{%s}")),
    BOXED_MATHS("in $\\boxed{}$", true, false, inSentence("So the result is $\\boxed{%s}$.")),
    ANSWER_TAG("in <answer>", true, false, inSentence("<answer>%s</answer>")),
    REASONING("behind <think>", true, false, inSentence("<think>\nLet me think.\n</think>\n%s")),
    BOLD("in bold", true, false, inSentence("**%s**")),
    FENCE("in a code fence", true, false, row -> row.isShort() ? null : "Here it is:\n```\n" + row.answer() + "\n```"),
    UPPER_CASE("in capital letters", true, false, AnswerForm::upperCase),
    COMMAS("with thousands commas", true, false, AnswerForm::withCommas),
    NO_COMMAS(
            "without thousands commas",
            true,
            false,
            row -> isNumber(row) && row.answer().contains(",") ? row.answer().replace(",", "") : null),
    DECIMALS(
            "with a decimal zero",
            true,
            false,
            row -> isNumber(row) && !row.answer().contains(".") ? row.answer() + ".0" : null),

    ANOTHER_ROW("another row's answer", false, true, AuditedRow::other),
    OFF_BY_ONE("one more", false, true, changed(number -> number.add(BigDecimal.ONE))),
    SIGN("the other sign", false, true, changed(BigDecimal::negate)),
    TEN_TIMES("ten times as much", false, true, changed(number -> number.multiply(BigDecimal.TEN))),
    EMPTY("an empty answer", false, true, row -> ""),
    PROMPT("the prompt again", false, false, row -> same(row.prompt(), row.answer()) ? null : row.prompt()),
    REPEATED(
            "another row's answer 2,000 times",
            false,
            false,
            row -> row.other() == null || !row.isShort()
                    ? null
                    : String.join(" ", Collections.nCopies(2_000, row.other()))),
    EITHER("the right one or another", false, false, either(true)),
    OR("another or the right one", false, false, either(false)),
    ALL(
            "a list of 50 rows' answers",
            false,
            false,
            row -> row.answers().isEmpty() || !row.isShort()
                    ? null
                    : "It is one of " + String.join(", ", row.answers()) + ".");

    private static final Pattern WORDS_ALONE = Pattern.compile("[A-Za-z]{3,}(?: [A-Za-z]{3,})*");

    private final String title;
    private final boolean right;
    private final boolean plain;
    private final Function<AuditedRow, @Nullable String> make;

    AnswerForm(String title, boolean right, boolean plain, Function<AuditedRow, @Nullable String> make) {
        this.title = title;
        this.right = right;
        this.plain = plain;
        this.make = make;
    }

    String title() {
        return title;
    }

    boolean isRight() {
        return right;
    }

    /** Those of a scope, right ones first. */
    static List<AnswerForm> of(Scope scope) {
        return Arrays.stream(values())
                .filter(form -> form.plain || scope == Scope.ALL)
                .toList();
    }

    /** Those that a program can have. */
    static List<AnswerForm> ofPrograms() {
        return List.of(GOLD, ANOTHER_ROW, EMPTY, PROMPT);
    }

    /** The completion; null where the row's answer has no such form. */
    @Nullable
    String of(AuditedRow row) {
        return make.apply(row);
    }

    private static Function<AuditedRow, @Nullable String> inSentence(String sentence) {
        return row -> row.isShort() ? sentence.replace("%s", row.answer()) : null;
    }

    private static Function<AuditedRow, @Nullable String> either(boolean rightFirst) {
        return row -> row.other() == null || !row.isShort()
                ? null
                : "The answer is either " + (rightFirst ? row.answer() : row.other()) + " or "
                        + (rightFirst ? row.other() : row.answer()) + ".";
    }

    private static Function<AuditedRow, @Nullable String> changed(Function<BigDecimal, BigDecimal> change) {
        return row -> row.number()
                .filter(number -> change.apply(number).compareTo(number) != 0)
                .map(number -> change.apply(number).toPlainString())
                .orElse(null);
    }

    private static boolean isNumber(AuditedRow row) {
        return row.number().isPresent();
    }

    private static @Nullable String upperCase(AuditedRow row) {
        String upper = row.answer().toUpperCase(Locale.ROOT);
        return WORDS_ALONE.matcher(row.answer()).matches() && !upper.equals(row.answer()) ? upper : null;
    }

    private static @Nullable String withCommas(AuditedRow row) {
        return row.number()
                .filter(number -> number.scale() <= 0 && number.abs().compareTo(BigDecimal.valueOf(1000)) >= 0)
                .map(number -> new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number))
                .filter(text -> !text.equals(row.answer()))
                .orElse(null);
    }

    private static boolean same(String one, String other) {
        return one.strip().equals(other.strip());
    }

    /** Which forms are tried. */
    public enum Scope {
        /** Right ones that say the answer and nothing else, and wrong ones that nobody would call right. */
        PLAIN,
        /** Sentences, marks and other spellings too, and answers that try to be right by saying several things. */
        ALL
    }
}
