package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The source of one text: a world, a language, a register and a stream of choices. Belongs to the text being
 * written; not thread-safe.
 */
final class Scene {
    private final World world;
    private final Language language;
    private final Split split;
    private final WorldDraw draw;
    private final boolean polite;

    /** A scene in the plain register. */
    Scene(World world, Language language, Split split, WorldDraw draw) {
        this(world, language, split, draw, false);
    }

    private Scene(World world, Language language, Split split, WorldDraw draw, boolean polite) {
        this.world = world;
        this.language = language;
        this.split = split;
        this.draw = draw;
        this.polite = polite;
    }

    /** The same scene, sometimes in the polite register; for kinds all of whose phrases have a polite form. */
    Scene inSomeRegister() {
        return new Scene(world, language, split, draw, draw.chance(40));
    }

    /** The same scene told in {@code language}. */
    Scene in(Language language) {
        return new Scene(world, language, split, draw, polite);
    }

    World world() {
        return world;
    }

    Language language() {
        return language;
    }

    Split split() {
        return split;
    }

    WorldDraw draw() {
        return draw;
    }

    boolean korean() {
        return language == Language.KOREAN;
    }

    Phrases phrases() {
        return world.phrases(language);
    }

    /** One way of saying what {@code section} says; politely, where the scene is polite and the language has a way. */
    String say(String section, Map<String, Word> slots) {
        String politely = section + ".polite";
        return phrases().say(polite && phrases().has(politely) ? politely : section, slots, draw);
    }

    String say(String section, Object... slots) {
        return say(section, slots(slots));
    }

    /** Pairs of a key and a word, or anything that is written the same in both languages. */
    static Map<String, Word> slots(Object... pairs) {
        Map<String, Word> slots = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            slots.put((String) pairs[i], pairs[i + 1] instanceof Word word ? word : Word.same(pairs[i + 1]));
        }
        return slots;
    }

    /** A sentence that tells one fact about a person. */
    String fact(Person person, Attribute attribute) {
        return say(attribute.key(), person.slots());
    }

    /** The matter of a fact as part of a sentence: {@code where Tamon lives}. */
    String ask(Person person, Attribute attribute) {
        return say(attribute.key() + ".ask", person.slots());
    }

    /** A question after a fact. */
    String question(Person person, Attribute attribute) {
        return say(attribute.key() + ".question", person.slots());
    }

    /** The bare value of a fact, as it may end a sentence: {@code Beldan}, 벨단이다. */
    String value(Person person, Attribute attribute) {
        return say(attribute.key() + ".value", person.slots());
    }

    /** The person described by a fact: {@code the one who keeps a fox}. */
    String one(Person person, Attribute attribute) {
        return say(attribute.key() + ".one", person.slots());
    }

    /** Words joined by commas, in the scene's language. */
    String list(List<Word> words) {
        return words.stream().map(word -> word.in(language)).collect(joining(", "));
    }

    Word word(String group) {
        return draw.pick(world.lexicon().group(group));
    }

    /** {@code count} different words of a group, in random order. */
    List<Word> words(String group, int count) {
        return draw.some(world.lexicon().group(group), count);
    }

    Person known() {
        return draw.pick(world.people());
    }

    /** A name made up for this text. */
    Word freshName() {
        return Names.person(draw, pool());
    }

    Word freshPlace() {
        return Names.place(draw, pool());
    }

    private Names.Pool pool() {
        return split == Split.TRAIN ? Names.Pool.PASSING : Names.Pool.HELD_OUT;
    }

    /** Somebody made up for this text. */
    Person stranger() {
        return world.stranger(draw, pool());
    }

    /** People made up for this text, no two of whom share a name, a home, a trade, a pet, a food or a birth year. */
    List<Person> strangers(int count) {
        Set<String> taken = new HashSet<>();
        List<Person> people = new ArrayList<>();
        while (people.size() < count) {
            Person person = stranger();
            List<String> marks = new ArrayList<>(List.of(person.name().english()));
            for (Attribute attribute : Attribute.values()) {
                marks.add(attribute.key() + " " + attribute.of(person).english());
            }
            if (marks.stream().noneMatch(taken::contains)) {
                taken.addAll(marks);
                people.add(person);
            }
        }
        return people;
    }

    /** A known person or one made up. */
    Person anyone(int knownPercent) {
        return draw.chance(knownPercent) ? known() : stranger();
    }

    /** {@code count} different values. */
    static <T> List<T> different(int count, Supplier<T> values) {
        List<T> all = new ArrayList<>();
        while (all.size() < count) {
            T value = values.get();
            if (!all.contains(value)) {
                all.add(value);
            }
        }
        return all;
    }
}
