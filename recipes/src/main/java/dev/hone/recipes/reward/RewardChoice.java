package dev.hone.recipes.reward;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import dev.hone.evaluate.RewardModel;
import dev.hone.rollout.ChrfReward;
import dev.hone.rollout.CommandReward;
import dev.hone.rollout.ContainsReward;
import dev.hone.rollout.ExactMatchReward;
import dev.hone.rollout.ExactReward;
import dev.hone.rollout.F1Reward;
import dev.hone.rollout.JsonReward;
import dev.hone.rollout.JsonSchemaReward;
import dev.hone.rollout.JudgeReward;
import dev.hone.rollout.NumericReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import dev.hone.rollout.RewardModelReward;
import dev.hone.rollout.RougeLReward;
import dev.hone.rollout.manner.FormReward;
import dev.hone.rollout.manner.LanguageReward;
import dev.hone.rollout.manner.RefusalReward;
import dev.hone.rollout.manner.ReportForm;
import dev.hone.rollout.manner.Tone;
import dev.hone.rollout.manner.ToneReward;
import dev.hone.rollout.manner.Writing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

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
            Kind.of(
                    "command",
                    "LINE",
                    line -> {},
                    (line, column) -> new CommandReward(List.of("sh", "-c", line), PATIENCE)));

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

        boolean isNamedBy(String text) {
            return argument.isEmpty() ? text.equals(name) : text.startsWith(name + ":");
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

    /** Whether scores lie between right and wrong, so that their mean says more than the share of full ones. */
    public boolean isGraded() {
        return kind(name).isGraded();
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

    private static String argument(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
