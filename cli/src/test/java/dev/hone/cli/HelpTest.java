package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The help of every verb, on a screen of 80 columns. */
class HelpTest {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<String> verbs() {
        return Hone.commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void examplesStandAsTheyAreWritten(String verb) {
        List<String> shown = usage(verb).lines().map(String::stripTrailing).toList();
        List<String> written = footer(verb).stream()
                .filter(line -> line.startsWith("  "))
                .map(String::stripTrailing)
                .toList();
        assertThat(written).as("lines of examples").isNotEmpty();
        assertThat(shown).containsAll(written);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void examplesAreCommandsThatHoneUnderstands(String verb) {
        List<String> examples = examples(footer(verb));
        assertThat(examples).isNotEmpty().anyMatch(line -> line.startsWith("./hone " + verb));
        for (String example : examples) {
            assertThatCode(() -> Hone.commandLine().parseArgs(words(example)))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void helpIsAVerbToo() {
        assertThat(run("help", "train")).isEqualTo(Exit.DONE);
        String help = out.toString();
        out.getBuffer().setLength(0);
        run("train", "--help");
        assertThat(help).isEqualTo(out.toString()).contains("RUN.yaml");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpAloneListsTheVerbs() {
        assertThat(run("help")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("Verbs:", "train");
    }

    @Test
    void helpAboutAVerbThatDoesNotExistNamesTheNearest() {
        assertThat(run("help", "trian")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString()).startsWith("trian is not a verb; did you mean train?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "export",
                "pull",
                "gguf",
                "quantize",
                "eval",
                "ui",
                "finetune",
                "sft",
                "dpo",
                "infer",
                "grpo",
                "configure",
                "push",
                "preprocess",
                "GGUF"
            })
    void aVerbOfOtherToolsIsAnsweredWithTheRoadThereIs(String verb) {
        assertThat(run(verb, "--model", "m")).isEqualTo(Exit.REFUSED);
        assertThat(err.toString())
                .startsWith(verb + " is not a verb: ")
                .contains("\n  ")
                .doesNotContain("did you mean");
        for (String example : examples(err.toString().lines().toList())) {
            assertThatCode(() -> Hone.commandLine().parseArgs(words(example)))
                    .as(example)
                    .doesNotThrowAnyException();
        }
    }

    /** A verb that hone has is never taken for another tool's. */
    @ParameterizedTest
    @MethodSource("verbs")
    void noVerbOfOursIsAmongTheOthers(String verb) {
        assertThat(OtherVerbs.road(verb)).isEmpty();
    }

    @Test
    void aShellCompletesVerbsAndOptions() {
        assertThat(run("completion", "bash")).isEqualTo(Exit.DONE);
        assertThat(out.toString()).contains("complete ", "_complete_hone", "recompute", "--learn", "ZSH_VERSION");
    }

    private Exit run(String... args) {
        return Hone.run(args, new PrintWriter(out), new PrintWriter(err));
    }

    private static CommandLine command(String verb) {
        return Hone.commandLine().getSubcommands().get(verb);
    }

    private static String usage(String verb) {
        return command(verb).setUsageHelpWidth(80).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static List<String> footer(String verb) {
        return Arrays.asList(command(verb).getCommandSpec().usageMessage().footer());
    }

    /** The calls of hone among the lines, each with what a backslash continues. */
    private static List<String> examples(List<String> lines) {
        List<String> examples = new ArrayList<>();
        StringBuilder whole = new StringBuilder();
        for (String line : lines) {
            boolean begins = line.startsWith("  ./hone ");
            if (begins || whole.length() > 0) {
                whole.append(line.strip());
                boolean goesOn = line.endsWith("\\");
                if (goesOn) {
                    whole.setLength(whole.length() - 1);
                } else {
                    examples.add(whole.toString());
                    whole.setLength(0);
                }
            }
        }
        return examples;
    }

    /** The words after {@code ./hone} as a shell would give them, without comments and redirections. */
    private static String[] words(String example) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(example.replaceAll("\\s+#.*", "").replaceAll("\\s+[<>]\\s+\\S+", ""));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words.subList(1, words.size()).toArray(String[]::new);
    }
}
