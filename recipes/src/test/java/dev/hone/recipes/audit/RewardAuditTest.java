package dev.hone.recipes.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.error.StoppedException;
import dev.hone.recipes.reward.RewardTerm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RewardAuditTest {
    private static final AnswerForm.Scope ALL = AnswerForm.Scope.ALL;

    @TempDir
    private Path folder;

    private JsonlFile sums() throws IOException {
        return rows(
                "{\"prompt\": \"3 + 4?\", \"answer\": \"7\"}",
                "{\"prompt\": \"900 + 334?\", \"answer\": \"1234\"}",
                "{\"prompt\": \"2 + 3?\", \"answer\": \"5\"}");
    }

    private JsonlFile rows(String... rows) throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.write(file, List.of(rows));
        return JsonlFile.open(file);
    }

    private static RewardFindings audit(JsonlFile rows, String reward) {
        return audit(rows, reward, new RewardAudit.Replay(200, null, null, ALL, null));
    }

    private static RewardFindings audit(JsonlFile rows, String reward, RewardAudit.Replay replay) {
        return RewardAudit.of(rows, List.of(RewardTerm.of(reward)), replay, () -> false)
                .rewards()
                .get(0);
    }

    private static FormResult form(RewardFindings findings, AnswerForm form) {
        return findings.forms().stream()
                .filter(result -> result.form().equals(form.title()))
                .findFirst()
                .orElseThrow();
    }

    /** The last number decides: another one behind the answer hides it, and the second of two is taken for it. */
    @Test
    void whatTheLastNumberMissesIsFound() throws IOException {
        RewardFindings numeric = audit(sums(), "numeric");
        assertThat(form(numeric, AnswerForm.SENTENCE).wrong()).isZero();
        assertThat(form(numeric, AnswerForm.COMMAS)).matches(form -> form.tried() == 1 && form.wrong() == 0);
        assertThat(form(numeric, AnswerForm.NUMBER_BEHIND).wrong()).isEqualTo(3);
        assertThat(form(numeric, AnswerForm.EITHER).wrong()).isZero();
        assertThat(form(numeric, AnswerForm.OR)).matches(form -> form.tried() == 3 && form.wrong() == 3);
        assertThat(form(numeric, AnswerForm.OR).examples().get(0))
                .isEqualTo(new FormResult.Example(
                        folder.resolve("rows.jsonl") + ":1", "7", "The answer is either 1234 or 7.", 1, ""));
    }

    /** Of {@code exact} the answer in white space is one, and in a sentence it is none. */
    @Test
    void plainFormsAreWhatARewardForAnswersAloneAccepts() throws IOException {
        RewardFindings exact = audit(sums(), "exact", RewardAudit.Replay.plain());
        assertThat(exact.falseNegatives()).isZero();
        assertThat(exact.falsePositives()).isZero();
        assertThat(exact.exceeds(AuditLimits.USUAL)).isFalse();
        assertThat(audit(sums(), "exact").exceeds(AuditLimits.USUAL)).isTrue();
    }

    /** "7" is in "-7", and 3 of 3 signs are accepted; in "70" as well. */
    @Test
    void containsTakesPartsOfNumbersForTheAnswer() throws IOException {
        RewardFindings contains = audit(sums(), "contains", RewardAudit.Replay.plain());
        assertThat(form(contains, AnswerForm.SIGN).wrong()).isEqualTo(3);
        assertThat(form(contains, AnswerForm.TEN_TIMES).wrong()).isEqualTo(3);
        assertThat(form(contains, AnswerForm.OFF_BY_ONE).wrong()).isZero();
        assertThat(form(contains, AnswerForm.EMPTY).wrong()).isZero();
        assertThat(contains.falsePositives()).isEqualTo(6 / 15.0);
    }

    @Test
    void aWholeSolutionIsReplayedAsItsAnswerToo() throws IOException {
        JsonlFile solutions = rows(
                "{\"prompt\": \"a\", \"answer\": \"3 + 4 = <<3+4=7>>7\\n#### 7\"}",
                "{\"prompt\": \"b\", \"answer\": \"So it is \\\\boxed{\\\\frac{1}{2}} there.\"}");
        RewardFindings exact = audit(solutions, "exact", RewardAudit.Replay.plain());
        assertThat(form(exact, AnswerForm.GOLD).wrong()).isZero();
        assertThat(form(exact, AnswerForm.ALONE).examples())
                .extracting(FormResult.Example::completion)
                .containsExactly("7", "\\frac{1}{2}");
        assertThat(AuditAdvice.on(exact)).singleElement().asString().startsWith("the column holds whole solutions");
    }

    /** The answer stands where the reward looks for it. */
    @Test
    void anAnswerIsGivenInThePartThatIsRead() throws IOException {
        RewardFindings findings = audit(sums(), "after-think:answer-tag:exact", RewardAudit.Replay.plain());
        assertThat(findings.falseNegatives()).isZero();
        assertThat(findings.falsePositives()).isZero();
        assertThat(audit(sums(), "cosine:100/numeric", RewardAudit.Replay.plain())
                        .falseNegatives())
                .isZero();
    }

    @Test
    void rowsAreSpreadOverTheFile() throws IOException {
        RewardFindings two = audit(sums(), "exact", new RewardAudit.Replay(2, null, null, ALL, null));
        assertThat(form(two, AnswerForm.SENTENCE).examples())
                .extracting(FormResult.Example::answer)
                .containsExactly("7", "1234");
    }

    @Test
    void completionsThatAreKnownToBeRightOrWrongAreReplayed() throws IOException {
        Path known = folder.resolve("known.jsonl");
        Files.writeString(
                known,
                "{\"prompt\": \"3 + 4?\", \"answer\": \"7\", \"completion\": \"seven\", \"right\": true}\n"
                        + "{\"prompt\": \"3 + 4?\", \"answer\": \"7\", \"completion\": \"8 or 7\", \"right\": false}\n"
                        + "{\"prompt\": \"3 + 4?\", \"answer\": \"7\", \"completion\": \"8\", \"right\": false}\n");
        RewardFindings numeric = audit(sums(), "numeric", new RewardAudit.Replay(200, null, null, null, known));
        assertThat(numeric.falseNegatives()).isEqualTo(1);
        assertThat(numeric.falsePositives()).isEqualTo(0.5);
        Files.writeString(known, "{\"prompt\": \"a\", \"completion\": \"b\", \"right\": \"yes\"}\n");
        assertThatThrownBy(() -> audit(sums(), "numeric", new RewardAudit.Replay(200, null, null, null, known)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("known.jsonl:1: needs completion, a text, and right, true or false");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRewardThatGivesNoScoreIsSeen() throws IOException {
        RewardFindings findings =
                audit(sums(), "command:while read line; do echo nonsense; done", RewardAudit.Replay.plain());
        assertThat(findings.unscored()).isEqualTo(1);
        assertThat(findings.falsePositives()).isZero();
        assertThat(findings.exceeds(AuditLimits.USUAL)).isTrue();
        assertThat(findings.forms().get(0).examples().get(0).reason()).contains("answered (nonsense)");
    }

    /** A run would end at the second row; where no row can be judged there is nothing to count. */
    @Test
    void rowsThatTheRewardCannotJudgeAreCounted() throws IOException {
        JsonlFile mixed =
                rows("{\"prompt\": \"a\", \"answer\": \"7\"}", "{\"prompt\": \"b\", \"answer\": \"an ellipse\"}");
        RewardFindings numeric = audit(mixed, "numeric", RewardAudit.Replay.plain());
        assertThat(numeric.unreadable())
                .containsExactly(folder.resolve("rows.jsonl") + ":2: column answer (an ellipse) has no number");
        assertThat(numeric.falseNegatives()).isZero();
        assertThat(numeric.exceeds(AuditLimits.USUAL)).isTrue();
        JsonlFile none = rows("{\"prompt\": \"b\", \"answer\": \"an ellipse\"}");
        assertThatThrownBy(() -> audit(none, "numeric")).isInstanceOf(DataException.class);
    }

    @Test
    void whatCannotBeAuditedIsRefused() throws IOException {
        JsonlFile sums = sums();
        assertThatThrownBy(() -> audit(sums, "format"))
                .hasMessageStartingWith("format does not judge whether an answer is right");
        RewardAudit.Replay other = new RewardAudit.Replay(200, "solution", null, ALL, null);
        assertThatThrownBy(() -> audit(sums, "numeric", other))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rows.jsonl:1: column solution has no right answer")
                .hasMessageContaining("--gold");
        assertThatThrownBy(() ->
                        RewardAudit.of(sums, List.of(RewardTerm.of("exact")), RewardAudit.Replay.plain(), () -> true))
                .isInstanceOf(StoppedException.class);
    }

    @Test
    void theReportNamesExamplesAndWhatToDo() throws IOException {
        RewardAudit audit = RewardAudit.of(
                sums(),
                List.of(RewardTerm.of("numeric"), RewardTerm.of("contains")),
                new RewardAudit.Replay(200, null, null, ALL, null),
                () -> false);
        AuditReport report = new AuditReport(audit, AuditLimits.USUAL);
        assertThat(report.text(200, 1))
                .contains(
                        "right answers that are refused   tried   numeric   contains",
                        "numeric accepts what is wrong: another or the right one, ",
                        "    right:  7\n    answer: The answer is either 1234 or 7.\n    score:  1",
                        "contains: refuses ",
                        "it does not read numbers as numbers");
        JsonNode json = report.json();
        assertThat(json.path("exceeds").asBoolean()).isTrue();
        assertThat(json.path("rewards").path(0).path("forms").path(0).toString())
                .isEqualTo(
                        "{\"form\":\"the answer as the row has it\",\"right\":true,\"tried\":3,\"wrong\":0,\"unscored\":0,"
                                + "\"examples\":[]}");
    }
}
