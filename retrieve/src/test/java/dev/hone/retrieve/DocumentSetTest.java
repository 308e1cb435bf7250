package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.error.DataException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentSetTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderIsReadAtAnyDepthInTheOrderOfItsPaths() throws IOException {
        write("b.txt", "The market is on Friday.");
        write("a/deep.md", "# Market\n\nIt is on Friday, too.");
        write(".git/hidden.txt", "not a document");
        DocumentSet set = DocumentSet.read(List.of(folder));
        assertThat(set.documents()).extracting(Document::id).containsExactly("a/deep.md", "b.txt");
        assertThat(set.documents()).extracting(Document::title).containsExactly("deep", "b");
        assertThat(set.skipped()).isEmpty();
    }

    @Test
    void aPageIsItsParagraphsAndHeadings() throws IOException {
        write("page.html", """
                <html><head><title>Market days</title><style>p {}</style></head>
                <body><nav><a href="/">Home</a></nav><h2>When</h2><p>On <b>Friday</b>, at&nbsp;ten.</p>
                <ul><li>bread</li><li>eggs</li></ul><script>var x;</script></body></html>""");
        Document page = only();
        assertThat(page.title()).isEqualTo("Market days");
        assertThat(page.text()).isEqualTo("## When\n\nOn Friday, at ten.\n\n- bread\n- eggs");
    }

    @Test
    void aPageThatWasSavedAsTextIsStillAPage() throws IOException {
        write("saved.txt", "<!DOCTYPE html><html><body><p>Eggs cost two.</p></body></html>");
        assertThat(only().text()).isEqualTo("Eggs cost two.");
    }

    @Test
    void aPdfsLinesBecomeParagraphsAndItsHyphensWords() throws IOException {
        Path pdf = folder.resolve("leaflet.pdf");
        writePdf(pdf, null, "The old bridge was built by Mar-", "tinsen in 1897. It is closed", "in winter.");
        assertThat(only().text()).isEqualTo("The old bridge was built by Martinsen in 1897. It is closed in winter.");
    }

    @Test
    void pdfsThatAreDamagedLockedOrScannedAreSkippedWithTheReason() throws IOException {
        write("damaged.pdf", "no pdf at all");
        writePdf(folder.resolve("locked.pdf"), "secret", "Nobody reads this.");
        writePdf(folder.resolve("scanned.pdf"), null);
        write("good.txt", "One document is enough.");
        DocumentSet set = DocumentSet.read(List.of(folder));
        assertThat(set.documents()).hasSize(1);
        assertThat(set.skipped())
                .extracting(DocumentSet.Skipped::place)
                .containsExactly("damaged.pdf", "locked.pdf", "scanned.pdf");
        assertThat(set.skipped().get(0).reason()).startsWith("cannot be read: ");
        assertThat(set.skipped().get(1).reason()).isEqualTo("cannot be read: it is locked by a password");
        assertThat(set.skipped().get(2).reason()).contains("hold no text", "OCR");
    }

    @Test
    void rowsAreDocumentsAndWhatIsNoneIsSkipped() throws IOException {
        write("rows.jsonl", """
                {"title": "Market", "text": "It is on Friday."}
                {"documents": [{"title": "Bridge", "text": "It is closed."}, "A text alone."]}
                {"messages": [{"role": "user", "content": "Hi"}]}
                {"api_name": "getProfile", "version": 2}
                not json
                """);
        DocumentSet set = DocumentSet.read(List.of(folder));
        assertThat(set.documents())
                .extracting(Document::text)
                .containsExactly(
                        "It is on Friday.", "It is closed.", "A text alone.", "api_name: getProfile\n\nversion: 2");
        assertThat(set.documents())
                .extracting(Document::id)
                .containsExactly("rows.jsonl:1", "rows.jsonl:2.1", "rows.jsonl:2.2", "rows.jsonl:4");
        assertThat(set.skipped())
                .extracting(DocumentSet.Skipped::place)
                .containsExactly("rows.jsonl:3", "rows.jsonl:5");
    }

    @Test
    void aSquadFilesAnswersAreFoundWhereItsParagraphsCameToStand() throws IOException {
        write("squad.json", """
                {"version": "1.1", "data": [{"title": "Old_bridge", "paragraphs": [
                  {"context": "It is old.", "qas": []},
                  {"context": "It was built in 1897.", "qas": [{"id": "q1", "question": "When was it built?",
                    "answers": [{"text": "1897", "answer_start": 16}, {"text": "in 1897", "answer_start": 13}]},
                    {"id": "q2", "question": "By whom?", "answers": []}]}]}]}""");
        DocumentSet set = DocumentSet.read(List.of(folder));
        Document bridge = set.documents().get(0);
        assertThat(bridge.title()).isEqualTo("Old bridge");
        SquadQuestion when = set.questions().get(0);
        assertThat(when.answers()).containsExactly("1897", "in 1897");
        assertThat(bridge.text().substring(when.start())).isEqualTo("1897.");
        assertThat(set.questions().get(1).answers()).isEmpty();
    }

    @Test
    void theSameTextTwiceIsOneDocument() throws IOException {
        write("a.txt", "It is on Friday.");
        write("b.txt", "It is on Friday.\r\n");
        DocumentSet set = DocumentSet.read(List.of(folder));
        assertThat(set.documents()).hasSize(1);
        assertThat(set.skipped()).containsExactly(new DocumentSet.Skipped("b.txt", "has the same text as a.txt"));
    }

    @Test
    void koreanInAnOlderEncodingIsNamed() throws IOException {
        Files.write(folder.resolve("old.txt"), "장날은 금요일입니다.".getBytes(Charset.forName("MS949")));
        write("new.txt", "장날은 금요일입니다.");
        assertThat(DocumentSet.read(List.of(folder)).skipped().get(0).reason()).contains("UTF-8", "CP949");
    }

    @Test
    void nothingToReadIsRefused() throws IOException {
        write("empty.txt", " \n ");
        assertThatThrownBy(() -> DocumentSet.read(List.of(folder)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no document in")
                .hasMessageContaining("empty.txt has no text");
        assertThatThrownBy(() -> DocumentSet.read(List.of(folder.resolve("none"))))
                .hasMessageContaining("no such file or folder of documents");
    }

    private Document only() {
        DocumentSet set = DocumentSet.read(List.of(folder));
        assertThat(set.documents()).hasSize(1);
        return set.documents().get(0);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void writePdf(Path file, String password, String... lines) throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage();
            pdf.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
                content.beginText();
                content.setFont(new PDType1Font(FontName.HELVETICA), 12);
                content.setLeading(14);
                content.newLineAtOffset(72, 700);
                for (String line : lines) {
                    content.showText(line);
                    content.newLine();
                }
                content.endText();
            }
            if (password != null) {
                pdf.protect(new StandardProtectionPolicy(password, password, new AccessPermission()));
            }
            pdf.save(file.toFile());
        }
    }
}
