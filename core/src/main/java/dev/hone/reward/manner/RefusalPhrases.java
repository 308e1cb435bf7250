package dev.hone.reward.manner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The phrases by which the {@link Role} of a sentence is told, of one language: a file of regular expressions, one a line, in sections
 * {@code [name]}. {@code {name}} in a line stands for any line of a section above it.
 */
final class RefusalPhrases {
    private static final Pattern NEVER = Pattern.compile("(?!)");

    static final RefusalPhrases ENGLISH = read("refusals.en.txt");
    static final RefusalPhrases KOREAN = read("refusals.ko.txt");

    private final Map<String, Pattern> sections;

    private RefusalPhrases(Map<String, Pattern> sections) {
        this.sections = Map.copyOf(sections);
    }

    private static RefusalPhrases read(String resource) {
        Map<String, String> texts = new HashMap<>();
        String section = "";
        for (String line : lines(resource)) {
            if (line.startsWith("[") && line.contains("]  # ")) {
                section = line.substring(1, line.indexOf(']'));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String whole = line;
                for (Map.Entry<String, String> above : texts.entrySet()) {
                    whole = whole.replace("{" + above.getKey() + "}", "(?:" + above.getValue() + ")");
                }
                texts.merge(section, whole, (before, other) -> before + "|" + other);
            }
        }
        Map<String, Pattern> sections = new HashMap<>();
        texts.forEach((name, text) -> sections.put(name, Pattern.compile(text)));
        return new RefusalPhrases(sections);
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(RefusalPhrases.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }

    Role roleOf(String sentence) {
        String said = sentence.toLowerCase(Locale.ROOT);
        if (has("knows-not", said)) {
            return Role.KNOWS_NOT;
        }
        if (has("refuses", said)) {
            return turnsToHelp(said) ? Role.HELPS : Role.REFUSES;
        }
        if (has("helps", said)) {
            return Role.HELPS;
        }
        if (has("defines", said)) {
            return Role.OTHER;
        }
        if (has("says-no", said)) {
            return Role.SAYS_NO;
        }
        if (has("condemns", said)) {
            return Role.CONDEMNS;
        }
        return has("cares", said) ? Role.CARES : Role.OTHER;
    }

    /** Whether behind the refusal in a sentence something follows that is neither a reason nor an offer: “…, but the key is …”. */
    private boolean turnsToHelp(String said) {
        Matcher turn = sections.getOrDefault("turns", NEVER).matcher(said);
        while (turn.find()) {
            String rest = said.substring(turn.end());
            boolean other =
                    !has("refuses", rest) && !has("offers", rest) && !has("condemns", rest) && !has("cares", rest);
            if (other && has("refuses", said.substring(0, turn.end()))) {
                return true;
            }
        }
        return false;
    }

    private boolean has(String section, String text) {
        return sections.getOrDefault(section, NEVER).matcher(text).find();
    }
}
