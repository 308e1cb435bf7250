package dev.hone.world;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Somebody of the world, known or made up for one text. Immutable.
 *
 * @param name in both languages
 * @param woman which pronoun English uses
 * @param home the place the person lives in
 * @param born the year of birth, in the world's own calendar
 * @param friend the name of the best friend
 */
public record Person(Word name, boolean woman, Word home, Word trade, Word pet, Word food, int born, Word friend) {

    /** The words a phrase about this person may use; {@code who} is the name. */
    Map<String, Word> slots() {
        Map<String, Word> slots = new LinkedHashMap<>();
        slots.put("who", name);
        slots.put("he", woman ? Word.name("she", "그") : Word.name("he", "그"));
        slots.put("his", woman ? Word.name("her", "그의") : Word.name("his", "그의"));
        slots.put("him", woman ? Word.name("her", "그") : Word.name("him", "그"));
        for (Attribute attribute : Attribute.values()) {
            slots.put(attribute.key(), attribute.of(this));
        }
        return slots;
    }

    /** The same, with the name replaced by a pronoun. */
    Map<String, Word> slotsWithPronoun() {
        Map<String, Word> slots = slots();
        slots.put("who", woman ? Word.name("she", "그") : Word.name("he", "그"));
        slots.put("who's", woman ? Word.name("her", "그의") : Word.name("his", "그의"));
        return slots;
    }
}
