package dev.hone.text;

import dev.hone.text.jinja.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Chat templates for models without one of their own. They are resources beside this class and mark what the model generates. */
public final class BuiltInTemplates {
    private static final Map<String, Map<String, String>> TOKENS = Map.of(
            "alpaca", Map.of(),
            "chatml", Map.of("eos_token", "<|im_end|>"),
            "llama3", Map.of("bos_token", "<|begin_of_text|>", "eos_token", "<|eot_id|>"),
            "qwen2.5", Map.of("eos_token", "<|im_end|>"));

    private BuiltInTemplates() {}

    /** Names of the formats, in alphabetical order. */
    public static List<String> names() {
        return TOKENS.keySet().stream().sorted().toList();
    }

    /** The special tokens a format is known by. */
    static Map<String, String> tokens(String name) {
        Map<String, String> tokens = TOKENS.get(name);
        if (tokens == null) {
            throw new TemplateException(
                    name, 0, "no built-in chat template has this name; there are " + String.join(", ", names()));
        }
        return tokens;
    }

    /** The text of a format's template. */
    static String source(String name) {
        try (InputStream resource = BuiltInTemplates.class.getResourceAsStream("templates/" + name + ".jinja")) {
            if (resource == null) {
                throw new IllegalStateException("the template " + name + " is missing from the build");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
