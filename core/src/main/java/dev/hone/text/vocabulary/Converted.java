package dev.hone.text.vocabulary;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.json} that says what a file without one says.
 *
 * @param json its text
 * @param names tokens that the file names, used where {@code tokenizer_config.json} names none
 */
public record Converted(String json, Names names) {
    /** The spelling of the tokens that begin, end and fill a text, and of the unknown one; null where a file has none. */
    public record Names(
            @Nullable String begin,
            @Nullable String end,
            @Nullable String padding,
            @Nullable String unknown) {}

    /** Writes the fields of the section {@code model}. */
    interface Model {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static Converted of(ObjectNode sections, Model model, Names names) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            for (Map.Entry<String, JsonNode> section : sections.properties()) {
                json.writeFieldName(section.getKey());
                json.writeRawValue(section.getValue().toString());
            }
            json.writeObjectFieldStart("model");
            model.writeTo(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Converted(text.toString(), names);
    }

    static void vocabulary(JsonGenerator json, Map<String, Integer> ids) throws IOException {
        json.writeObjectFieldStart("vocab");
        for (Map.Entry<String, Integer> token : ids.entrySet()) {
            json.writeNumberField(token.getKey(), token.getValue());
        }
        json.writeEndObject();
    }

    /** The post-processor that puts tokens before and after a text. */
    static ObjectNode around(Map<String, Integer> before, Map<String, Integer> after) {
        ObjectNode processor = JsonNodeFactory.instance.objectNode().put("type", "TemplateProcessing");
        for (String name : new String[] {"single", "pair"}) {
            ArrayNode pieces = processor.putArray(name);
            for (String text : name.equals("single") ? new String[] {"A"} : new String[] {"A", "B"}) {
                int part = text.equals("A") ? 0 : 1;
                before.keySet().forEach(token -> piece(pieces, "SpecialToken", token, part));
                piece(pieces, "Sequence", text, part);
                after.keySet().forEach(token -> piece(pieces, "SpecialToken", token, part));
            }
        }
        ObjectNode declared = processor.putObject("special_tokens");
        before.forEach((token, id) -> declare(declared, token, id));
        after.forEach((token, id) -> declare(declared, token, id));
        return processor;
    }

    private static void piece(ArrayNode pieces, String kind, String id, int part) {
        pieces.addObject().putObject(kind).put("id", id).put("type_id", part);
    }

    private static void declare(ObjectNode declared, String token, int id) {
        ObjectNode entry = declared.putObject(token).put("id", token);
        entry.putArray("ids").add(id);
        entry.putArray("tokens").add(token);
    }
}
