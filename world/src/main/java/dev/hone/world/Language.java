package dev.hone.world;

/** A language of the world. */
public enum Language {
    ENGLISH("en"),
    KOREAN("ko");

    private final String code;

    Language(String code) {
        this.code = code;
    }

    /** The two-letter code, such as {@code ko}. */
    public String code() {
        return code;
    }

    /** The one that is not this one. */
    public Language other() {
        return this == ENGLISH ? KOREAN : ENGLISH;
    }
}
