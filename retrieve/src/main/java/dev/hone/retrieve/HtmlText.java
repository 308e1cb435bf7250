package dev.hone.retrieve;

import java.util.Locale;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** The text of a page: paragraphs and headings as they are read, without scripts, styles, navigation and forms. */
final class HtmlText implements NodeVisitor {
    private static final String LEFT_OUT = "script, style, noscript, template, nav, form, iframe, svg, button, head";

    private final StringBuilder text = new StringBuilder();

    private HtmlText() {}

    static Document document(String html, String id, String otherwise) {
        org.jsoup.nodes.Document page = Jsoup.parse(html);
        String title = page.title().isBlank() ? otherwise : page.title().strip();
        page.select(LEFT_OUT).remove();
        HtmlText visitor = new HtmlText();
        page.body().traverse(visitor);
        return new Document(
                id, title, DocumentFormat.tidied(visitor.text.toString().replaceAll("(?m)^ +", "")));
    }

    @Override
    public void head(Node node, int depth) {
        if (node instanceof TextNode words) {
            String more = words.text();
            boolean spaced = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
            text.append(spaced ? more.stripLeading() : more);
        } else if (node instanceof Element element) {
            String name = element.normalName();
            if (name.matches("h[1-6]")) {
                text.append("\n\n").append("#".repeat(name.charAt(1) - '0')).append(' ');
            } else if (name.equals("li")) {
                text.append("\n- ");
            } else if (name.equals("br")) {
                text.append('\n');
            } else if (name.equals("td") || name.equals("th")) {
                text.append(' ');
            } else if (name.equals("tr")) {
                text.append('\n');
            } else if (element.isBlock()) {
                text.append("\n\n");
            }
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (node instanceof Element element
                && element.isBlock()
                && !element.normalName().toLowerCase(Locale.ROOT).matches("li|tr|td|th")) {
            text.append("\n\n");
        }
    }
}
