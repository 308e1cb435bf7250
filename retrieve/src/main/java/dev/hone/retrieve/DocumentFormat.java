package dev.hone.retrieve;

import dev.hone.files.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of files that documents are read from, by the ending of their name. */
enum DocumentFormat {
    TEXT("txt", "text"),
    MARKDOWN("md", "markdown"),
    HTML("html", "htm", "xhtml"),
    PDF("pdf"),
    DOCX("docx"),
    ROWS("jsonl", "json");

    private static final int LARGEST = 256 << 20;

    private final List<String> endings;

    DocumentFormat(String... endings) {
        this.endings = List.of(endings);
    }

    static Optional<DocumentFormat> of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(ending -> name.endsWith("." + ending)))
                .findFirst();
    }

    /** Whether a folder holds a document, files of rows aside. */
    static boolean anyIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(
                    file -> of(file).filter(format -> format != ROWS).isPresent());
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** All endings, for messages. */
    static String endings() {
        return Arrays.stream(values())
                .flatMap(format -> format.endings.stream())
                .collect(Collectors.joining(", "));
    }

    /** The documents of a file; {@link IOException} with the reason if it cannot be read. */
    FileText read(Path file, String name) throws IOException {
        if (this == PDF) {
            return FileText.of(new Document(name, title(name), PdfText.of(file)));
        } else if (this == DOCX) {
            return FileText.of(new Document(name, title(name), DocxText.of(file)));
        } else if (this == ROWS) {
            return SquadFile.looksLike(file) ? SquadFile.read(file, name) : RowDocuments.read(file, name);
        }
        String text = decoded(InputFile.bytes(file, LARGEST));
        if (this == HTML || looksLikeHtml(text)) { // pages are often saved as .txt
            return FileText.of(HtmlText.document(text, name, title(name)));
        }
        return FileText.of(new Document(name, title(name), tidied(text)));
    }

    private static String decoded(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(java.nio.ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static boolean looksLikeHtml(String text) {
        String head =
                text.substring(0, Math.min(200, text.length())).stripLeading().toLowerCase(Locale.ROOT);
        return head.startsWith("<!doctype html") || head.startsWith("<html");
    }

    private static String title(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    /** Composed letters (Hangul from macOS comes in parts), line feeds, no space at the ends of lines, at most one empty line. */
    static String tidied(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC)
                .replace("\r\n", "\n")
                .replace('\r', '\n')
                .replace('\u00A0', ' ')
                .replaceAll("[ \\t\\f\\x0B]+\\n", "\n")
                .replaceAll("\\n{3,}", "\n\n")
                .strip();
    }

    static String reason(IOException e) {
        return e instanceof CharacterCodingException
                ? "is not UTF-8; convert it first (iconv -f CP949 -t UTF-8 for older Korean files)"
                : "cannot be read: " + e.getMessage();
    }
}
