package dev.hone.files;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.hone.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/** The JSON files of a checkpoint: UTF-8, two spaces, sorted keys, a newline at the end. */
public final class JsonFiles {
    private static final long MAX_BYTES = 16L << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addModule(new SimpleModule()
                    .addSerializer(Double.class, new Finite<>(Double.class))
                    .addSerializer(Float.class, new Finite<>(Float.class)))
            .build();

    /** JSON has no NaN and no infinity, so that a number which is none becomes {@code null} and never a text. */
    private static final class Finite<N extends Number> extends StdSerializer<N> {
        private static final long serialVersionUID = 1;

        Finite(Class<N> type) {
            super(type);
        }

        @Override
        public void serialize(N number, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (!Double.isFinite(number.doubleValue())) {
                json.writeNull();
            } else if (number instanceof Float single) {
                json.writeNumber(single);
            } else {
                json.writeNumber(number.doubleValue());
            }
        }
    }

    private JsonFiles() {}

    /** Reads an object; a missing or malformed file is a {@link CheckpointException} naming file and line. */
    public static ObjectNode read(Path file) {
        try {
            InputFile.require(file);
            if (Files.size(file) > MAX_BYTES) {
                throw new CheckpointException(
                        file + ": is larger than any file of this kind (" + Files.size(file) + " bytes)");
            }
            byte[] content = InputFile.bytes(file, MAX_BYTES);
            LfsPointer.complaint(content).ifPresent(complaint -> {
                throw new CheckpointException(file + ": " + complaint);
            });
            JsonNode root = JSON.readTree(content);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw new CheckpointException(file + ": must hold a JSON object");
        } catch (JsonProcessingException e) {
            long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new CheckpointException(
                    file + ":" + line + ": is not valid JSON (" + e.getOriginalMessage() + ")", e);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + WriteFailure.whyUnreadable(e) + ")", e);
        }
    }

    /** Writes an object whole or not at all; numbers that are not finite as {@code null}. */
    public static void write(Path file, ObjectNode object) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        Object sorted = JSON.treeToValue(object, TreeMap.class);
        AtomicFiles.write(file, JSON.writer(printer).writeValueAsString(sorted) + "\n");
    }
}
