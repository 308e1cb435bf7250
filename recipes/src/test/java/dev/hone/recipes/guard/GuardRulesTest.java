package dev.hone.recipes.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.recipes.run.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guards that cannot work are refused where they are written. The group begins in line 5. */
class GuardRulesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeRows() throws IOException {
        Files.writeString(folder.resolve("general.jsonl"), "{\"text\": \"once upon a time\"}\n");
        Files.writeString(folder.resolve("empty.jsonl"), "");
    }

    private static final String HELD_OUT = "{train: rows.jsonl, evaluate: {share: 0.1}}";

    private GuardSettings read(String data, String guards) {
        String yaml = "method: sft\nmodel: m\noutput: o\ndata: " + data + "\nguards:\n"
                + guards.replace("FOLDER", folder.toString()).indent(2);
        return GuardSettings.of(RunFile.read(Settings.parse("run.yaml", yaml)).value())
                .orElseThrow();
    }

    private void assertRefused(String data, String guards, String message) {
        assertThatThrownBy(() -> read(data, guards))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message.replace("FOLDER", folder.toString()));
    }

    @Test
    void aBudgetOfOneMeasureStandsBesideThatOfAllOthers() {
        GuardSettings guards = read(
                HELD_OUT,
                "retention: {texts: [{path: FOLDER/general.jsonl, name: a}, {path: FOLDER/general.jsonl, name: b}]}\n"
                        + "forget-at-most: 2 %\nbudgets: {b: 12.5 %}\non-forgetting: roll-back");

        assertThat(guards.budget(guards.retained().get(0)).orElseThrow().share())
                .isEqualTo(0.02);
        assertThat(guards.budget(guards.retained().get(1)).orElseThrow().share())
                .isEqualTo(0.125);
        assertThat(guards.onForgetting()).isEqualTo(GuardSettings.OnForgetting.ROLL_BACK);
    }

    @Test
    void aRunWithoutTheGroupHasNone() {
        assertThat(GuardSettings.of(RunFile.read(Settings.parse(
                                "run.yaml", "method: sft\nmodel: m\noutput: o\ndata: " + HELD_OUT + "\n"))
                        .value()))
                .isEmpty();
    }

    @Test
    void aBudgetNeedsAMeasure() {
        assertRefused(
                HELD_OUT,
                "forecast: {}\nforget-at-most: 2 %",
                "run.yaml:7: guards.forget-at-most (2 %) is a budget without a measure; set guards.retention");
    }

    @Test
    void aBudgetOfAMeasureThatIsNotThereIsNamedWithTheNearestOne() {
        assertRefused(
                HELD_OUT,
                "retention: {texts: [FOLDER/general.jsonl]}\nbudgets: {genral: 2 %}",
                "run.yaml:7: guards.budgets names genral, which is no measure of guards.retention (there are general); did you"
                        + " mean general?");
    }

    @Test
    void aFileWithoutRowsMeasuresNothing() {
        assertThatThrownBy(() -> read(HELD_OUT, "retention: {texts: [FOLDER/empty.jsonl]}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("run.yaml:6: guards.retention.texts[0]");
        assertRefused(HELD_OUT, "retention: {texts: [FOLDER/nowhere.jsonl]}", "run.yaml:6: guards.retention.texts[0]");
    }

    @Test
    void raisingReplayNeedsReplay() {
        String raise = "retention: {texts: [FOLDER/general.jsonl]}\nforget-at-most: 2 %\non-forgetting: raise-replay";
        assertRefused(
                HELD_OUT,
                raise,
                "run.yaml:8: guards.on-forgetting (raise-replay) has nothing to replay; set data.replay");
        assertRefused(
                "{train: rows.jsonl, evaluate: {share: 0.1}, replay: {path: g.jsonl, share: 0.5}}",
                raise,
                "guards.on-forgetting (raise-replay) cannot double data.replay.share (0.5)");
    }

    @Test
    void anActionNeedsABudget() {
        assertRefused(
                HELD_OUT,
                "retention: {texts: [FOLDER/general.jsonl]}\non-forgetting: stop",
                "run.yaml:7: guards.on-forgetting (stop) has no budget to watch over; set guards.forget-at-most");
    }

    @Test
    void aShareIsAPercentageWithItsSign() {
        for (String wrong : new String[] {"0.02", "2", "120 %", "-1 %", "two %"}) {
            assertRefused(
                    HELD_OUT,
                    "retention: {texts: [FOLDER/general.jsonl]}\nforget-at-most: " + wrong,
                    "run.yaml:7: guards.forget-at-most");
        }
    }

    @Test
    void somethingHasToChooseTheBestWeights() {
        assertRefused(
                "{train: rows.jsonl}",
                "retention: {texts: [FOLDER/general.jsonl]}",
                "run.yaml:5: guards has nothing by which the best weights are chosen; set data.evaluate");
        assertRefused(
                "{train: rows.jsonl}",
                "task: {texts: [FOLDER/general.jsonl]}\noverfitting: {}",
                "run.yaml:7: guards.overfitting needs held-out rows");
    }

    @Test
    void twoMeasuresOfOneNameAreRefused() {
        assertRefused(
                HELD_OUT,
                "retention: {texts: [FOLDER/general.jsonl, FOLDER/general.jsonl]}",
                "guards has two measures called general");
    }

    @Test
    void guardsThatMeasureNothingAreRefused() {
        assertRefused(HELD_OUT, "on-forgetting: warn", "guards measures nothing; set guards.retention");
    }

    @Test
    void aMisspelledKeyIsNamedInFullWithTheNearestOne() {
        assertRefused(
                HELD_OUT,
                "retention: {texts: [FOLDER/general.jsonl]}\nforget-atmost: 2 %",
                "run.yaml:7: guards.forget-atmost is not a setting; did you mean guards.forget-at-most?");
    }
}
