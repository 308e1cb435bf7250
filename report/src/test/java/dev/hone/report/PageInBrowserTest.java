package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hone.report.BeforeAfter.Correctness;
import dev.hone.report.BeforeAfter.Reply;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page as a person sees it: on a phone and a desk, in light and dark, on paper. Needs Chromium; see {@link Browser}. */
class PageInBrowserTest {
    /** What may be in rows and replies, and does not break. */
    private static final String UNBROKEN = "/a/very/long/path".repeat(30) + "가나다라마바사아자차카타파하".repeat(20);

    /** The relative luminance of a computed colour (WCAG 2.2). */
    private static final String LUMINANCE = """
            (element, property) => {
              const c = getComputedStyle(element)[property].match(/[\\d.]+/g).slice(0, 3)
                .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
            }""";

    @TempDir
    static Path folder;

    private static Browser browser;
    private static Path page;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "no Chromium on the path and no -Dhone.browser, so no page is looked at");
        page = folder.resolve("report.html");
        HtmlReportTest.sample()
                .heading("Rows")
                .rows(List.of(
                        new MarkedRow(
                                "train.jsonl:3",
                                "loss 2.103, 0.204 after",
                                List.of(new MarkedText("질문: 2 + 2 =", false), new MarkedText(" 4", true))),
                        new MarkedRow(UNBROKEN, "", List.of(new MarkedText(UNBROKEN, true)))))
                .comparisons(List.of(new BeforeAfter(
                        UNBROKEN, new Reply(UNBROKEN, Correctness.WRONG), new Reply("", Correctness.UNJUDGED))))
                .facts(Map.of("model", UNBROKEN))
                .code("./hone chat --model " + UNBROKEN)
                .paragraph(UNBROKEN)
                .save(page);
        browser = Browser.start(program.get(), Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"390, false", "390, true", "320, false", "820, true", "1280, false", "1280, true"})
    void nothingStandsBesideThePage(int width, boolean dark) throws Exception {
        browser.open(page, width, 900, dark);
        assertThat(browser.evaluate("innerWidth").asInt()).isEqualTo(width);
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                .as("width that is needed")
                .isLessThanOrEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource({
        "false, body",
        "true, body",
        "false, .row .said",
        "true, .row .said",
        "false, mark",
        "true, mark",
        "false, th",
        "true, th",
        "true, .good",
        "false, .good",
        "true, .bad",
        "false, .bad"
    })
    void textHasContrast(boolean dark, String what) throws Exception {
        browser.open(page, 1280, 900, dark);
        double text = browser.evaluate("(" + LUMINANCE + ")(document.querySelector('" + what + "'), 'color')")
                .asDouble();
        double paper = browser.evaluate("(" + LUMINANCE + ")(document.body, 'backgroundColor')")
                .asDouble();
        double contrast = (Math.max(text, paper) + 0.05) / (Math.min(text, paper) + 0.05);
        assertThat(contrast).as(what).isGreaterThanOrEqualTo(4.5);
        assertThat(paper < 0.1).isEqualTo(dark);
    }

    @Test
    void repliesStandSideBySideOnADeskAndBelowEachOtherOnAPhone() throws Exception {
        String sameLine = "(() => { const r = document.querySelectorAll('.pair .reply');"
                + " return r[0].getBoundingClientRect().top == r[1].getBoundingClientRect().top })()";
        browser.open(page, 1280, 900, false);
        assertThat(browser.evaluate(sameLine).asBoolean()).isTrue();
        browser.open(page, 390, 844, false);
        assertThat(browser.evaluate(sameLine).asBoolean()).isFalse();
    }

    @Test
    void trainedTokensAreMarked() throws Exception {
        browser.open(page, 1280, 900, false);
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('mark')).borderBottomStyle")
                        .asText())
                .isEqualTo("solid");
    }

    @ParameterizedTest
    @CsvSource({"390, false", "1280, true"})
    void somethingIsSeen(int width, boolean dark) throws Exception {
        browser.open(page, width, 900, dark);
        byte[] png = browser.screenshot();
        BufferedImage seen = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(seen.getWidth()).isEqualTo(width);
        long colours = IntStream.range(0, seen.getWidth() * seen.getHeight())
                .map(i -> seen.getRGB(i % seen.getWidth(), i / seen.getWidth()))
                .distinct()
                .count();
        assertThat(colours).isGreaterThan(20);
    }

    @Test
    void itCanBePrinted() throws Exception {
        browser.open(page, 1280, 900, true);
        byte[] pdf = browser.print();
        assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        assertThat(pdf.length).isGreaterThan(10_000);
    }
}
