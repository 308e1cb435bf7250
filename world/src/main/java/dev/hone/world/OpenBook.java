package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Questions asked beside documents, as in RAFT (Zhang et al., 2024): of the documents one, the oracle, tells the fact that is asked for, and
 * the others tell of similar people. The answer quotes the oracle, word for word, between {@code ##begin_quote##} and {@code
 * ##end_quote##}, and ends in {@code <ANSWER>: } and the fact; where the oracle is absent, it says so. Languages take turns.
 *
 * <p>A document is about one person, made up for it. Some distractors are about somebody with the same trade, pet or food, so that only the name
 * tells them from the oracle. The splits share no name of a person or place. Column {@code oracle} says whether the oracle is among
 * the documents, {@code gold} is the short answer.
 */
public final class OpenBook implements Exercises {
    /** The markers of a quotation; reserved tokens of the small model. */
    public static final String BEGIN_QUOTE = "##begin_quote##";

    public static final String END_QUOTE = "##end_quote##";

    /** What the short answer stands behind. */
    public static final String ANSWER = "<ANSWER>: ";

    private static final long PURPOSE = 0x726166;

    private final World world;
    private final int distractors;
    private final int oraclePercent;
    private final Phrases english = Phrases.exercises(Language.ENGLISH);
    private final Phrases korean = Phrases.exercises(Language.KOREAN);

    /**
     * Questions beside documents.
     *
     * @param distractors documents beside the oracle; one more where it is absent
     * @param oraclePercent how many of a hundred questions have their oracle among the documents
     */
    public OpenBook(World world, int distractors, int oraclePercent) {
        if (distractors < 0 || oraclePercent < 0 || oraclePercent > 100) {
            throw new IllegalArgumentException(
                    "distractors (%d) must not be negative, and the oracle's percentage (%d) between 0 and 100"
                            .formatted(distractors, oraclePercent));
        }
        this.world = world;
        this.distractors = distractors;
        this.oraclePercent = oraclePercent;
    }

    @Override
    public Exercise at(Split split, long number) {
        String id = Exercises.id(split, number);
        Language language = Language.values()[(int) (number % 2)];
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        Scene scene = new Scene(world, language, split, draw);
        boolean present = draw.chance(oraclePercent);
        Person asked = scene.stranger();
        List<Reading.Told> oracle = told(scene, asked);
        Reading.Told fact = draw.pick(oracle);
        List<Person> others = Scene.different(distractors + 1, () -> similar(scene, asked));

        List<String> documents = new ArrayList<>();
        documents.add(document(present ? oracle : told(scene, others.get(distractors))));
        others.subList(0, distractors).forEach(other -> documents.add(document(told(scene, other))));
        String question = Instructions.question(scene, asked, fact.attribute());
        String prompt = draw.shuffled(documents).stream()
                        .map(document -> "<DOCUMENT>" + document + "</DOCUMENT>\n")
                        .collect(joining())
                + question;

        Phrases phrases = language == Language.KOREAN ? korean : english;
        String gold = present
                ? fact.attribute().of(asked).in(language)
                : phrases.templates("raft.absent").get(0);
        String found = present
                ? phrases.say(
                        "raft.tell", Scene.slots("quote", Word.same(BEGIN_QUOTE + fact.sentence() + END_QUOTE)), draw)
                : phrases.templates("raft.none").get(0);
        return new Exercise(
                id,
                language,
                "raft",
                prompt,
                found + " " + ANSWER + gold,
                Map.of(
                        "oracle",
                        present,
                        "distractors",
                        distractors,
                        "gold",
                        gold,
                        "short",
                        ANSWER + gold,
                        "quote",
                        present ? fact.sentence() : ""));
    }

    /** Somebody else, who half of the time has one thing in common with {@code person}. */
    private static Person similar(Scene scene, Person person) {
        Person other = scene.stranger();
        while (other.name().equals(person.name())) {
            other = scene.stranger();
        }
        int common = scene.draw().below(6);
        return new Person(
                other.name(),
                other.woman(),
                other.home(),
                common == 0 ? person.trade() : other.trade(),
                common == 1 ? person.pet() : other.pet(),
                common == 2 ? person.food() : other.food(),
                other.born(),
                other.friend());
    }

    private static List<Reading.Told> told(Scene scene, Person person) {
        List<Reading.Told> told = new ArrayList<>();
        scene.draw()
                .some(Arrays.asList(Attribute.values()), 3)
                .forEach(attribute -> told.add(new Reading.Told(person, attribute, scene.fact(person, attribute))));
        return told;
    }

    private static String document(List<Reading.Told> told) {
        return told.stream().map(Reading.Told::sentence).collect(joining(" "));
    }
}
