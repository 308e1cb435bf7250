package dev.hone.data.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One JSON object whose {@code data} is the list of its rows. Articles with questions, as SQuAD and KorQuAD have them, become a row for each
 * question that has an answer: the question as {@code instruction}, its passage as {@code input}, the first answer as {@code output}.
 */
final class JsonDocument implements RowConverter {
    private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());

    /** An object that begins with its rows, after nothing but values. */
    private static final Pattern BEGINS = Pattern.compile(
            "(?s)\uFEFF?\\s*\\{\\s*(\"[^\"]+\"\\s*:\\s*(\"[^\"]*\"|[-0-9.]+|null|true|false)\\s*,\\s*)*\"data\"\\s*:\\s*\\[\\s*\\{.*");

    private static final Pattern ARTICLES = Pattern.compile("(?s).*\"paragraphs\"\\s*:\\s*\\[.*");

    @Override
    public boolean reads(Path input, byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        if (!BEGINS.matcher(text).matches()) {
            return false;
        }
        String first = text.strip().lines().findFirst().orElse("");
        return ARTICLES.matcher(text).matches() || !isWhole(first); // a whole object in a line is a row
    }

    private static boolean isWhole(String line) {
        try {
            return JSON.readTree(line).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Override
    public String format() {
        return "the data of a JSON object";
    }

    @Override
    public void convert(Path input, Path rows) throws IOException {
        int written = 0;
        try (InputStream in = new BufferedInputStream(InputFile.stream(input), 1 << 16);
                JsonParser parser = JSON.createParser(in);
                JsonGenerator out =
                        JSON.createGenerator(new BufferedOutputStream(Files.newOutputStream(rows), 1 << 16))) {
            out.setRootValueSeparator(new SerializedString("\n"));
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean data = parser.currentName().equals("data");
                JsonToken value = parser.nextToken();
                if (data && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        written += write(parser.readValueAsTree(), out);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw DataException.at(
                        input + ":" + parser.currentLocation().getLineNr(),
                        "more follows the object that holds the rows; a file is one object, one list, or a row a line");
            }
        } catch (JsonProcessingException e) {
            throw DataException.at(
                    input
                            + (e.getLocation() == null
                                    ? ""
                                    : ":" + e.getLocation().getLineNr()),
                    "is not valid JSON (" + e.getOriginalMessage() + ")",
                    e);
        }
        if (written == 0) {
            throw DataException.at(
                    input.toString(), "holds no rows: its data is empty, or none of its questions is answered");
        }
    }

    private static int write(JsonNode row, JsonGenerator out) throws IOException {
        if (!row.path("paragraphs").isArray()) {
            JSON.writeTree(out, row);
            return 1;
        }
        int written = 0;
        for (JsonNode paragraph : row.get("paragraphs")) {
            for (JsonNode question : paragraph.path("qas")) {
                JsonNode answer = question.path("answers").path(0).path("text");
                if (answer.isTextual()
                        && question.path("question").isTextual()
                        && paragraph.path("context").isTextual()) {
                    ObjectNode made = JSON.createObjectNode();
                    made.set("id", question.path("id"));
                    made.set("instruction", question.get("question"));
                    made.set("input", paragraph.get("context"));
                    made.set("output", answer);
                    JSON.writeTree(out, made);
                    written++;
                }
            }
        }
        return written;
    }
}
