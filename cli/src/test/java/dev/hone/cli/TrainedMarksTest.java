package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.report.MarkedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedMarksTest {
    private static final List<MarkedText> ROW = List.of(
            new MarkedText("question", false), new MarkedText("a long reply", true), new MarkedText("<end>", false));

    /** Of 25 characters 12 are shown: the first 8 and the last 4. */
    @Test
    void ofALongRowTheMiddleIsLeftOut() {
        assertThat(TrainedMarks.shortened(ROW, 12))
                .containsExactly(
                        new MarkedText("question", false),
                        new MarkedText(" … 13 characters … ", false),
                        new MarkedText("end>", false));
        assertThat(TrainedMarks.shortened(ROW, 18))
                .containsExactly(
                        new MarkedText("question", false),
                        new MarkedText("a lo", true),
                        new MarkedText(" … 7 characters … ", false),
                        new MarkedText("y", true),
                        new MarkedText("<end>", false));
    }

    @Test
    void aShortRowIsShownWhole() {
        assertThat(TrainedMarks.shortened(ROW, 25)).isEqualTo(ROW);
    }

    @Test
    void noCharacterIsCutInHalf() {
        List<MarkedText> smiles = List.of(new MarkedText("😀😀😀😀", true));
        assertThat(TrainedMarks.shortened(smiles, 5))
                .allSatisfy(part -> assertThat(part.text())
                        .matches("(\\X)*")
                        .doesNotContainPattern("[\uD800-\uDBFF](?![\uDC00-\uDFFF])"));
    }
}
