package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rows with which recorded results were measured: if one of them changes, those results are void. */
class RecordedRowsTest {
    private final World world = World.of(1);
    private final Instructions instructions = new Instructions(world);
    private final Preferences preferences = new Preferences(world);

    @Test
    void instructionsAreThoseOfTheRecordedRuns() {
        assertThat(digest(instructions.all(Split.TRAIN).limit(6000).map(Rows::messages)))
                .isEqualTo(9115661447114062027L);
        assertThat(digest(instructions.all(Split.HELD_OUT).limit(400).map(Rows::question)))
                .isEqualTo(-8514844850121922483L);
    }

    @Test
    void newcomersAreThoseOfTheRecordedRuns() {
        Newcomers newcomers = new Newcomers(world, 8);
        assertThat(digest(newcomers.all().limit(480).map(Rows::text))).isEqualTo(-2516946741211998203L);
        assertThat(digest(newcomers.people().stream()
                        .flatMap(person -> Stream.of(Language.values())
                                .flatMap(language -> instructions.about(person, language).stream()))
                        .map(Rows::question)))
                .isEqualTo(-5935768510725142604L);
    }

    @Test
    void preferencesAreThoseOfTheRecordedRuns() {
        List<Preferences.Preference> train =
                preferences.all(Split.TRAIN).limit(600).toList();
        assertThat(digest(train.stream().map(Rows::pair))).isEqualTo(-2963228869096810077L);
        assertThat(digest(preferences.all(Split.HELD_OUT).limit(200).map(Rows::question)))
                .isEqualTo(9082130419630332675L);
    }

    private static long digest(Stream<String> rows) {
        return rows.mapToLong(WorldDraw::mix).reduce(0, (digest, row) -> WorldDraw.mix(digest + row));
    }
}
