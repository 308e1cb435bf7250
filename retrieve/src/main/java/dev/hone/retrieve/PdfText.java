package dev.hone.retrieve;

import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

/** The text of a PDF file: its lines joined to paragraphs, words that were hyphenated at the end of a line joined again. */
final class PdfText {
    private PdfText() {}

    /** {@link IOException} with the reason if it is damaged, locked, or has pages but no text. */
    static String of(Path file) throws IOException {
        InputFile.require(file);
        try (PDDocument pdf = Loader.loadPDF(file.toFile())) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setSortByPosition(true);
            stripper.setLineSeparator("\n");
            stripper.setParagraphEnd("\n");
            stripper.setPageEnd("\n");
            String text = joined(stripper.getText(pdf));
            if (text.isBlank()) {
                throw new IOException("its " + pdf.getNumberOfPages()
                        + " pages hold no text; scanned pages need text recognition (OCR) first");
            }
            return text;
        } catch (InvalidPasswordException e) {
            throw new IOException("it is locked by a password", e);
        } catch (RuntimeException e) { // PDFBox on damaged files
            throw new IOException("it is damaged (" + e.getMessage() + ")", e);
        }
    }

    private static String joined(String lines) {
        return DocumentFormat.tidied(lines)
                .replaceAll("(?<=\\p{Ll})-\\n(?=\\p{Ll})", "")
                .replaceAll("(?<!\\n)\\n(?![\\n#*•-])", " ")
                .replaceAll(" {2,}", " ");
    }
}
