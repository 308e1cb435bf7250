package dev.hone.world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The invented world: its known people and places, and the words they are spoken of with. Follows from a seed alone;
 * immutable and safe to share between threads.
 *
 * <p>Each of the {@value #PEOPLE} people has six facts and each of the {@value #PLACES} places four, 1,360 in all: few
 * enough for a model of a few million parameters to memorise. Newcomers are generated the same way, but no document of the
 * corpus mentions them.
 */
public final class World {
    static final int PEOPLE = 200;
    static final int PLACES = 40;
    private static final int NEWCOMERS = 64;
    private static final int EARLIEST_BIRTH = 410;
    private static final int LATEST_BIRTH = 469;

    private final long seed;
    private final Lexicon lexicon = Lexicon.read();
    private final Phrases english = Phrases.of(Language.ENGLISH);
    private final Phrases korean = Phrases.of(Language.KOREAN);
    private final List<Place> places;
    private final List<Person> people;
    private final List<Person> newcomers;

    private World(long seed) {
        this.seed = seed;
        Set<String> taken = new HashSet<>();
        WorldDraw draw = WorldDraw.from(seed, 1);
        List<Word> rivers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rivers.add(unique(taken, () -> Names.place(draw, Names.Pool.SETTLED)));
        }
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            places.add(place(draw, unique(taken, () -> Names.place(draw, Names.Pool.SETTLED)), draw.pick(rivers)));
        }
        this.places = List.copyOf(places);
        this.people = settle(draw, PEOPLE, Names.Pool.SETTLED, taken);
        this.newcomers = settle(WorldDraw.from(seed, 2), NEWCOMERS, Names.Pool.NEWCOMER, taken);
    }

    /** The world of {@code seed}. */
    public static World of(long seed) {
        return new World(seed);
    }

    public long seed() {
        return seed;
    }

    /** The known people; the corpus tells each of their facts many times in both languages. */
    public List<Person> people() {
        return people;
    }

    /** People whom no document of the corpus mentions, for learning new facts. */
    public List<Person> newcomers() {
        return newcomers;
    }

    /** The known places. */
    public List<Place> places() {
        return places;
    }

    Lexicon lexicon() {
        return lexicon;
    }

    Phrases phrases(Language language) {
        return language == Language.ENGLISH ? english : korean;
    }

    /** Somebody made up, living anywhere. */
    Person stranger(WorldDraw draw, Names.Pool pool) {
        Word home =
                draw.chance(50) ? Names.place(draw, pool) : draw.pick(places).name();
        return person(draw, Names.person(draw, pool), home, Names.person(draw, pool));
    }

    private List<Person> settle(WorldDraw draw, int count, Names.Pool pool, Set<String> taken) {
        List<Word> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(unique(taken, () -> Names.person(draw, pool)));
        }
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Word friend = names.get(i ^ 1); // friendship is mutual
            people.add(person(draw, names.get(i), draw.pick(places).name(), friend));
        }
        return List.copyOf(people);
    }

    private Person person(WorldDraw draw, Word name, Word home, Word friend) {
        return new Person(
                name,
                draw.chance(50),
                home,
                draw.pick(lexicon.group("trade")),
                draw.pick(lexicon.group("animal")),
                draw.pick(lexicon.group("food")),
                draw.between(EARLIEST_BIRTH, LATEST_BIRTH),
                friend);
    }

    private Place place(WorldDraw draw, Word name, Word river) {
        return new Place(
                name,
                draw.pick(lexicon.group("settlement")),
                draw.pick(lexicon.group("region")),
                river,
                draw.pick(lexicon.group("ware")),
                draw.pick(lexicon.group("day")));
    }

    private static Word unique(Set<String> taken, Supplier<Word> names) {
        Word name = names.get();
        while (!taken.add(name.english())) {
            name = names.get();
        }
        return name;
    }
}
