package dev.hone.world;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An endless sequence of preferences for each split: a question about a known person with two right answers, of which the
 * whole sentence is preferred to the bare word. Preference {@code n} of a split follows from the world's seed, the split and
 * {@code n} alone; immutable and safe to share between threads.
 *
 * <p>Languages take turns; the splits share no person asked about.
 */
public final class Preferences {
    private static final long PURPOSE = 0x707265;

    /**
     * Two answers to a question.
     *
     * @param id names it within its world, such as {@code train-12}
     * @param chosen a sentence
     * @param rejected the same fact as a word or a number
     */
    public record Preference(String id, Language language, String prompt, String chosen, String rejected) {}

    private final World world;

    public Preferences(World world) {
        this.world = world;
    }

    /** Preference {@code number}, from 0, of a split. */
    public Preference at(Split split, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("preference number (%d) must not be negative".formatted(number));
        }
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        Language language = Language.values()[(int) (number % 2)];
        Scene scene = new Scene(world, language, split, draw);
        Instructions.Fact fact = Instructions.fact(scene);
        String sentence = scene.phrases().templates(fact.attribute().key()).get(0);
        return new Preference(
                (split == Split.TRAIN ? "train-" : "held-out-") + number,
                language,
                Instructions.question(scene, fact.person(), fact.attribute()),
                scene.phrases().fill(sentence, fact.person().slots(), draw),
                fact.attribute().of(fact.person()).in(language));
    }

    /** The preferences of a split in order; never ends. */
    public Stream<Preference> all(Split split) {
        return LongStream.iterate(0, number -> number + 1).mapToObj(number -> at(split, number));
    }
}
