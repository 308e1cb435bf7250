package dev.hone.recipes.reward;

import static dev.hone.error.Require.require;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import dev.hone.evaluate.RewardModel;
import dev.hone.reward.ChrfReward;
import dev.hone.reward.CommandReward;
import dev.hone.reward.ContainsReward;
import dev.hone.reward.ExactMatchReward;
import dev.hone.reward.ExactReward;
import dev.hone.reward.F1Reward;
import dev.hone.reward.JavaReward;
import dev.hone.reward.JsonReward;
import dev.hone.reward.JsonSchemaReward;
import dev.hone.reward.JudgeReward;
import dev.hone.reward.NumericReward;
import dev.hone.reward.PatternReward;
import dev.hone.reward.Reward;
import dev.hone.reward.RewardModelReward;
import dev.hone.reward.RougeLReward;
import dev.hone.reward.code.CodeReward;
import dev.hone.reward.code.Language;
import dev.hone.reward.code.Sandbox;
import dev.hone.reward.manner.FormReward;
import dev.hone.reward.manner.LanguageReward;
import dev.hone.reward.manner.RefusalReward;
import dev.hone.reward.manner.ReportForm;
import dev.hone.reward.manner.Tone;
import dev.hone.reward.manner.ToneReward;
import dev.hone.reward.manner.Writing;
import dev.hone.reward.maths.MathsReward;
import dev.hone.reward.shape.AnswerPart;
import dev.hone.reward.shape.AnswerPartReward;
import dev.hone.reward.shape.CosineReward;
import dev.hone.reward.shape.FormatReward;
import dev.hone.reward.shape.OpenedReward;
import dev.hone.reward.shape.OverlongReward;
import dev.hone.reward.shape.ReasoningFormat;
import dev.hone.reward.shape.RepetitionReward;
import dev.hone.reward.shape.TagCountReward;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reward that answers are scored by, as a file or an option names it: {@code exact}, {@code schema:FILE}, {@code
 * pattern:REGEX} and the others of {@link #KINDS}. A new reward is its own file and a line there.
 *
 * <p>{@code command:LINE} runs LINE through a shell ({@code sh -c}), with the rights of whoever runs hone: a file from elsewhere
 * that names one is a program from elsewhere.
 */
public record RewardChoice(String name) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** In the order in which messages list them. */
    private static final List<Kind> KINDS = List.of(
            Kind.of("exact", ExactReward::new),
            Kind.of("contains", ContainsReward::new),
            Kind.of("numeric", NumericReward::new),
            Kind.of("maths", MathsReward::new),
            Kind.of("em", ExactMatchReward::new),
            Kind.graded("f1", F1Reward::new),
            Kind.graded("chrf", ChrfReward::new),
            Kind.graded("rouge-l", RougeLReward::new),
            Kind.of("refusal", column -> new RefusalReward(null)),
            Kind.of("refusal", "true|false", RewardChoice::truth, (all, column) -> new RefusalReward(truth(all))),
            Kind.graded("tone", "STYLE", Tone::named, (style, column) -> new ToneReward(Tone.named(style))),
            Kind.graded("language", column -> new LanguageReward(null)),
            Kind.graded("language", "CODE", Writing::named, (code, column) -> new LanguageReward(Writing.named(code))),
            Kind.graded(
                    "form", "FILE", RewardChoice::path, (file, column) -> new FormReward(ReportForm.read(path(file)))),
            Kind.of("json", JsonReward::new),
            Kind.of("schema", column -> JsonSchemaReward.inColumn("schema")),
            Kind.of("schema", "FILE", RewardChoice::path, (file, column) -> JsonSchemaReward.in(path(file))),
            Kind.of("pattern", "REGEX", RewardChoice::compiled, (regex, column) -> new PatternReward(compiled(regex))),
            Kind.of("code", column -> code(null, false)),
            Kind.of("code", "python|java", Language::named, (name, column) -> code(Language.named(name), false)),
            Kind.graded("code-share", column -> code(null, true)),
            Kind.graded(
                    "code-share", "python|java", Language::named, (name, column) -> code(Language.named(name), true)),
            Kind.graded(
                    "model",
                    "FOLDER",
                    RewardChoice::path,
                    (folder, column) -> new RewardModelReward(RewardModel.open(path(folder)))),
            Kind.of(
                    "judge",
                    "FOLDER|FILE",
                    RewardChoice::path,
                    (place, column) -> JudgeReward.open(path(place), column)),
            Kind.of("format", column -> new FormatReward(ReasoningFormat.LOOSE)),
            Kind.of(
                    "format",
                    "strict",
                    RewardChoice::strict,
                    (strict, column) -> new FormatReward(ReasoningFormat.STRICT)),
            Kind.graded("tag-count", column -> new TagCountReward()),
            Kind.like("after-think", "REWARD", (name, column) -> part(AnswerPart.AFTER_THINK, name, column)),
            Kind.like("answer-tag", "REWARD", (name, column) -> part(AnswerPart.ANSWER_TAG, name, column)),
            Kind.graded("overlong", "MOST/MARGIN", RewardChoice::overlong, (numbers, column) -> overlong(numbers)),
            Kind.graded("cosine", "MOST/REWARD", RewardChoice::checkCosine, RewardChoice::cosine),
            Kind.graded("repetition", column -> new RepetitionReward(3)),
            Kind.graded("repetition", "N", RewardChoice::repetition, (n, column) -> repetition(n)),
            Kind.of("class", "NAME", RewardChoice::checkClass, (name, column) -> javaClass(name)),
            Kind.of(
                    "command",
                    "LINE",
                    line -> {},
                    (line, column) -> new CommandReward(List.of("sh", "-c", line), PATIENCE)));

    /** Kinds that look at how an answer is given, whatever it says. */
    private static final List<String> OF_MANNER = List.of(
            "refusal",
            "tone",
            "language",
            "form",
            "schema",
            "pattern",
            "model",
            "format",
            "tag-count",
            "overlong",
            "repetition");

    /** Of these, those that a form alone earns a reward of. */
    private static final List<String> OF_FORM =
            List.of("tone", "language", "form", "schema", "pattern", "format", "tag-count");

    /** Kinds whose scores may lie below 0. */
    private static final List<String> NEGATIVE = List.of("overlong", "cosine", "repetition", "model");

    /** What a form that a template begins is judged with. */
    private static final List<String> READ_TAGS = List.of("format", "tag-count");

    /**
     * A kind of reward.
     *
     * @param argument what stands behind its name and a colon; empty: it is named alone
     * @param check refuses an argument that can be none, without opening anything
     * @param open makes it of its argument and of the column that holds the answer
     * @param isGraded whether most of its scores lie between right and wrong
     */
    private record Kind(
            String name,
            String argument,
            Consumer<String> check,
            BiFunction<String, String, Reward> open,
            boolean isGraded) {
        static Kind of(String name, Function<String, Reward> open) {
            return new Kind(name, "", argument -> {}, (argument, column) -> open.apply(column), false);
        }

        static Kind of(String name, String argument, Consumer<String> check, BiFunction<String, String, Reward> open) {
            return new Kind(name, argument, check, open, false);
        }

        static Kind graded(String name, Function<String, Reward> open) {
            return new Kind(name, "", argument -> {}, (argument, column) -> open.apply(column), true);
        }

        static Kind graded(
                String name, String argument, Consumer<String> check, BiFunction<String, String, Reward> open) {
            return new Kind(name, argument, check, open, true);
        }

        /** A reward around another, whose name is the argument. */
        static Kind like(String name, String argument, BiFunction<String, String, Reward> open) {
            return new Kind(name, argument, RewardChoice::of, open, false);
        }

        boolean isNamedBy(String text) {
            return argument.isEmpty() ? text.equals(name) : text.startsWith(name + ":");
        }

        /** Whether it hands on the scores of the reward that its argument names. */
        boolean isWrapper() {
            return argument.equals("REWARD");
        }

        String form() {
            return argument.isEmpty() ? name : name + ":" + argument;
        }
    }

    public RewardChoice {
        kind(name).check().accept(argument(name));
    }

    @FromScalar
    public static RewardChoice of(String name) {
        return new RewardChoice(name);
    }

    @AsScalar
    public String asScalar() {
        return name;
    }

    /** The reward, ready to score; a command is started. */
    public Reward open(String answerColumn) {
        return kind(name).open().apply(argument(name), answerColumn);
    }

    /**
     * The reward of a model whose template writes the beginning of each completion.
     *
     * @param opening what it writes, as {@link OpenedReward#openingOf} says; empty: nothing
     */
    public Reward open(String answerColumn, String opening) {
        return opened(open(answerColumn), opening);
    }

    /** The same for a reward of this kind that is open already. */
    public Reward opened(Reward reward, String opening) {
        return opening.isEmpty() || !READ_TAGS.contains(kindName()) ? reward : new OpenedReward(reward, opening);
    }

    /** The name of its kind, without what stands behind the colon. */
    public String kindName() {
        return kind(name).name();
    }

    /** Whether scores lie between right and wrong, so that their mean says more than the share of full ones. */
    public boolean isGraded() {
        Kind kind = kind(name);
        return kind.isWrapper() ? of(argument(name)).isGraded() : kind.isGraded();
    }

    /** Whether scores may lie below 0; what a program or a class of the user's gives is not known. */
    public boolean canBeNegative() {
        Kind kind = kind(name);
        return kind.isWrapper() ? of(argument(name)).canBeNegative() : NEGATIVE.contains(kind.name());
    }

    /** Whether it rewards the form of an answer, which can be right where the answer is wrong. */
    public boolean judgesForm() {
        return OF_FORM.contains(kindName());
    }

    /** Whether it runs the answer, whose text therefore has no other forms. */
    public boolean judgesPrograms() {
        Kind kind = kind(name);
        return kind.isWrapper()
                ? of(argument(name)).judgesPrograms()
                : kind.name().startsWith("code");
    }

    /** Whether it says if an answer is right, so that a right answer of the row's own has to be accepted. */
    public boolean judgesAnswers() {
        Kind kind = kind(name);
        if (kind.name().equals("cosine")) {
            return of(argument(name).substring(argument(name).indexOf('/') + 1)).judgesAnswers();
        }
        return kind.isWrapper() ? of(argument(name)).judgesAnswers() : !OF_MANNER.contains(kind.name());
    }

    /** Whether a check asks it about known answers: it says right or wrong, by rules of its own, and runs no programs for that. */
    public boolean isAudited() {
        return judgesAnswers()
                && !isGraded()
                && Stream.of("code", "command", "class", "judge").noneMatch(name::contains);
    }

    /** A completion that gives an answer where this reward looks for one: behind {@code </think>}, in {@code <answer>}, or as it is. */
    public String given(String answer) {
        return switch (kindName()) {
            case "after-think" ->
                "<think>\nLet me think.\n</think>\n" + of(argument(name)).given(answer);
            case "answer-tag" -> "<answer>" + of(argument(name)).given(answer) + "</answer>";
            case "cosine" ->
                of(argument(name).substring(argument(name).indexOf('/') + 1)).given(answer);
            default -> answer;
        };
    }

    /** The names of all kinds, without their arguments. */
    static List<String> names() {
        return KINDS.stream().map(Kind::name).distinct().toList();
    }

    private static Kind kind(String name) {
        return KINDS.stream()
                .filter(kind -> kind.isNamedBy(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("(" + name + ") must be " + forms()));
    }

    private static String forms() {
        List<String> forms = KINDS.stream().map(Kind::form).toList();
        int last = forms.size() - 1;
        return String.join(", ", forms.subList(0, last)) + " or " + forms.get(last);
    }

    private static Reward code(@Nullable Language language, boolean isGraded) {
        CodePermission.require(isGraded ? "code-share" : "code");
        return new CodeReward(Sandbox.open(), language, isGraded, CodeReward.TIME);
    }

    private static Pattern compiled(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern: " + e.getMessage(), e);
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("(" + text + ") is no path: " + e.getReason(), e);
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("refusal (" + text + ") must be true or false for all prompts");
        };
    }

    private static void strict(String text) {
        require(text.equals("strict"), "format (%s) must be strict, or format alone", text);
    }

    private static Reward part(AnswerPart part, String reward, String column) {
        return new AnswerPartReward(part, of(reward).open(column));
    }

    private static OverlongReward overlong(String text) {
        int[] numbers = numbers("overlong", text, "MOST/MARGIN", 2);
        return new OverlongReward(numbers[0], numbers[1]);
    }

    private static RepetitionReward repetition(String text) {
        return new RepetitionReward(numbers("repetition", text, "N", 1)[0]);
    }

    private static void checkCosine(String text) {
        int most = numbers("cosine", most(text), "MOST/REWARD", 1)[0];
        require(most > 0, "cosine (%s) must have a positive number of tokens before the slash", text);
        of(text.substring(most(text).length() + 1));
    }

    private static CosineReward cosine(String text, String column) {
        String most = most(text);
        return new CosineReward(
                numbers("cosine", most, "MOST/REWARD", 1)[0],
                of(text.substring(most.length() + 1)).open(column));
    }

    private static String most(String text) {
        int slash = text.indexOf('/');
        require(slash > 0, "cosine (%s) must be MOST/REWARD, as in cosine:512/numeric", text);
        return text.substring(0, slash);
    }

    private static int[] numbers(String kind, String text, String form, int count) {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == count) {
                return Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException(kind + " (" + text + ") must be " + form + " in whole numbers of tokens");
    }

    private static void checkClass(String text) {
        JavaReward.check(className(text), classText(text));
    }

    private static Reward javaClass(String text) {
        return JavaReward.open(className(text), classText(text), PATIENCE);
    }

    private static String className(String text) {
        return text.split(":", 2)[0];
    }

    private static @Nullable String classText(String text) {
        String[] parts = text.split(":", 2);
        return parts.length == 1 ? null : parts[1];
    }

    private static String argument(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
