package dev.hone.retrieve;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.data.file.RowConverter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Documents as rows to train on: a folder of them, at any depth, or one file, each a row {@code {"text", "source"}} in the order of their
 * paths. Files of rows have rows of their own and are no documents here.
 */
public final class DocumentRows implements RowConverter {
    @Override
    public boolean reads(Path input, byte[] head) {
        return Files.isDirectory(input)
                ? DocumentFormat.anyIn(input)
                : DocumentFormat.of(input)
                        .filter(format -> format != DocumentFormat.ROWS)
                        .isPresent();
    }

    @Override
    public String format() {
        return "documents";
    }

    @Override
    public void convert(Path input, Path rows) throws IOException {
        DocumentSet read = DocumentSet.read(List.of(input));
        try (JsonGenerator out =
                new ObjectMapper().createGenerator(new BufferedOutputStream(Files.newOutputStream(rows), 1 << 16))) {
            out.setRootValueSeparator(new SerializedString("\n"));
            for (Document document : read.documents()) {
                out.writeStartObject();
                out.writeStringField("text", document.text());
                out.writeStringField("source", document.id());
                out.writeEndObject();
            }
        }
    }
}
