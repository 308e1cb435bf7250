package dev.hone.world;

import java.util.Locale;

/** What is known about a person; six facts each. */
public enum Attribute {
    HOME,
    TRADE,
    PET,
    FOOD,
    BORN,
    FRIEND;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** The name phrases use for it. */
    String key() {
        return key;
    }

    /** What it is for {@code person}. */
    public Word of(Person person) {
        return switch (this) {
            case HOME -> person.home();
            case TRADE -> person.trade();
            case PET -> person.pet();
            case FOOD -> person.food();
            case BORN -> Word.same(person.born());
            case FRIEND -> person.friend();
        };
    }
}
