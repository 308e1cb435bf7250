package dev.hone.recipes.sample;

import dev.hone.config.AsScalar;
import dev.hone.config.FromScalar;
import dev.hone.evaluate.RewardModel;
import dev.hone.rollout.CommandReward;
import dev.hone.rollout.ContainsReward;
import dev.hone.rollout.RougeLReward;
import dev.hone.rollout.manner.FormReward;
import dev.hone.rollout.manner.LanguageReward;
import dev.hone.rollout.manner.RefusalReward;
import dev.hone.rollout.manner.ReportForm;
import dev.hone.rollout.manner.Tone;
import dev.hone.rollout.manner.ToneReward;
import dev.hone.rollout.manner.Writing;
import dev.hone.rollout.F1Reward;
import dev.hone.rollout.ExactMatchReward;
import dev.hone.rollout.ChrfReward;
import dev.hone.rollout.ExactReward;
import dev.hone.rollout.JsonReward;
import dev.hone.rollout.JsonSchemaReward;
import dev.hone.rollout.NumericReward;
import dev.hone.rollout.PatternReward;
import dev.hone.rollout.Reward;
import dev.hone.rollout.RewardModelReward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            new Kind("exact", "", ExactReward::new),
            new Kind("contains", "", ContainsReward::new),
            new Kind("numeric", "", NumericReward::new),
            new Kind("em", "", ExactMatchReward::new),
            new Kind("f1", "", F1Reward::new),
            new Kind("chrf", "", ChrfReward::new),
            new Kind("rouge-l", "", RougeLReward::new),
            new Kind("refusal", "", answer -> new RefusalReward(null)),
            new Kind("refusal", "true|false", RewardChoice::truth, all -> new RefusalReward(truth(all))),
            new Kind("tone", "STYLE", Tone::named, style -> new ToneReward(Tone.named(style))),
            new Kind("language", "", answer -> new LanguageReward(null)),
            new Kind("language", "CODE", Writing::named, code -> new LanguageReward(Writing.named(code))),
            new Kind("form", "FILE", file -> new FormReward(ReportForm.read(Path.of(file)))),
            new Kind("json", "", JsonReward::new),
            new Kind("schema", "", answer -> JsonSchemaReward.inColumn("schema")),
            new Kind("schema", "FILE", file -> JsonSchemaReward.in(Path.of(file))),
            new Kind("pattern", "REGEX", RewardChoice::compiled, regex -> new PatternReward(compiled(regex))),
            new Kind("model", "FOLDER", folder -> new RewardModelReward(RewardModel.open(Path.of(folder)))),
            new Kind("command", "LINE", line -> new CommandReward(List.of("sh", "-c", line), PATIENCE)));

    /**
     * A kind of reward.
     *
     * @param argument what stands behind its name and a colon, in capitals; empty: it is named alone
     * @param check refuses an argument that can be none, without opening anything
     * @param open makes it of its argument, or where it has none of the column that holds the answer
     */
    private record Kind(String name, String argument, Consumer<String> check, Function<String, Reward> open) {
        Kind(String name, String argument, Function<String, Reward> open) {
            this(name, argument, any -> {}, open);
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
        Kind kind = kind(name);
        return kind.open().apply(kind.argument().isEmpty() ? answerColumn : argument(name));
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

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("refusal (" + text + ") must be true or false for all prompts");
        };
    }

    private static String argument(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
