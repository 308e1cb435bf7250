package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorldTest {
    private final World world = World.of(1);

    @Test
    void worldFollowsFromItsSeed() {
        assertThat(World.of(1).people()).isEqualTo(world.people());
        assertThat(World.of(2).people()).isNotEqualTo(world.people());
    }

    @Test
    void thereAreNoMoreFactsThanASmallModelCanLearn() {
        int facts = world.people().size() * Attribute.values().length
                + world.places().size() * 4;
        assertThat(facts).isEqualTo(1360);
    }

    @Test
    void noTwoShareANameInEitherLanguage() {
        List<Word> names = new ArrayList<>();
        world.people().forEach(person -> names.add(person.name()));
        world.newcomers().forEach(person -> names.add(person.name()));
        world.places().forEach(place -> names.add(place.name()));
        assertThat(names).extracting(Word::english).doesNotHaveDuplicates();
        assertThat(names).extracting(Word::korean).doesNotHaveDuplicates();
    }

    @Test
    void friendshipIsMutual() {
        for (Person person : world.people()) {
            Person friend = world.people().stream()
                    .filter(other -> other.name().equals(person.friend()))
                    .findFirst()
                    .orElseThrow();
            assertThat(friend.friend()).isEqualTo(person.name());
        }
    }

    @Test
    void noWordHasTwoMeaningsInEitherLanguage() {
        List<Word> words = world.lexicon().all();
        assertThat(words).hasSizeGreaterThan(200);
        assertThat(words).extracting(Word::english).doesNotHaveDuplicates();
        assertThat(words).extracting(Word::korean).doesNotHaveDuplicates();
    }

    @Test
    void aNameBelongsToOnePoolByItsSpelling() {
        List<String> settled = Stream.concat(
                        world.people().stream().map(Person::name),
                        world.places().stream().map(Place::name))
                .map(Word::english)
                .toList();
        List<String> newcomers = world.newcomers().stream()
                .map(person -> person.name().english())
                .toList();
        WorldDraw draw = WorldDraw.from(3);
        for (int i = 0; i < 2000; i++) {
            String passing = Names.person(draw, Names.Pool.PASSING).english();
            String heldOut = Names.place(draw, Names.Pool.HELD_OUT).english();
            assertThat(settled).doesNotContain(passing, heldOut);
            assertThat(newcomers).doesNotContain(passing, heldOut);
        }
    }
}
