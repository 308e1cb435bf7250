package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.report.BeforeAfter.Correctness;
import dev.hone.report.BeforeAfter.Reply;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final String EVIL = "<script>alert(\"1\")</script>&'\u0000\u001B[2J\uD800";
    private static final String HARMLESS =
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\uFFFD\uFFFD[2J\uFFFD";

    @TempDir
    Path folder;

    @Test
    void everyTextIsEscapedEverywhere() {
        String page = new HtmlReport(EVIL, EVIL)
                .heading(EVIL)
                .paragraph(EVIL)
                .facts(Map.of(EVIL, EVIL))
                .table(Table.of(Column.text(EVIL)).row(Cell.text(EVIL).noted(EVIL)))
                .comparisons(List.of(new BeforeAfter(
                        EVIL, new Reply(EVIL, Correctness.WRONG), new Reply(EVIL, Correctness.UNJUDGED))))
                .rows(List.of(new MarkedRow(EVIL, EVIL, List.of(new MarkedText(EVIL, true)))))
                .chart(new Plot(
                        EVIL,
                        EVIL,
                        EVIL,
                        Scale.LINEAR,
                        0,
                        List.of(CurvesTest.curve(EVIL, 1), CurvesTest.curve("b", 2))))
                .picture(new byte[] {1}, EVIL)
                .toHtml();
        assertThat(page).doesNotContain("<script").doesNotContain("\u001B").doesNotContain("\u0000");
        // Title twice, lead, heading, paragraph, pair, column, cell, note, prompt, two replies; title, label, unit,
        // axis,
        // legend and one hover text with name, another with the axis alone; the picture's description.
        assertThat(page.split(Pattern.quote(HARMLESS), -1)).hasSizeGreaterThanOrEqualTo(24);
    }

    @Test
    void theTrainedTokensOfARowAreMarkedAndALongTextIsCut() {
        String page = new HtmlReport("a run", "")
                .rows(List.of(
                        new MarkedRow(
                                "train.jsonl:3",
                                "loss 2.10",
                                List.of(new MarkedText("2 + 2 =", false), new MarkedText(" 4", true))),
                        new MarkedRow("train.jsonl:4", "", List.of(new MarkedText("x".repeat(5_000), true)))))
                .toHtml();
        assertThat(page).contains("train.jsonl:3 <small>loss 2.10</small>").contains("2 + 2 =<mark> 4</mark>");
        assertThat(page).contains("<mark>" + "x".repeat(2_000) + "…</mark>");
    }

    @Test
    void thePageLoadsNothing() {
        String page = sample().toHtml();
        assertThat(page).contains("default-src 'none'").contains("src=\"data:image/png;base64,AQID\"");
        assertThat(page).doesNotContain("http://").doesNotContain("https://").doesNotContain("@import");
        assertThat(page).doesNotContain("url(").doesNotContain("<script").doesNotContain("<link");
    }

    @Test
    void koreanTextIsSavedAsItIs() throws IOException {
        Path file = folder.resolve("report.html");
        sample().save(file);
        assertThat(file).content().contains("<html lang=\"en\">", "한국의 수도는?", "모릅니다", "서울");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void aShareIsShownWithItsInterval() {
        assertThat(sample().toHtml())
                .contains("<span class=\"plain\">80.0 %</span> <small>49.0–94.3</small>")
                .contains("<rect x=\"49\" width=\"45.3\" height=\"4\"/>")
                .contains("<span class=\"good\">+80.0</span>");
    }

    /** Everything but the head's void elements is well-formed XML, so no tag is left open. */
    @Test
    void everyTagIsClosed() throws Exception {
        String page = sample().toHtml();
        String main = page.substring(page.indexOf("<main>"), page.indexOf("</main>") + "</main>".length());
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(main.replaceAll("(<img [^>]*)>", "$1/>"))));
        assertThat(document.getElementsByTagName("article").getLength()).isEqualTo(1);
        assertThat(document.getElementsByTagName("tr").getLength()).isEqualTo(2);
    }

    private static HtmlReport sample() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("기반 모델", "Qwen2.5-0.5B");
        return new HtmlReport("한국어 지식", "")
                .facts(facts)
                .table(Table.of(Column.text("과제"), Column.number("후"), Column.number("변화"))
                        .row(Cell.text("지식"), Cell.share(8, 10), Cell.change(80, 1)))
                .comparisons(List.of(new BeforeAfter(
                        "한국의 수도는?", new Reply("모릅니다", Correctness.WRONG), new Reply("서울", Correctness.RIGHT))))
                .chart(CurvesTest.losses())
                .picture(new byte[] {1, 2, 3}, "그림");
    }
}
