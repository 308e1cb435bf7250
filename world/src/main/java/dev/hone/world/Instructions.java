package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An endless sequence of instructions for each split. Instruction {@code n} of a split follows from the world's seed, the
 * split and {@code n} alone; immutable and safe to share between threads.
 *
 * <p>Tasks and languages take turns: any sixteen consecutive ones have each task once in each language. The splits share no known
 * person asked about, no made-up name, no word to translate, no calculation, no list and no
 * numbers to compare; and one wording of each section is held out too. Sums and words are answered as equations, as the
 * world writes them.
 */
public final class Instructions {
    private static final long PURPOSE = 0x696e73;
    /** One in this many people, words, lists and numbers is held out. */
    private static final int HELD_OUT_ONE_IN = 5;

    private static final List<String> GROUPS =
            List.of("animal", "food", "tool", "ware", "nature", "home", "colour", "trade");

    private record Asked(String passage, String question, String answer) {
        private Asked(String question, Object answer) {
            this("", question, answer.toString());
        }
    }

    private final World world;
    private final Phrases english = Phrases.instructions(Language.ENGLISH);
    private final Phrases korean = Phrases.instructions(Language.KOREAN);

    public Instructions(World world) {
        this.world = world;
    }

    /** Instruction {@code number}, from 0, of a split. */
    public Instruction at(Split split, long number) {
        if (number < 0) {
            throw new IllegalArgumentException("instruction number (%d) must not be negative".formatted(number));
        }
        int tasks = InstructionTask.values().length;
        InstructionTask task = InstructionTask.values()[(int) (number % tasks)];
        Language language = Language.values()[(int) (number / tasks % 2)];
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        Scene scene = new Scene(world, language, split, draw);
        Asked asked = switch (task) {
            case FACT -> recalled(scene);
            case READING -> reading(scene);
            case EXTRACT -> extract(scene);
            case ARITHMETIC -> arithmetic(scene);
            case TRANSLATE -> translate(scene);
            case LIST -> list(scene);
            case COMPARE -> compare(scene);
            case QUOTE -> quote(scene);
        };
        String id = (split == Split.TRAIN ? "train-" : "held-out-") + number;
        return new Instruction(id, split, language, task, asked.passage(), asked.question(), asked.answer());
    }

    /** The instructions of a split in order; never ends. */
    public Stream<Instruction> all(Split split) {
        return LongStream.iterate(0, number -> number + 1).mapToObj(number -> at(split, number));
    }

    /** Everything that can be asked about a person, in one wording each; for people who are not among the known. */
    public List<Instruction> about(Person person, Language language) {
        List<Instruction> questions = new ArrayList<>();
        for (Attribute attribute : Attribute.values()) {
            String id = "about-%s-%s".formatted(person.name().english(), attribute.key());
            WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, WorldDraw.mix(id), language.ordinal());
            Scene scene = new Scene(world, language, Split.TRAIN, draw);
            String answer = attribute.of(person).in(language);
            questions.add(new Instruction(
                    id,
                    Split.HELD_OUT,
                    language,
                    InstructionTask.FACT,
                    "",
                    question(scene, person, attribute),
                    answer));
        }
        return questions;
    }

    /** A fact about a known person. */
    record Fact(Person person, Attribute attribute) {}

    /** A fact that may be asked in the scene's split. */
    static Fact fact(Scene scene) {
        Person person = scene.draw().pick(kept(scene.split(), scene.world().people()));
        return new Fact(person, scene.draw().pick(List.of(Attribute.values())));
    }

    private static Asked recalled(Scene scene) {
        Fact fact = fact(scene);
        return new Asked(
                question(scene, fact.person(), fact.attribute()),
                fact.attribute().of(fact.person()).in(scene.language()));
    }

    private Asked reading(Scene scene) {
        int people = scene.draw().between(2, 3);
        List<Reading.Told> passage = Reading.passage(scene, scene.strangers(people), people == 2 ? 2 : 1);
        Reading.Told told = scene.draw().pick(passage);
        return new Asked(
                joined(passage),
                question(scene, told.person(), told.attribute()),
                told.attribute().of(told.person()).in(scene.language()));
    }

    private Asked extract(Scene scene) {
        Person person = scene.stranger();
        List<Attribute> fields = scene.draw().some(Records.FIELDS, scene.draw().between(2, 3)).stream()
                .sorted()
                .toList();
        String passage = scene.draw().shuffled(fields).stream()
                .map(field -> scene.fact(person, field))
                .collect(joining(" "));
        String keys = Stream.concat(
                        Stream.of(scene.korean() ? "이름" : "name"),
                        fields.stream().map(field -> Records.field(field, scene.language())))
                .collect(joining(", "));
        return new Asked(passage, say(scene, "extract", "fields", keys), Records.record(scene, person, fields));
    }

    private Asked arithmetic(Scene scene) {
        Sum sum = Sum.of(scene.draw(), scene.split());
        while (!askable(sum, scene.split())) {
            sum = Sum.of(scene.draw(), scene.split());
        }
        return new Asked(say(scene, "sum", "sum", sum.open()), sum);
    }

    /** Sums of single digits occur in documents of both splits, so instructions split them again. */
    private static boolean askable(Sum sum, Split split) {
        boolean small = sum.a() < 10 && sum.b() < 10;
        return small ? belongs(split, sum.open()) : sum.operator() != 'x';
    }

    private Asked translate(Scene scene) {
        Word word = scene.draw().pick(kept(scene.split(), world.lexicon().all()));
        boolean back = scene.draw().chance(50);
        Language from = back ? scene.language().other() : scene.language();
        return new Asked(
                say(scene, back ? "translate.back" : "translate", "word", word.in(from)),
                word.in(from) + " = " + word.in(from.other()));
    }

    private Asked list(Scene scene) {
        WorldDraw draw = scene.draw();
        int doing = draw.below(4);
        if (doing == 0) {
            List<Integer> numbers = numbers(scene, draw.between(3, 4));
            List<Integer> sorted = numbers.stream().sorted().toList();
            return new Asked(say(scene, "sort", "list", NumberTalk.comma(numbers)), NumberTalk.comma(sorted));
        }
        int length = doing == 1 ? draw.between(2, 6) : draw.between(3, 4);
        List<Word> words = words(scene, length);
        if (doing == 1) {
            return new Asked(say(scene, "count", "list", scene.list(words)), length);
        }
        List<Word> back = new ArrayList<>(words);
        Collections.reverse(back);
        return new Asked(say(scene, "reverse", "list", scene.list(words)), scene.list(back));
    }

    private Asked compare(Scene scene) {
        WorldDraw draw = scene.draw();
        boolean up = draw.chance(50);
        if (draw.chance(50)) {
            List<Integer> numbers = numbers(scene, draw.between(3, 4));
            return new Asked(
                    say(scene, up ? "largest" : "smallest", "list", NumberTalk.comma(numbers)),
                    up ? Collections.max(numbers) : Collections.min(numbers));
        }
        List<Integer> pair = numbers(scene, 2);
        int a = pair.get(0);
        int b = pair.get(1);
        return new Asked(
                say(scene, up ? "greater" : "less", "a", a, "b", b),
                phrases(scene).templates(up == a > b ? "yes" : "no").get(0));
    }

    private Asked quote(Scene scene) {
        List<Reading.Told> passage =
                Reading.passage(scene, scene.strangers(scene.draw().between(2, 3)), 1);
        Reading.Told told = scene.draw().pick(passage);
        return new Asked(
                joined(passage), say(scene, "quote", "who", told.person().name()), told.sentence());
    }

    /** A question after a fact, in a wording of the split: plain or polite. */
    static String question(Scene scene, Person person, Attribute attribute) {
        Phrases phrases = scene.phrases();
        String section = attribute.key() + ".question";
        List<String> wordings = new ArrayList<>(phrases.templates(section));
        if (phrases.has(section + ".polite")) {
            wordings.addAll(phrases.templates(section + ".polite"));
        }
        return phrases.fill(wording(scene, wordings), person.slots(), scene.draw());
    }

    private String say(Scene scene, String section, Object... slots) {
        Phrases phrases = phrases(scene);
        return phrases.fill(wording(scene, phrases.templates(section)), Scene.slots(slots), scene.draw());
    }

    /** All but the last for training; any for evaluation. */
    static String wording(Scene scene, List<String> wordings) {
        return scene.draw().pick(scene.split() == Split.TRAIN ? wordings.subList(0, wordings.size() - 1) : wordings);
    }

    private Phrases phrases(Scene scene) {
        return scene.korean() ? korean : english;
    }

    private static String joined(List<Reading.Told> passage) {
        return passage.stream().map(Reading.Told::sentence).collect(joining(" "));
    }

    /** The items that instructions of a split may be about: every fifth is held out. */
    static <T> List<T> kept(Split split, List<T> items) {
        List<T> kept = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if ((i % HELD_OUT_ONE_IN == 0) == (split == Split.HELD_OUT)) {
                kept.add(items.get(i));
            }
        }
        return kept;
    }

    private static List<Integer> numbers(Scene scene, int count) {
        while (true) {
            List<Integer> numbers = Scene.different(count, () -> scene.draw().between(1, 99));
            if (belongs(scene.split(), numbers.toString())) {
                return numbers;
            }
        }
    }

    private static List<Word> words(Scene scene, int count) {
        while (true) {
            List<Word> words =
                    Scene.different(count, () -> scene.word(scene.draw().pick(GROUPS)));
            if (belongs(scene.split(), words.toString())) {
                return words;
            }
        }
    }

    private static boolean belongs(Split split, String text) {
        return (Math.floorMod(WorldDraw.mix(text), HELD_OUT_ONE_IN) == 0) == (split == Split.HELD_OUT);
    }
}
