package dev.hone.report;

import dev.hone.files.AtomicFiles;
import dev.hone.report.BeforeAfter.Correctness;
import dev.hone.report.BeforeAfter.Reply;
import dev.hone.report.Table.Align;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page about a run, in one file: style and pictures are inside, it loads nothing, runs no script (its own
 * policy forbids both) and is readable on a phone, on paper and in dark mode.
 *
 * <p>Its own few words are English; texts in it may be in any language. Blocks are added from top to bottom. Every text is escaped, so replies of a model may contain anything. A report under
 * construction belongs to one thread.
 */
public final class HtmlReport {
    /** Characters of a row that are shown. */
    private static final int LONGEST_ROW = 2_000;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    /** An empty page. */
    public HtmlReport(String title, String subtitle) {
        this.title = title;
        body.append("<header>\n<h1>").append(Html.escape(title)).append("</h1>\n");
        if (!subtitle.isEmpty()) {
            body.append("<p class=\"lead\">").append(Html.escape(subtitle)).append("</p>\n");
        }
        body.append("</header>\n");
    }

    public HtmlReport heading(String text) {
        return add("<h2>" + Html.escape(text) + "</h2>\n");
    }

    /** A paragraph; line breaks in it are kept. */
    public HtmlReport paragraph(String text) {
        return add("<p>" + Html.escape(text) + "</p>\n");
    }

    /** A command or a file as it is typed, in a font of fixed width. */
    public HtmlReport code(String text) {
        return add("<pre><code>" + Html.escape(text) + "</code></pre>\n");
    }

    /** Settings and figures as pairs of a name and a value, in the map's order. */
    public HtmlReport facts(Map<String, String> facts) {
        body.append("<dl class=\"facts\">\n");
        facts.forEach((name, value) -> body.append("<div><dt>")
                .append(Html.escape(name))
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd></div>\n"));
        return add("</dl>\n");
    }

    /**
     * A table; a cell that has an interval shows it as a small mark on a scale from 0 to 1. On a narrow screen each row is a block
     * of its own, whose cells are named by their columns.
     */
    public HtmlReport table(Table table) {
        body.append("<div class=\"scroll\"><table>\n<thead><tr>");
        for (Column column : table.columns()) {
            body.append("<th scope=\"col\"")
                    .append(side(column))
                    .append('>')
                    .append(Html.escape(column.title()))
                    .append("</th>");
        }
        body.append("</tr></thead>\n<tbody>\n");
        for (List<Cell> row : table.rows()) {
            body.append("<tr>");
            for (int c = 0; c < row.size(); c++) {
                cell(row.get(c), table.columns().get(c));
            }
            body.append("</tr>\n");
        }
        return add("</tbody>\n</table></div>\n");
    }

    /** Prompts with the replies before and after, side by side where there is room. */
    public HtmlReport comparisons(List<BeforeAfter> comparisons) {
        for (BeforeAfter comparison : comparisons) {
            body.append("<article class=\"card\">\n<p class=\"prompt\" dir=\"auto\">")
                    .append(Html.escape(comparison.prompt()))
                    .append("</p>\n<div class=\"pair\">\n");
            reply("before", comparison.before());
            reply("after", comparison.after());
            body.append("</div>\n</article>\n");
        }
        return this;
    }

    /** Rows of data; their trained tokens are marked. Of a long text the beginning is shown. */
    public HtmlReport rows(List<MarkedRow> rows) {
        for (MarkedRow row : rows) {
            body.append("<article class=\"card row\">\n<p class=\"prompt\">")
                    .append(Html.escape(row.place()))
                    .append(" <small>")
                    .append(Html.escape(row.note()))
                    .append("</small></p>\n<div class=\"said\" dir=\"auto\">");
            int left = LONGEST_ROW;
            for (MarkedText span : row.text()) {
                String text =
                        span.text().length() <= left ? span.text() : span.text().substring(0, Math.max(0, left)) + "…";
                String escaped = Html.escape(text);
                body.append(span.trained() ? "<mark>" + escaped + "</mark>" : escaped);
                left -= span.text().length();
                if (left < 0) {
                    break;
                }
            }
            body.append("</div>\n</article>\n");
        }
        return this;
    }

    /** Curves, drawn as part of the page; hovering over a step shows its values. */
    public HtmlReport chart(Plot plot) {
        return add(SvgChart.figure(plot));
    }

    /** A PNG, embedded in the page. */
    public HtmlReport picture(byte[] png, String description) {
        return add("<figure class=\"picture\"><img alt=\"%s\" src=\"data:image/png;base64,%s\"></figure>\n"
                .formatted(Html.escape(description), Base64.getEncoder().encodeToString(png)));
    }

    /** The whole page. */
    public String toHtml() {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(Html.escape(title), style(), body);
    }

    /** Writes the page to {@code file}, replacing it as a whole. */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, toHtml());
    }

    private HtmlReport add(String block) {
        body.append(block);
        return this;
    }

    private void cell(Cell cell, Column column) {
        String tone = cell.tone().name().toLowerCase(Locale.ROOT);
        body.append("<td data-column=\"")
                .append(Html.escape(column.title()))
                .append('"')
                .append(side(column))
                .append("><span class=\"")
                .append(tone)
                .append("\">");
        body.append(Html.escape(cell.text())).append("</span>");
        if (!cell.note().isEmpty()) {
            body.append(" <small>").append(Html.escape(cell.note())).append("</small>");
        }
        Interval range = cell.interval();
        if (range != null) {
            double from = 100 * Math.max(0, Math.min(1, range.low()));
            double to = 100 * Math.max(0, Math.min(1, range.high()));
            body.append("<svg class=\"range\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">")
                    .append(
                            "<rect class=\"track\" width=\"100\" height=\"4\"/><rect x=\"%s\" width=\"%s\" height=\"4\"/></svg>"
                                    .formatted(Html.at(from), Html.at(Math.max(1, to - from))));
        }
        body.append("</td>");
    }

    private void reply(String when, Reply reply) {
        String mark = switch (reply.verdict()) {
            case RIGHT -> "<span class=\"mark good\"><b aria-hidden=\"true\">✓</b> right</span>";
            case WRONG -> "<span class=\"mark bad\"><b aria-hidden=\"true\">✗</b> wrong</span>";
            case UNJUDGED -> "";
        };
        String edge =
                reply.verdict() == Correctness.UNJUDGED ? "" : reply.verdict() == Correctness.RIGHT ? " good" : " bad";
        body.append("<section class=\"reply%s\"><h3>%s%s</h3>\n<div class=\"said\" dir=\"auto\">%s</div></section>\n"
                .formatted(edge, when, mark, Html.escape(reply.text())));
    }

    private static String side(Column column) {
        return column.align() == Align.RIGHT ? " class=\"number\"" : "";
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is missing beside HtmlReport; the jar is incomplete");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
