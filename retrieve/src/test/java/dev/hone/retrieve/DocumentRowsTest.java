package dev.hone.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.row.JsonlFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents are rows of texts. */
class DocumentRowsTest {
    @TempDir
    Path folder;

    @Test
    void aFolderOfDocumentsIsAFileOfTexts() throws IOException {
        Path docs = Files.createDirectories(folder.resolve("docs/deep")).getParent();
        Files.writeString(docs.resolve("b.md"), "# Title\n\nBody.\n");
        Files.writeString(docs.resolve("deep/a.html"), "<html><body><p>One &amp; two.</p></body></html>");
        Files.writeString(docs.resolve("a.txt"), "하나\r\n");
        JsonlFile rows = JsonlFile.open(docs);
        assertThat(rows.format()).isEqualTo("documents");
        assertThat(rows.rows()).isEqualTo(3);
        assertThat(rows.row(0).toString()).isEqualTo("{\"text\":\"하나\",\"source\":\"a.txt\"}");
        assertThat(rows.row(1).path("text").asText()).isEqualTo("# Title\n\nBody.");
        assertThat(rows.row(2).path("text").asText()).contains("One & two.");
        Files.writeString(docs.resolve("c.txt"), "new");
        assertThat(JsonlFile.open(docs).rows()).isEqualTo(4);
        assertThat(JsonlFile.open(docs.resolve("a.txt")).row(0).path("text").asText())
                .isEqualTo("하나");
        JsonlFile.require(docs);
    }

    @Test
    void aFolderWithoutDocumentsIsNoInput() throws IOException {
        Files.writeString(folder.resolve("rows.jsonl"), "{\"text\":\"a\"}");
        assertThatThrownBy(() -> JsonlFile.open(folder))
                .hasMessageContaining("is a folder, not a file; name one of its files: rows.jsonl");
        assertThatThrownBy(() -> JsonlFile.require(folder)).hasMessageContaining("is a folder, not a file");
    }

    @Test
    void aWordDocumentIsItsParagraphs() throws IOException {
        Path file = docx(
                "<w:p><w:pPr><w:pStyle w:val=\"Heading2\"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>"
                        + "<w:p><w:r><w:t xml:space=\"preserve\">One </w:t></w:r><w:r><w:t>line &amp; more</w:t></w:r>"
                        + "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
                        + "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
                        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>");
        assertThat(DocxText.of(file)).isEqualTo("## Title\n\nOne line & more\n\n- item\na | b");
    }

    @Test
    void whatIsNoWordDocumentIsNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("a.docx"), "no zip");
        assertThatThrownBy(() -> DocxText.of(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> DocxText.of(docx("<w:p>"))).hasMessageContaining("word/document.xml is damaged");
    }

    private Path docx(String body) throws IOException {
        Path file = folder.resolve("made.docx");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            zip.write(("<w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>")
                    .getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
