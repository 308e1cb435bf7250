package dev.hone.world;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A generator of names from syllables, each with one English and one Korean spelling, so that either form follows from the
 * other: {@code Tamon} is 타몬. Stateless.
 *
 * <p>A syllable is a consonant, a vowel and sometimes a final consonant. Names of places end in one of a few endings that
 * names of people never have. A name's spelling alone decides which {@link Pool} it belongs to, so a name kept for one
 * purpose can never turn up in another.
 */
final class Names {
    /** What a name may be used for. */
    enum Pool {
        /** The known people and places of a world. */
        SETTLED,
        /** People the corpus never mentions, for learning new facts later. */
        NEWCOMER,
        /** People made up for one held-out text. */
        HELD_OUT,
        /** People made up for one training text. */
        PASSING;

        private static Pool of(String name) {
            int sixteenth = (int) (WorldDraw.mix(name) & 15);
            return sixteenth == 0 ? SETTLED : sixteenth == 1 ? NEWCOMER : sixteenth < 4 ? HELD_OUT : PASSING;
        }
    }

    private static final String ONSETS = "bdghjkmnprst";
    private static final int[] HANGUL_ONSETS = {7, 3, 0, 18, 12, 15, 6, 2, 17, 5, 9, 16};
    private static final String VOWELS = "aeiou";
    private static final int[] HANGUL_VOWELS = {0, 5, 20, 8, 13};
    private static final String CODAS = "nlm";
    private static final int[] HANGUL_CODAS = {4, 8, 16};

    /** Letters of which a person's name has at least one, so that the Korean form is not a common word. */
    private static final String FOREIGN = "kpte";

    private static final List<Word> ENDINGS = List.of(
            Word.name("dan", "단"),
            Word.name("bel", "벨"),
            Word.name("rim", "림"),
            Word.name("tun", "툰"),
            Word.name("gol", "골"),
            Word.name("sem", "셈"),
            Word.name("hal", "할"));
    /** Names and words that the syllables happen to spell. */
    private static final Set<String> TAKEN = Set.of(
            "karen",
            "teresa",
            "helen",
            "rebeka",
            "keren",
            "petra",
            "tina",
            "kate",
            "katerina",
            "pamela",
            "tomoko",
            "keiko",
            "naomi",
            "kimiko",
            "hitler",
            "putin",
            "nero",
            "dante",
            "remi",
            "pepe",
            "peron",
            "penelope",
            "kumon",
            "taro",
            "poto",
            "helena",
            "selena",
            "serena",
            "irene",
            "rene",
            "jesus",
            "moses",
            "satan",
            "semen",
            "meta",
            "menu",
            "tuna",
            "puma",
            "potato",
            "tomato",
            "kilo",
            "jejo",
            "roto",
            "desi");

    private Names() {}

    /** A person's name from {@code pool}, of two or three syllables. */
    static Word person(WorldDraw draw, Pool pool) {
        while (true) {
            Spelling name = new Spelling();
            name.addSyllable(draw, 25);
            int more = draw.chance(60) ? 1 : 2;
            for (int i = 0; i < more; i++) {
                name.addSyllable(draw, i + 1 == more ? 35 : 10);
            }
            if (name.suitsAPerson() && Pool.of(name.english()) == pool) {
                return name.word();
            }
        }
    }

    /** A place's name from {@code pool}: one or two syllables and an ending. */
    static Word place(WorldDraw draw, Pool pool) {
        while (true) {
            Spelling name = new Spelling();
            name.addSyllable(draw, 20);
            if (draw.chance(40)) {
                name.addSyllable(draw, 0);
            }
            name.add(draw.pick(ENDINGS));
            if (Pool.of(name.english()) == pool) {
                return name.word();
            }
        }
    }

    /** A name in the making, in both spellings. */
    private static final class Spelling {
        private final StringBuilder english = new StringBuilder();
        private final StringBuilder korean = new StringBuilder();

        void addSyllable(WorldDraw draw, int codaPercent) {
            int onset = draw.below(ONSETS.length());
            int vowel = draw.below(VOWELS.length());
            int coda = draw.chance(codaPercent) ? draw.below(CODAS.length()) : -1;
            char first = ONSETS.charAt(onset);
            english.append(english.isEmpty() ? Character.toUpperCase(first) : first)
                    .append(VOWELS.charAt(vowel));
            int tail = 0;
            if (coda >= 0) {
                english.append(CODAS.charAt(coda));
                tail = HANGUL_CODAS[coda];
            }
            korean.append((char) ('가' + (HANGUL_ONSETS[onset] * 21 + HANGUL_VOWELS[vowel]) * 28 + tail));
        }

        void add(Word ending) {
            english.append(ending.english());
            korean.append(ending.korean());
        }

        /** Neither the name of a place nor a common word or name. */
        boolean suitsAPerson() {
            String name = english().toLowerCase(Locale.ROOT);
            boolean foreign = name.chars().anyMatch(c -> FOREIGN.indexOf(c) >= 0);
            boolean word = name.length() == 4 && name.endsWith("e"); // pine, time, name, …
            boolean place = ENDINGS.stream().anyMatch(ending -> name.endsWith(ending.english()));
            return foreign && !word && !place && !TAKEN.contains(name);
        }

        String english() {
            return english.toString();
        }

        Word word() {
            return Word.name(english(), korean.toString());
        }
    }
}
