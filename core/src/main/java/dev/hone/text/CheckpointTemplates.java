package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.files.InputFile;
import dev.hone.files.LfsPointer;
import dev.hone.files.WriteFailure;
import dev.hone.text.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates in a checkpoint's folder, and the special tokens they may name.
 *
 * <p>Looked for, first found first taken: {@code chat_template.jinja}, with the named ones in {@code additional_chat_templates} beside it;
 * then {@code chat_template} in {@code tokenizer_config.json}, a text or a list of {@code {name, template}} of which {@code default} and
 * {@code tool_use} are used. Special tokens are the entries of {@code tokenizer_config.json} whose name ends in {@code _token}, and where it lacks
 * one, those of {@code special_tokens_map.json}.
 */
record CheckpointTemplates(String name, String plain, Map<String, String> others, Map<String, String> specialTokens) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "tokenizer_config.json";

    static CheckpointTemplates read(Path folder) {
        JsonNode config = json(folder.resolve(CONFIG));
        Map<String, String> tokens = new LinkedHashMap<>();
        addTokens(tokens, json(folder.resolve("special_tokens_map.json")));
        addTokens(tokens, config.path("extra_special_tokens"));
        addTokens(tokens, config.path("model_specific_special_tokens"));
        addTokens(tokens, config);
        Path file = folder.resolve("chat_template.jinja");
        if (Files.exists(file)) {
            return new CheckpointTemplates(
                    file.toString(), text(file), named(folder.resolve("additional_chat_templates")), tokens);
        }
        String name = folder.resolve(CONFIG) + " (chat_template)";
        JsonNode template = config.path("chat_template");
        if (template.isTextual()) {
            return new CheckpointTemplates(name, template.asText(), Map.of(), tokens);
        }
        Map<String, String> named = new TreeMap<>();
        template.forEach(entry ->
                named.put(entry.path("name").asText(), entry.path("template").asText()));
        if (named.isEmpty()) {
            throw new TemplateException(
                    folder.toString(),
                    0,
                    ("has no chat template (neither chat_template.jinja nor "
                                    + "chat_template in %s); choose a built-in one: %s")
                            .formatted(CONFIG, String.join(", ", BuiltInTemplates.names())));
        }
        String plain = named.size() == 1 ? named.values().iterator().next() : named.get("default");
        if (plain == null) {
            throw new TemplateException(
                    name,
                    0,
                    "none of the templates (%s) is called default".formatted(String.join(", ", named.keySet())));
        }
        named.remove("default");
        return new CheckpointTemplates(name, plain, named, tokens);
    }

    /** The template for conversations with tools, where it is another. */
    @Nullable
    String withTools() {
        return others.get("tool_use");
    }

    /** The templates in a folder by their names, those of their files. */
    private static Map<String, String> named(Path folder) {
        Map<String, String> named = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".jinja"))
                        .forEach(file ->
                                named.put(file.getFileName().toString().replaceFirst("\\.jinja$", ""), text(file)));
            } catch (IOException broken) {
                throw new TemplateException(folder.toString(), 0, "cannot be read: " + broken);
            }
        }
        return named;
    }

    static boolean existIn(Path folder) {
        JsonNode template = json(folder.resolve(CONFIG)).path("chat_template");
        return Files.exists(folder.resolve("chat_template.jinja"))
                || template.isTextual()
                || template.isArray() && !template.isEmpty();
    }

    private static void addTokens(Map<String, String> tokens, JsonNode config) {
        config.properties().forEach(field -> {
            JsonNode token = field.getValue().isObject() ? field.getValue().path("content") : field.getValue();
            if (field.getKey().endsWith("_token") && token.isTextual()) {
                tokens.put(field.getKey(), token.asText());
            }
        });
    }

    private static JsonNode json(Path file) {
        if (!Files.exists(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(InputFile.text(file));
        } catch (IOException broken) {
            throw new TemplateException(file.toString(), 0, "cannot be read as JSON: " + broken.getMessage());
        }
    }

    private static String text(Path file) {
        LfsPointer.complaint(file).ifPresent(complaint -> {
            throw new TemplateException(file.toString(), 0, complaint);
        });
        try {
            return InputFile.text(file);
        } catch (IOException broken) {
            throw new TemplateException(file.toString(), 0, "cannot be read: " + WriteFailure.whyUnreadable(broken));
        }
    }
}
