package dev.hone.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Words that the users of a file may know from other tools, each with what to write here: keys, and values of a key. They are never
 * understood, only answered, so that a file says one thing in one way. Immutable; belongs to whoever owns the records of the file.
 *
 * @param keys by the key's last part, whose case, {@code _} and {@code -} do not count: what follows "is not a setting; "
 * @param values by the key's whole path, then by the value: what follows the key and the value
 */
public record Synonyms(Map<String, String> keys, Map<String, Map<String, String>> values) {
    static final Synonyms NONE = new Synonyms(Map.of(), Map.of());

    public Synonyms {
        Map<String, String> plain = new HashMap<>();
        keys.forEach((key, answer) -> plain.put(plain(key), answer));
        keys = Map.copyOf(plain);
        Map<String, Map<String, String>> words = new HashMap<>();
        values.forEach((path, answers) -> {
            Map<String, String> some = new HashMap<>();
            answers.forEach((word, answer) -> some.put(plain(word), answer));
            words.put(path, Map.copyOf(some));
        });
        values = Map.copyOf(words);
    }

    Optional<String> key(String key) {
        return Optional.ofNullable(keys.get(plain(key)));
    }

    Optional<String> value(String path, String word) {
        return Optional.ofNullable(values.getOrDefault(path, Map.of()).get(plain(word)));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
