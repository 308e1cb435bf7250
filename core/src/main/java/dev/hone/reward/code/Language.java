package dev.hone.reward.code;

import java.util.List;
import java.util.Locale;

/** A programming language whose programs are judged. */
public enum Language {
    PYTHON("python", "python3", "py"),
    JAVA("java");

    /** As blocks and rows name it. */
    private final List<String> names;

    Language(String... names) {
        this.names = List.of(names);
    }

    /** The language of a name in whatever case; {@link IllegalArgumentException} where it is not known. */
    public static Language named(String name) {
        for (Language language : values()) {
            if (language.isNamed(name)) {
                return language;
            }
        }
        throw new IllegalArgumentException("code language (" + name + ") must be python or java");
    }

    boolean isNamed(String name) {
        return names.contains(name.strip().toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return names.get(0);
    }
}
