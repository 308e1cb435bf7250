package dev.hone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An endless sequence of documents about the newcomers of a world, whom its corpus never mentions: new knowledge for a
 * pretrained model. Document {@code n} follows from the world's seed and {@code n} alone; immutable and safe to share
 * between threads.
 *
 * <p>The documents state facts and never ask: {@link Instructions#about} asks, in wordings a model knows from others only.
 */
public final class Newcomers {
    private static final long PURPOSE = 0x6e6577;

    private final World world;
    private final List<Person> people;

    /** Documents about the first {@code count} newcomers. */
    public Newcomers(World world, int count) {
        if (count < 1 || count > world.newcomers().size()) {
            throw new IllegalArgumentException("number of newcomers (%d) must be between 1 and %d"
                    .formatted(count, world.newcomers().size()));
        }
        this.world = world;
        this.people = world.newcomers().subList(0, count);
    }

    /** The newcomers the documents are about. */
    public List<Person> people() {
        return people;
    }

    /** Document {@code number}, from 0; languages take turns. */
    public Document document(long number) {
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, number);
        Language language = Language.values()[(int) (number % 2)];
        Scene scene = new Scene(world, language, Split.TRAIN, draw).inSomeRegister();
        List<String> lives = new ArrayList<>();
        for (Person person : draw.some(people, draw.between(1, 3))) {
            lives.add(Biography.life(scene, person, draw.between(3, 6)));
        }
        return new Document(number, language, "newcomers", String.join("\n\n", lives));
    }

    /** All documents in order; never ends. */
    public Stream<Document> all() {
        return LongStream.iterate(0, number -> number + 1).mapToObj(this::document);
    }
}
