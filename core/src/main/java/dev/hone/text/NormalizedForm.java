package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a {@code normalizer} section makes of a short text, as far as whether anything is left: text is encoded by the native library, but
 * an added token that it would normalise to nothing has to be found before.
 */
final class NormalizedForm {
    private static final int LONGEST = 10_000;

    private final JsonNode section;

    NormalizedForm(JsonNode section) {
        this.section = section;
    }

    String of(String text) {
        return of(section, text);
    }

    private static String of(JsonNode node, String text) {
        if (text.length() > LONGEST) {
            return text; // which does not become nothing
        }
        String changed = text;
        switch (node.path("type").asText()) {
            case "Sequence" -> {
                for (JsonNode inner : node.path("normalizers")) {
                    changed = of(inner, changed);
                }
            }
            case "NFC" -> changed = Normalizer.normalize(text, Normalizer.Form.NFC);
            case "NFD" -> changed = Normalizer.normalize(text, Normalizer.Form.NFD);
            case "NFKC" -> changed = Normalizer.normalize(text, Normalizer.Form.NFKC);
            case "NFKD" -> changed = Normalizer.normalize(text, Normalizer.Form.NFKD);
            case "Lowercase" -> changed = text.toLowerCase(Locale.ROOT);
            case "StripAccents" -> changed = withoutMarks(text);
            case "Nmt" -> changed = text.replaceAll("[\\p{Cc}&&[^\\t\\n\\r]]|[\u200b-\u200f\u2028\u2029\ufeff]", "");
            case "Strip" -> {
                changed = node.path("strip_left").asBoolean() ? changed.stripLeading() : changed;
                changed = node.path("strip_right").asBoolean() ? changed.stripTrailing() : changed;
            }
            case "BertNormalizer" -> {
                changed = node.path("clean_text").asBoolean()
                        ? changed.replaceAll("[\\p{C}\ufffd&&[^\\t\\n\\r]]", "")
                        : changed;
                JsonNode accents = node.path("strip_accents");
                boolean strips = accents.isBoolean()
                        ? accents.asBoolean()
                        : node.path("lowercase").asBoolean();
                changed = strips ? withoutMarks(Normalizer.normalize(changed, Normalizer.Form.NFD)) : changed;
            }
            case "Prepend" ->
                changed = text.isEmpty() ? text : node.path("prepend").asText() + text;
            case "Replace" -> changed = replaced(node, text);
            default -> {
                // changes no text to nothing
            }
        }
        return changed;
    }

    private static String withoutMarks(String text) {
        return text.replaceAll("\\p{M}", "");
    }

    private static String replaced(JsonNode node, String text) {
        String content = node.path("content").asText();
        JsonNode expression = node.path("pattern").path("Regex");
        if (!expression.isTextual()) {
            String pattern = node.path("pattern").path("String").asText();
            return pattern.isEmpty() ? text : text.replace(pattern, content);
        }
        try {
            return Pattern.compile(expression.asText()).matcher(text).replaceAll(Matcher.quoteReplacement(content));
        } catch (PatternSyntaxException e) {
            return text; // written for the library's own dialect
        }
    }
}
