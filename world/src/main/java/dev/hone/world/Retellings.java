package dev.hone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Documents about newcomers whose facts are told equally often, but in one wording, or two, up to {@value #MOST}: for the question what
 * makes knowledge extractable. Immutable and safe to share between threads.
 *
 * <p>The newcomers are others than those of {@link Newcomers} with eight people. A document tells the six facts of one person in random order; each
 * fact has its own wordings, which take turns. The documents ask nothing: the questions ({@link Instructions#about}) are in wordings that the
 * texts of the world have for other people only.
 */
public final class Retellings {
    /** The most wordings of a fact. */
    public static final int MOST = 6;

    private static final long PURPOSE = 0x72657465;
    private static final int FIRST = 8;
    private static final int PEOPLE = 8;

    private final World world;
    private final int times;

    /** Documents that tell each fact {@code times} times in each language. */
    public Retellings(World world, int times) {
        if (times < MOST) {
            throw new IllegalArgumentException(
                    "times (%d) must be at least %d, the most wordings of a fact".formatted(times, MOST));
        }
        this.world = world;
        this.times = times;
    }

    /** The newcomers whose facts are told in {@code wordings} wordings. */
    public List<Person> people(int wordings) {
        if (wordings < 1 || wordings > MOST) {
            throw new IllegalArgumentException("wordings (%d) must be between 1 and %d".formatted(wordings, MOST));
        }
        int from = FIRST + (wordings - 1) * PEOPLE;
        return world.newcomers().subList(from, from + PEOPLE);
    }

    /** All documents, in an order in which people and languages alternate. */
    public List<Document> documents() {
        List<Document> documents = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            List<Document> round = new ArrayList<>();
            for (int wordings = 1; wordings <= MOST; wordings++) {
                for (Person person : people(wordings)) {
                    for (Language language : Language.values()) {
                        round.add(document(person, language, wordings, time));
                    }
                }
            }
            documents.addAll(WorldDraw.from(world.seed(), PURPOSE, time).shuffled(round));
        }
        return List.copyOf(documents);
    }

    /** The sentences in which a fact is told, {@code wordings} of them. */
    List<String> sentences(Person person, Attribute attribute, Language language, int wordings) {
        long who = WorldDraw.mix(person.name().english());
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, who, attribute.ordinal(), language.ordinal());
        Phrases phrases = world.phrases(language);
        return draw.some(phrases.templates(attribute.key()), wordings).stream()
                .map(template -> phrases.fill(template, person.slots(), draw))
                .toList();
    }

    private Document document(Person person, Language language, int wordings, int time) {
        long who = WorldDraw.mix(person.name().english());
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, who, language.ordinal(), time);
        String text = draw.shuffled(List.of(Attribute.values())).stream()
                .map(attribute -> {
                    List<String> sentences = sentences(person, attribute, language, wordings);
                    return sentences.get(time % sentences.size());
                })
                .reduce((one, next) -> one + " " + next)
                .orElseThrow();
        return new Document(time, language, "retelling", text);
    }

    /** Every number of wordings, from 1. */
    public static Stream<Integer> wordings() {
        return IntStream.rangeClosed(1, MOST).boxed();
    }
}
