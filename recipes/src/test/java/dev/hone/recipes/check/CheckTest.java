package dev.hone.recipes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.error.DataException;
import dev.hone.recipes.TinyRun;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check reports of whole runs. */
class CheckTest {
    private static final String ASKED = "{\"prompt\": \"say %c\", \"completion\": \"%<c\"}";

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TinyTokenizers.bytes(folder.resolve("model")).close();
        CheckpointWriter.write(folder.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        write("rows", letters(ASKED));
    }

    @Test
    void aGoodRunIsDescribedAndShown() {
        CheckReport report = check("sft", "");
        assertThat(report.refuses()).isFalse();
        assertThat(report.complaints()).isEmpty();
        // "say x" is five tokens, "x" one, and one ends the text: 26 rows of seven, two of each learned
        assertThat(report.described())
                .containsExactly(
                        "checked " + folder.resolve("rows.jsonl") + " (26 rows: JSON Lines, prompt and completion)",
                        "182 tokens, 28.6 % of them trained; a row has 7 (median), 7 (95 %), 7 (longest)",
                        "template chatml; beginning-of-text none; generation stops at <|endoftext|>, <|im_end|>");
        assertThat(report.samples()).hasSize(3);
        assertThat(report.json().at("/samples/0/stretches/1/text").asText()).isEqualTo("a<|endoftext|>");
        assertThat(report.json().at("/samples/0/stretches/1/learned").asBoolean())
                .isTrue();
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnce() throws IOException {
        write(
                "rows",
                List.of(
                        ASKED.formatted('a'),
                        "{\"prompt\": \"say b\", \"completion\": \"\"}",
                        "{\"prompt\": \"say c\"",
                        ASKED.formatted('a'),
                        "{\"text\": \"longer than it may be, by far\"}"));
        CheckReport report = check("sft", "max-tokens: 20");
        assertThat(report.refuses()).isTrue();
        assertThat(report.complaints())
                .anySatisfy(line -> assertThat(line).isEqualTo("refused row: 2 of 5 rows"))
                .anySatisfy(line -> assertThat(line).contains("rows.jsonl:2: completion is empty"))
                .anySatisfy(line -> assertThat(line).contains("rows.jsonl:3: is not valid JSON"))
                .anySatisfy(line -> assertThat(line).isEqualTo("refused overflow: 1 of 5 rows"))
                .anySatisfy(line -> assertThat(line).contains("rows.jsonl:5: has 30 tokens where max-tokens is 20"))
                .anySatisfy(line -> assertThat(line)
                        .contains("rows.jsonl:4: is the same as " + folder.resolve("rows.jsonl") + ":1"));
    }

    @Test
    void aRefusedRunDoesNotLoadItsModel() throws IOException {
        Files.writeString(
                folder.resolve("model/chat_template.jinja"),
                "{% for m in messages %}{{ m.role + ': ' }}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
                        + "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}");
        write(
                "rows",
                letters("{\"messages\": [{\"role\": \"user\", \"content\": \"%c\"}, {\"role\": \"assistant\","
                        + " \"content\": \"yes\"}]}"));
        assertThatThrownBy(() -> train("sft", ""))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("refused stop-token: 26 of 26 rows")
                .hasMessageContaining("rows.jsonl:1: no trained token of its last reply ends generation")
                .hasMessageEndingWith("data.accept: [stop-token] lets the run start nevertheless");
        assertThat(said).isEmpty();

        train("sft", "accept: stop-token");
        assertThat(said).contains("accepted stop-token: 26 of 26 rows").anyMatch(line -> line.contains("parameters"));
    }

    @Test
    void whatIsMeasuredIsNotTrainedOn() throws IOException {
        write("measured", List.of(ASKED.formatted('a'), "{\"prompt\": \"say b\", \"completion\": \"no\"}"));
        String evaluate = "evaluate: " + folder.resolve("measured.jsonl");
        CheckReport report = check("sft", evaluate);
        assertThat(report.refuses()).isTrue();
        assertThat(report.complaints())
                .contains("refused overlap: 1 of 28 rows", "warning overlap: 1 of 28 rows")
                .anyMatch(line -> line.contains("measured.jsonl:1: is the same as"))
                .anyMatch(line -> line.contains("measured.jsonl:2: asks the same as"));
        assertThat(check("sft", evaluate + ", accept: [overlap]").refuses()).isFalse();

        write("measured", List.of("{\"prompt\": \"say 1\", \"completion\": \"1\"}"));
        assertThat(check("sft", evaluate).complaints()).isEmpty();
    }

    @Test
    void aShareHeldOutOfDuplicatedRowsIsReported() throws IOException {
        List<String> twice = new ArrayList<>(letters(ASKED));
        twice.addAll(letters(ASKED));
        write("rows", twice);
        CheckReport report = check("sft", "evaluate: 0.5");
        assertThat(report.refuses()).isFalse();
        assertThat(report.complaints())
                .contains("warning duplicates: 26 of 52 rows")
                .anyMatch(line -> line.endsWith("data.evaluate.share may hold out the one and train on the other"));
    }

    @Test
    void bothSidesOfAPairAreLookedAt() throws IOException {
        write(
                "rows",
                List.of(
                        "{\"prompt\": \"say a\", \"chosen\": \" a\", \"rejected\": \" b\"}",
                        "{\"prompt\": \"say a\", \"chosen\": \" a\", \"rejected\": \" <|user|>\"}",
                        "{\"prompt\": \"say c\", \"chosen\": \" c\", \"rejected\": \" c\"}"));
        CheckReport report = check("dpo", "");
        assertThat(report.refuses()).isFalse();
        assertThat(report.complaints())
                .contains("warning unknown-token: 1 of 3 rows", "warning equal-sides: 1 of 3 rows")
                .noneMatch(line -> line.contains("duplicates"));
        assertThat(report.samples()).hasSize(6);
    }

    @Test
    void aShareThatLeavesAnswersOfOneKindIsRefused() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add("{\"prompt\": \"say %c\", \"completion\": \" a\", \"label\": %s}".formatted('a' + i, i > 0));
        }
        write("rows", rows);
        assertThat(check("kto", "").complaints()).isEmpty();
        List<Long> refused = IntStream.range(0, 20)
                .mapToObj(seed -> check("kto", "evaluate: 0.5}\ntraining: {seed: " + seed))
                .filter(CheckReport::refuses)
                .peek(report -> assertThat(report.complaints())
                        .contains("refused data")
                        .anyMatch(line -> line.contains("holds out every answer whose label is false")))
                .map(report -> 1L)
                .toList();
        assertThat(refused.size())
                .as("of 20 seeds, which hold the one answer out or not")
                .isBetween(1, 19);
    }

    @Test
    void ofALargeFileTheBeginningAndASampleAreRead() throws IOException {
        write(
                "rows",
                IntStream.range(0, 12_500)
                        .mapToObj(i -> "{\"text\": \"row %d\"}".formatted(i))
                        .toList());
        assertThat(check("cpt", "").described().get(0))
                .endsWith("rows.jsonl (12,000 of 12,500 rows: JSON Lines, texts)");
    }

    @Test
    void onlyWhatARunCanStartWithIsAccepted() {
        assertThatThrownBy(() -> check("sft", "accept: [vocabulary]"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("data.accept (vocabulary) names what no run can start with; allowed are bos,");
    }

    @Test
    void columnsAndKeysThatNobodyReadsAreNamedOnce() throws IOException {
        write(
                "rows",
                List.of(
                        "{\"text\": \"a task\", \"code\": \"a = 1\", \"task_id\": 1, \"source\": \"x\", \"none\": null}",
                        "{\"text\": \"another\", \"code\": \"b = 1\", \"task_id\": 2, \"source\": \"x\"}",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"images\": [1]},"
                                + " {\"role\": \"assistant\", \"content\": \"b\", \"rating\": 1}]}"));
        CheckReport report = check("sft", "");
        assertThat(report.refuses()).isFalse();
        assertThat(report.complaints())
                .containsExactly(
                        "warning columns: 3 of 3 rows",
                        "  " + folder.resolve("rows.jsonl")
                                + ":1: has columns that are not read: code; data.columns names those that should be",
                        "    also " + folder.resolve("rows.jsonl") + ":2",
                        "  " + folder.resolve("rows.jsonl") + ":3: has keys of messages that are not read: images");
        assertThat(check("sft", "accept: [columns]").complaints()).containsExactly("accepted columns: 3 of 3 rows");
    }

    /** What is not read by one method may be what another is about. */
    @Test
    void aLabelBesideWhatIsLearnedIsNamed() throws IOException {
        write("rows", List.of("{\"prompt\": \"a\", \"completion\": \" b\", \"label\": false}"));
        assertThat(check("sft", "").complaints()).anyMatch(line -> line.contains("not read: label"));
    }

    @Test
    void aFileThatCannotBeReadIsNoRow() throws IOException {
        Files.writeString(folder.resolve("rows.jsonl"), "ARROW1..");
        CheckReport report = check("sft", "");
        assertThat(report.refuses()).isTrue();
        assertThat(report.complaints().get(0)).isEqualTo("refused data");
        assertThat(report.complaints().get(1)).contains("rows.jsonl: is an Arrow file, which is not read");
    }

    @Test
    void aCompletionThatRepeatsItsPromptIsRefusedUnlessAccepted() throws IOException {
        write(
                "rows",
                List.of(
                        "{\"prompt\": \"Say 1:\", \"completion\": \"Say 1: 1\", \"label\": true}",
                        "{\"prompt\": \"one\", \"completion\": \"one two\", \"label\": false}"));
        for (String method : List.of("sft", "kto")) {
            assertThat(check(method, "").complaints())
                    .contains("refused prompt-twice: 1 of 2 rows")
                    .anyMatch(line -> line.contains("rows.jsonl:1: completion begins with its whole prompt"));
            assertThat(check(method, "accept: [prompt-twice]").refuses()).isFalse();
        }
    }

    /** Questions and answers for all of train, evaluate and replay; a file may have names of its own. */
    @Test
    void columnsAreMappedForEveryFile() throws IOException {
        write("rows", letters("{\"question\": \"say %c\", \"answer\": \" a\", \"text\": \"b\"}"));
        write("measured", List.of("{\"q\": \"say 1\", \"a\": \" 1\"}"));
        write("general", List.of("{\"question\": \"say 2\", \"answer\": \" 2\"}", "{\"text\": \"general\"}"));
        String names =
                "columns: {prompt: question, completion: answer}, evaluate: {path: %s, columns: {prompt: q, completion: a}},"
                        + " replay: %s";
        CheckReport report =
                check("sft", names.formatted(folder.resolve("measured.jsonl"), folder.resolve("general.jsonl")));
        assertThat(report.complaints()).isEmpty();
        assertThat(report.samples().get(0).stretches().get(0).text()).isEqualTo("say a");
        assertThat(check("sft", "columns: {prompt: question, completion: anwser}")
                        .complaints())
                .anyMatch(
                        line -> line.endsWith(
                                "rows.jsonl:1: has no column anwser, which is to be read as completion; it has [question, answer, text]"));
        assertThatThrownBy(() -> check("sft", "columns: {question: prompt}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("columns.question is no column that is read")
                .hasMessageContaining("write prompt: question");
    }

    @Test
    void pairsAndLabelsAreMappedToo() throws IOException {
        write("rows", List.of("{\"q\": \"say a\", \"better\": \" a\", \"worse\": \" b\"}"));
        assertThat(check("dpo", "columns: {prompt: q, chosen: better, rejected: worse}")
                        .complaints())
                .isEmpty();
        write(
                "rows",
                List.of(
                        "{\"q\": \"say a\", \"r\": \" a\", \"kto_tag\": true}",
                        "{\"q\": \"say b\", \"r\": \" a\", \"kto_tag\": false}"));
        assertThat(check("kto", "columns: {prompt: q, completion: r, label: kto_tag}")
                        .complaints())
                .isEmpty();
    }

    @Test
    void pairsOfWhichCuttingLeavesNothingAreCountedInTheRun() throws IOException {
        write(
                "rows",
                List.of(
                        "{\"prompt\": \"say a\", \"chosen\": \" a\", \"rejected\": \" b\"}",
                        "{\"prompt\": \"say a word that is long\", \"chosen\": \" a\", \"rejected\": \" b\"}"));
        train("dpo", "max-tokens: 12, on-overflow: truncate");
        assertThat(said)
                .contains("1 pairs", "1 pairs were longer than max-tokens (12): truncate")
                .anyMatch(line ->
                        line.startsWith("1 of them have a side without an answer within max-tokens (12): left out"));
    }

    private static List<String> letters(String row) {
        return IntStream.range(0, 26).mapToObj(i -> row.formatted('a' + i)).toList();
    }

    private void write(String name, List<String> rows) throws IOException {
        Files.write(folder.resolve(name + ".jsonl"), rows);
    }

    private Configured<RunFile> read(String method, String data) {
        return RunFile.read(settings(method, data));
    }

    private Settings settings(String method, String data) {
        return Settings.parse("run.yaml", """
                method: %s
                model: %s/model
                output: %2$s/run
                data: {train: %2$s/rows.jsonl, %s}
                """.formatted(method, folder, data));
    }

    private CheckReport check(String method, String data) {
        return Check.of(read(method, data).value(), RunObserver.none());
    }

    private void train(String method, String data) {
        Settings settings = settings(method, data).set(List.of("training.steps=1", "training.compute=fp32"));
        TinyRun.train(settings, TinyRun.listening(said::add));
    }
}
