package dev.hone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads when a file is wrong. */
class ProblemsTest {
    /** The file below, with a line of its own for what each test adds. */
    private static final String HEAD = """
            method: sft
            model: m
            output: o
            data: {train: [t]}
            weights: {}
            """;

    @Test
    void everyProblemIsReportedAtOnceInTheOrderOfTheFile() {
        String yaml = """
                method: stf
                model: m
                data:
                  train: []
                  max_tokens: many
                  max-tokens: many
                  evaluate: {share: 2}
                adapter: {kind: lora, rank: 0}
                training:
                  learning-rte: 1
                  seed: 1
                  seed: 2
                  lr: 3
                learning-rate: 1
                """;

        assertThat(messages(yaml))
                .containsExactly(
                        "run.yaml:1: method (stf) must be one of sft, dpo, roll-out; did you mean sft?",
                        "run.yaml:1: output is missing; it must be a path and has no default",
                        "run.yaml:1: weights is missing; it must be names with values and has no default",
                        "run.yaml:5: data.max_tokens is not a setting; did you mean data.max-tokens?",
                        "run.yaml:6: data.max-tokens (many) must be a whole number",
                        "run.yaml:7: data.evaluate.share (2.0) must lie between 0 and 1",
                        "run.yaml:8: adapter.rank (0) must be positive",
                        "run.yaml:10: training.learning-rte is not a setting; did you mean training.learning-rate?",
                        "run.yaml:12: seed is given twice (first at run.yaml:11); keep one of them",
                        "run.yaml:13: training.lr is now called training.learning-rate; rename it",
                        "run.yaml:14: learning-rate is not a setting; did you mean training.learning-rate?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            training: {seed: abc}          | training.seed (abc) must be a whole number
            training: {seed: 1.5}          | training.seed (1.5) must be a whole number
            training: {seed: 1e3}          | training.seed (1e3) must be a whole number; write 1000
            training: {seed: 1_000}        | training.seed (1_000) must be a whole number; write 1000
            training: {seed: "7"}          | training.seed ("7") is text; write a whole number without quotes
            training: {seed: 9223372036854775808} | training.seed (9223372036854775808) must lie between -9223372036854775808 and 9223372036854775807
            training: {seed: }             | training.seed has no value; write one, or remove the line to get the default
            training: {seed: [1]}          | training.seed must be a whole number; found a list
            training: {learning-rate: fast} | training.learning-rate (fast) must be a number, such as 3, 0.05 or 2.0e-4
            training: {learning-rate: .nan} | training.learning-rate (.nan) must be a number, such as 3, 0.05 or 2.0e-4
            training: {learning-rate: 1e999} | training.learning-rate (1e999) is too large for a number here
            training: {learning-rate: -1}  | training.learning-rate (-1.0) must be positive
            training: {save-every: soon}   | training.save-every (soon) must be a duration, such as 90s, 15m or 1h30m
            training: {rows-per-batch: 0}  | training.rows-per-batch: a number of rows (0) must be positive
            training: {rows-per-batch: some} | training.rows-per-batch (some) must be a whole number, or (some) must be one of auto
            training: {schedule: cosin}    | training.schedule.kind (cosin) must be one of cosine, constant, wsd; did you mean cosine?
            training: {schedule: {kind: wsd}} | training.schedule.decay is missing; it must be a number and has no default
            training: {schedule: {kind: constant, warmup: 1}} | training.schedule.warmup is not a setting of this kind of training.schedule, which has kind; leave it out
            training: {steps: 1, epochs: 2} | training.epochs and training.steps exclude each other; keep one of them
            training: 5                    | training must be settings (epochs, steps, learning-rate, schedule, rows-per-batch, save-every, seed, early-stop) with their values; found a single value (5)
            training: {<<: 1}              | training.<< is not a setting; those of training are epochs, steps, learning-rate, schedule, rows-per-batch, save-every, seed, early-stop
            adapter: {path: }              | adapter.path has no value; write one, or remove the line to get the default
            adapter: {targets: }           | adapter.targets has no value; write a list, or [] for none
            """)
    void aWrongValueSaysWhatIsAllowed(String line, String message) {
        assertThat(messages(HEAD + line)).containsExactly("run.yaml:6: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            seed=7               | --set seed=7: seed is not a setting; did you mean training.seed?
            training.seed        | --set training.seed: not an assignment; write one as training.seed=7
            =7                   | --set =7: not an assignment; write one as training.seed=7
            a..b=7               | --set a..b=7: not an assignment; write one as training.seed=7
            training.seed=x      | --set training.seed=x: training.seed (x) must be a whole number
            data.train[1]=x      | --set data.train[1]=x: has no item [1]; the list has 1, counted from 0
            data.train.path=x    | --set data.train.path=x: stands inside a list of 1; say which item, as in data.train[0].path
            model[0]=x           | --set model[0]=x: has no item [0], as it is not a list
            training.seed=*x     | --set training.seed=*x: anchors (&) and aliases (*) are not supported; write the value out, or put it in quotes
            """)
    void aMistakeOnTheCommandLineIsReportedAsOne(String assignment, String message) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> Settings.parse("run.yaml", HEAD).set(assignment).bind(ExampleSettings.class));

        assertThat(refused).hasMessageStartingWith(message);
    }

    @Test
    void problemsOfTheCommandLineComeAfterThoseOfTheFile() {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> Settings.parse("run.yaml", HEAD + "x: 1")
                        .set("training.seed=x")
                        .bind(ExampleSettings.class));

        assertThat(refused.problems())
                .extracting(Problem::origin)
                .containsExactly(new Origin.File("run.yaml", 6), new Origin.CommandLine("training.seed=x"));
    }

    @Test
    void onlyPlainYamlIsUnderstood() {
        assertThat(messages("a: &x 1\nb: *x\nc: !!int 3\nd: !<tag:x> [1]\n[1]: 2\n? {e: f}\n: 4\n~: 5"))
                .filteredOn(message -> !message.contains("missing") && !message.contains("not a setting"))
                .containsExactly(
                        "run.yaml:1: anchors (&) and aliases (*) are not supported; write the value out, or put it in quotes",
                        "run.yaml:2: anchors (&) and aliases (*) are not supported; write the value out, or put it in quotes",
                        "run.yaml:3: tags (tag:yaml.org,2002:int) are not supported; remove it, or put the value in quotes",
                        "run.yaml:4: tags (tag:x) are not supported; remove it, or put the value in quotes",
                        "run.yaml:5: a key must be a word; found a list",
                        "run.yaml:6: a key must be a word; found a group of settings",
                        "run.yaml:8: a key must be a word; found empty");
        assertThat(messages(HEAD + "---\nmodel: n"))
                .containsExactly("run.yaml:6: a second document starts here; a file holds one, so remove the line ---");
        assertThat(messages("- a"))
                .singleElement()
                .asString()
                .startsWith("run.yaml:1: the file must be settings (method, ");
        assertThat(messages("")).contains("run.yaml:1: model is missing; it must be text and has no default");
    }

    @Test
    void brokenSyntaxIsReportedWithItsLine() {
        assertThat(messages("a: 1\nb: [1, 2\n"))
                .singleElement()
                .asString()
                .startsWith("run.yaml:3: not readable as YAML: ");
        assertThat(messages("a:\n\tb: 1"))
                .singleElement()
                .asString()
                .startsWith("run.yaml:2: ")
                .endsWith("; indent with spaces, not tabs");
        assertThat(messages("a: \u0000")).singleElement().asString().startsWith("run.yaml:1: not readable as YAML: ");
    }

    @Test
    void endlessNestingAndExpansionAreRefusedAtOnce() {
        assertThat(messages("a: " + "[".repeat(500_000))).containsExactly("run.yaml:1: nested deeper than 32 levels");
        assertThat(messages("a: " + "{a: ".repeat(200_000)))
                .containsExactly("run.yaml:1: nested deeper than 32 levels");
        String laughs = "a: &a [x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n".repeat(1000);
        assertThat(messages(laughs)).hasSizeGreaterThan(1000);
    }

    @Test
    void onlyTheFirstProblemsAreListed() {
        String message = refusal(Settings.parse(
                "run.yaml",
                HEAD
                        + "x%d: 1\n"
                                .repeat(100)
                                .formatted(
                                        Stream.iterate(0, i -> i + 1).limit(100).toArray())));

        assertThat(message.lines()).hasSize(41).last().isEqualTo("… and 60 more");
    }

    @Test
    void foreignTextIsShownShortAndHarmless() {
        assertThat(messages(HEAD + "\"\\e[31m\\n" + "x".repeat(300) + "\": 1").get(0))
                .startsWith("run.yaml:6: \\u001b[31m\\u000axxx")
                .hasSizeLessThan(250);
    }

    @Test
    void aRecordThatCannotHoldSettingsIsABug() {
        assertThatThrownBy(() -> Settings.parse("x", "odd: 1").bind(Odd.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be a setting");
        assertThatThrownBy(() -> Settings.parse("x", "text: 1").bind(Fragile.class))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(UnsupportedOperationException.class);
    }

    record Odd(Thread odd) {}

    record Fragile(@Nullable String text) {
        Fragile {
            throw new UnsupportedOperationException();
        }
    }

    private static List<String> messages(String yaml) {
        ConfigurationException refused = catchThrowableOfType(
                ConfigurationException.class,
                () -> Settings.parse("run.yaml", yaml).bind(ExampleSettings.class));
        return refused.problems().stream().map(Problem::toString).toList();
    }

    private static String refusal(Settings settings) {
        return catchThrowableOfType(ConfigurationException.class, () -> settings.bind(ExampleSettings.class))
                .getMessage();
    }
}
