package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.report.Table.Tone;
import dev.hone.report.TextTable.Ink;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final Table SCORES = Table.of(
                    Column.text("과제"), Column.number("before"), Column.number("after"), Column.number("change"))
            .row(Cell.text("한국어 지식"), Cell.share(0, 10), Cell.share(8, 10), Cell.change(80, 1))
            .row(Cell.text("gsm8k"), Cell.share(500, 1000), Cell.share(1000, 1000), Cell.change(-0.04, 1));

    @Test
    void koreanAndLatinRowsLineUp() {
        assertThat(TextTable.render(SCORES, Ink.PLAIN).lines())
                .containsExactly(
                        "과제                     before                 after   change",
                        "──────────────────────────────────────────────────────────────",
                        "한국어 지식    0.0 %   0.0–27.8    80.0 %   49.0–94.3    +80.0",
                        "gsm8k         50.0 %  46.9–53.1   100.0 %  99.6–100.0      0.0");
    }

    @Test
    void inkChangesNothingButTheInk() {
        String inked = TextTable.render(SCORES, Ink.ANSI);
        assertThat(inked).contains("\u001B[32m+80.0\u001B[0m").contains("\u001B[2m49.0–94.3\u001B[0m");
        assertThat(inked.replaceAll("\u001B\\[\\d+m", "").replaceAll(" +\n", "\n"))
                .isEqualTo(TextTable.render(SCORES, Ink.PLAIN));
    }

    @Test
    void cellsCannotBreakTheirLine() {
        Table table =
                Table.of(Column.text("reply"), Column.number("n")).row(Cell.text("a\nb\u001B[2J"), Cell.count(1204));
        assertThat(TextTable.render(table, Ink.PLAIN).lines())
                .containsExactly("reply         n", "───────────────", "a b [2J   1,204");
    }

    @Test
    void signsDecideTheTone() {
        assertThat(Cell.change(1.25, 1)).isEqualTo(Cell.text("+1.3").toned(Tone.GOOD));
        assertThat(Cell.change(-1.25, 2)).isEqualTo(Cell.text("-1.25").toned(Tone.BAD));
        assertThat(Cell.change(-0.001, 2)).isEqualTo(Cell.text("0.00").toned(Tone.FAINT));
        assertThat(Cell.change(Double.NaN, 2).text()).isEqualTo("-");
        assertThat(Cell.share(0, 0).text()).isEqualTo("-");
        assertThat(Cell.number(1234.5678, 2).text()).isEqualTo("1,234.57");
    }

    @Test
    void aRowOfTheWrongLengthIsRefused() {
        assertThatThrownBy(() -> SCORES.row(Cell.text("x"))).hasMessage("row 3 has 1 cells, the table 4 columns");
        assertThatThrownBy(Table::of).hasMessage("a table needs at least one column");
    }

    private static final Table WIDE = Table.of(
                    Table.Column.text("held-out"),
                    Table.Column.number("asked"),
                    Table.Column.number("trained from scratch"))
            .row(
                    Table.Cell.text("English"),
                    Table.Cell.count(160),
                    Table.Cell.text("1.3 %").noted("0.5–3.2"));

    /** The last column's cells take 14 columns, its heading 20; broken, the table has 8 + 3 + 5 + 3 + 14 = 33. */
    @Test
    void aNarrowScreenBreaksHeadings() {
        assertThat(TextTable.render(WIDE, TextTable.Ink.PLAIN, 38).lines().toList())
                .containsExactly(
                        "                     trained from",
                        "held-out   asked          scratch",
                        "─".repeat(33),
                        "English      160   1.3 %  0.5–3.2");
        assertThat(TextTable.render(WIDE, TextTable.Ink.PLAIN, 39))
                .isEqualTo(TextTable.render(WIDE, TextTable.Ink.PLAIN));
    }

    @Test
    void aScreenThatIsNarrowerStillGetsABlockForEachRow() {
        assertThat(TextTable.render(WIDE, TextTable.Ink.PLAIN, 30).lines().toList())
                .containsExactly(
                        "English", "    asked                 160", "    trained from scratch  1.3 %  0.5–3.2");
    }
}
