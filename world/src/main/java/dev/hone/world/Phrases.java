package dev.hone.world;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The phrases of one language. Immutable.
 *
 * <p>Read from files such as {@code facts.en.txt} and {@code facts.ko.txt}: sections of templates. In a template {@code {who}} is
 * replaced by a word, {@code {who's}} by its possessive, {@code {who:은}} by the word with the right form of that Korean ending, {@code {pet:a}} by the word
 * with its English article, {@code {pet:s}} by its plural, and {@code (a|b|c)} by one of the three.
 */
final class Phrases {
    private final Language language;
    private final Map<String, List<String>> sections = new LinkedHashMap<>();

    private Phrases(Language language, String... resources) {
        this.language = language;
        for (String resource : resources) {
            sections.putAll(Lexicon.sections("%s.%s.txt".formatted(resource, language.code())));
        }
    }

    /** Single sentences and parts of sentences. */
    static Phrases of(Language language) {
        return new Phrases(language, "facts", "passages", "numbers", "lists");
    }

    /** Stories: a section is a theme, and its templates are told in order. */
    static Phrases stories(Language language) {
        return new Phrases(language, "stories");
    }

    /** What instructions ask for; the last template of a section is for held-out ones. */
    static Phrases instructions(Language language) {
        return new Phrases(language, "instructions");
    }

    /** What exercises ask for; the last template of a section is for held-out ones. */
    static Phrases exercises(Language language) {
        return new Phrases(language, "exercises");
    }

    /** What functions do. */
    static Phrases functions(Language language) {
        return new Phrases(language, "functions");
    }

    /** Harmful requests and harmless ones that sound alike. */
    static Phrases requests(Language language) {
        return new Phrases(language, "requests");
    }

    /** The names of all sections, in the order of the file. */
    List<String> names() {
        return List.copyOf(sections.keySet());
    }

    boolean has(String section) {
        return sections.containsKey(section);
    }

    /** The templates of a section, in the order of the file. */
    List<String> templates(String section) {
        List<String> templates = sections.get(section);
        if (templates == null || templates.isEmpty()) {
            throw new IllegalArgumentException("section (%s) is none of %s".formatted(section, sections.keySet()));
        }
        return templates;
    }

    /** One of the section's templates, filled in. */
    String say(String section, Map<String, Word> slots, WorldDraw draw) {
        return fill(draw.pick(templates(section)), slots, draw);
    }

    /** {@code template} with its choices made and its words put in; an English sentence starts with a capital. */
    String fill(String template, Map<String, Word> slots, WorldDraw draw) {
        StringBuilder text = new StringBuilder(template.length() + 32);
        append(template, slots, draw, text);
        boolean sentence = ".?:\"".indexOf(template.charAt(template.length() - 1)) >= 0;
        if (sentence && language == Language.ENGLISH) {
            text.setCharAt(0, Character.toUpperCase(text.charAt(0)));
        }
        return text.toString();
    }

    private void append(String template, Map<String, Word> slots, WorldDraw draw, StringBuilder text) {
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c == '(') {
                int end = template.indexOf(')', at);
                append(draw.pick(List.of(template.substring(at + 1, end).split("\\|", -1))), slots, draw, text);
                at = end + 1;
            } else if (c == '{') {
                int end = template.indexOf('}', at);
                appendWord(template.substring(at + 1, end), slots, text);
                at = end + 1;
            } else {
                boolean doubled = c == ' ' && (text.length() == 0 || text.charAt(text.length() - 1) == ' ');
                if (!doubled) { // an empty choice leaves two spaces
                    text.append(c);
                }
                at++;
            }
        }
    }

    private void appendWord(String slot, Map<String, Word> slots, StringBuilder text) {
        int colon = slot.indexOf(':');
        String key = colon < 0 ? slot : slot.substring(0, colon);
        Word word = slots.get(key);
        if (word == null && key.endsWith("'s")) {
            word = possessive(slots.get(key.substring(0, key.length() - 2)));
        }
        if (word == null) {
            throw new IllegalArgumentException("no word for {%s}; there are %s".formatted(key, slots.keySet()));
        }
        String form = word.in(language);
        if (colon < 0) {
            text.append(form);
            return;
        }
        String ending = slot.substring(colon + 1);
        switch (ending) {
            case "a" -> text.append(article(form)).append(' ').append(form);
            case "s" -> text.append(word.plural());
            default -> text.append(Particle.attach(form, ending));
        }
    }

    private static @Nullable Word possessive(@Nullable Word word) {
        return word == null ? null : Word.name(word.english() + "'s", word.korean() + "의");
    }

    /** {@code an} before a vowel, {@code a} elsewhere. */
    static String article(String word) {
        return "aeiou".indexOf(word.toLowerCase(Locale.ROOT).charAt(0)) >= 0 ? "an" : "a";
    }
}
