package dev.hone.retrieve;

import dev.hone.files.InputFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The text of a Word document (docx): its paragraphs, headings as lines that begin with {@code #}, items of lists with a dash, rows of
 * tables with a bar between cells. Deleted text, comments, notes, headers and footers are left out.
 */
final class DocxText {
    private static final long LARGEST = 256L << 20;
    private static final String BODY = "word/document.xml";

    private DocxText() {}

    /** {@link IOException} with the reason if it is damaged, locked, or no document. */
    static String of(Path file) throws IOException {
        InputFile.require(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry body = zip.getEntry(BODY);
            if (body == null) {
                throw new IOException("it holds no " + BODY + "; is it a Word document?");
            }
            try (InputStream in = zip.getInputStream(body)) {
                byte[] bytes = in.readNBytes((int) LARGEST + 1); // an archive's own word for its size is not relied on
                if (bytes.length > LARGEST) {
                    throw new IOException("its text is larger than the " + LARGEST + " bytes it may have");
                }
                return text(new ByteArrayInputStream(bytes));
            }
        } catch (java.util.zip.ZipException e) {
            throw new IOException("it is damaged, or locked by a password (" + e.getMessage() + ")", e);
        } catch (XMLStreamException e) {
            throw new IOException("its " + BODY + " is damaged", e);
        }
    }

    private static String text(InputStream in) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader xml = factory.createXMLStreamReader(in);
        StringBuilder all = new StringBuilder();
        StringBuilder paragraph = new StringBuilder();
        StringBuilder tableRow = new StringBuilder();
        int tables = 0;
        String before = "";
        while (xml.hasNext()) {
            int event = xml.next();
            String name = event == XMLStreamConstants.START_ELEMENT || event == XMLStreamConstants.END_ELEMENT
                    ? xml.getLocalName()
                    : "";
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (name) {
                    case "t" -> paragraph.append(xml.getElementText());
                    case "tab" -> paragraph.append(' ');
                    case "br", "cr" -> paragraph.append('\n');
                    case "pStyle" -> before = heading(value(xml), before);
                    case "outlineLvl" ->
                        before = heading(
                                "Heading"
                                        + (value(xml).matches("[0-8]")
                                                ? value(xml).charAt(0) - '0' + 1
                                                : ""),
                                before);
                    case "numPr" -> before = before.isEmpty() ? "- " : before;
                    case "tbl" -> tables++;
                    default -> {}
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                switch (name) {
                    case "p" -> {
                        if (tables > 0) {
                            tableRow.append(paragraph).append(' ');
                        } else if (!paragraph.toString().isBlank()) {
                            all.append(before).append(paragraph).append(before.startsWith("-") ? "\n" : "\n\n");
                        }
                        paragraph.setLength(0);
                        before = "";
                    }
                    case "tc" -> tableRow.append("| ");
                    case "tr" -> {
                        all.append(tableRow.toString()
                                        .replaceAll("\\s*\\|\\s*$", "")
                                        .strip())
                                .append('\n');
                        tableRow.setLength(0);
                    }
                    case "tbl" -> {
                        tables--;
                        all.append('\n');
                    }
                    default -> {}
                }
            }
        }
        return DocumentFormat.tidied(all.toString());
    }

    private static String value(XMLStreamReader xml) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals("val")) {
                return xml.getAttributeValue(i);
            }
        }
        return "";
    }

    /** {@code ## } for the style Heading2; what was known before otherwise. */
    private static String heading(String style, String before) {
        return style.matches("(?i)(heading|제목)\\s?[1-6]")
                ? "#".repeat(style.charAt(style.length() - 1) - '0') + " "
                : style.equalsIgnoreCase("title") ? "# " : before;
    }
}
