package dev.hone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Exercises in three abilities: a sentence in the other language, a letter or notice in one line, and calculations in two steps. Kinds
 * and languages take turns.
 *
 * <p>The splits share no name, no noun that is translated and no two-digit calculation; and the last wording of each section is held
 * out. A calculation is answered by its equations, as the world writes them.
 */
public final class Skills implements Exercises {
    private static final long PURPOSE = 0x736b69;
    private static final List<String> KINDS = List.of("sentence", "summary", "steps");
    private static final List<String> STEPS = List.of("add.sub", "add.add", "sub.sub");

    private final World world;
    private final Phrases english = Phrases.exercises(Language.ENGLISH);
    private final Phrases korean = Phrases.exercises(Language.KOREAN);

    public Skills(World world) {
        this.world = world;
    }

    @Override
    public Exercise at(Split split, long number) {
        String id = Exercises.id(split, number);
        String kind = KINDS.get((int) (number % KINDS.size()));
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        Scene scene = new Scene(world, language(number), split, draw);
        return switch (kind) {
            case "sentence" -> sentence(id, scene);
            case "summary" -> draw.chance(50) ? letter(id, scene) : notice(id, scene);
            default -> {
                Steps steps = steps(scene);
                yield exercise(id, scene, "steps", steps.prompt(), steps.one() + ". " + steps.two() + ".");
            }
        };
    }

    /** One sentence about somebody made up, in the first wording of both languages. */
    private Exercise sentence(String id, Scene scene) {
        Person person = person(scene);
        Attribute attribute = scene.draw().pick(Arrays.asList(Attribute.values()));
        boolean back = scene.draw().chance(50);
        Language from = back ? scene.language().other() : scene.language();
        String asked = first(scene.in(from), person, attribute);
        String answer = first(scene.in(from.other()), person, attribute);
        return exercise(id, scene, "sentence", say(scene, back ? "sentence.back" : "sentence", "text", asked), answer);
    }

    private static String first(Scene scene, Person person, Attribute attribute) {
        Phrases phrases = scene.phrases();
        return phrases.fill(phrases.templates(attribute.key()).get(0), person.slots(), scene.draw());
    }

    private Exercise letter(String id, Scene scene) {
        WorldDraw draw = scene.draw();
        List<Word> names = Scene.different(7, scene::freshName);
        Word place = scene.freshPlace();
        Set<Word> named = new LinkedHashSet<>();
        List<String> lines = new ArrayList<>();
        int next = 2;
        for (String template : draw.some(scene.phrases().templates("letter.line"), draw.between(2, 4))) {
            Word who = names.get(next++);
            Person person = scene.stranger();
            Map<String, Word> slots = Scene.slots("who", who, "deed", Deed.of(scene), "season", scene.word("season"));
            Word ware = scene.word("ware");
            slots.putAll(Scene.slots("day", scene.word("day"), "ware", ware, "counter", Word.same(ware.counter())));
            slots.putAll(Scene.slots("count", draw.between(2, 40), "animal", scene.word("animal")));
            slots.put("fact", Word.same(scene.fact(named(person, who), draw.pick(Arrays.asList(Attribute.values())))));
            lines.add(scene.phrases().fill(template, slots, draw));
            if (template.contains("{who")) {
                named.add(who);
            }
        }
        Map<String, Word> ends = Scene.slots("me", names.get(0), "other", names.get(1), "place", place);
        String letter = String.join(
                "\n", scene.say("letter.open", ends), String.join(" ", lines), scene.say("letter.end", ends));
        ends.put("list", Word.same(scene.list(List.copyOf(named))));
        String answer = said(scene, "summary.letter", ends);
        return exercise(id, scene, "summary", letter + "\n" + say(scene, "summary"), answer);
    }

    private static Person named(Person person, Word name) {
        return new Person(
                name,
                person.woman(),
                person.home(),
                person.trade(),
                person.pet(),
                person.food(),
                person.born(),
                person.friend());
    }

    private Exercise notice(String id, Scene scene) {
        Person person = scene.stranger();
        String event = Deed.event(scene, person.name());
        List<String> sentences = new ArrayList<>(
                List.of(scene.fact(person, Attribute.HOME), scene.fact(person, Attribute.TRADE), event));
        scene.draw()
                .some(
                        List.of(Attribute.PET, Attribute.FOOD, Attribute.BORN),
                        scene.draw().between(0, 2))
                .forEach(attribute -> sentences.add(scene.fact(person, attribute)));
        String notice = String.join(" ", scene.draw().shuffled(sentences));
        Map<String, Word> slots = person.slots();
        slots.put("event", Word.same(event));
        return exercise(
                id, scene, "summary", notice + "\n" + say(scene, "summary"), said(scene, "summary.notice", slots));
    }

    /**
     * A calculation in two steps, told as a tale.
     *
     * @param two begins with the result of {@code one}
     */
    record Steps(Language language, String prompt, Sum one, Sum two) {}

    /** The calculation of the {@code number}th exercise of that kind. */
    Steps steps(Split split, long number) {
        long all = number * KINDS.size() + KINDS.indexOf("steps");
        return steps(
                new Scene(world, language(all), split, WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), all)));
    }

    private static Language language(long number) {
        return Language.values()[(int) (number / KINDS.size() % 2)];
    }

    private Steps steps(Scene scene) {
        WorldDraw draw = scene.draw();
        String steps = draw.pick(STEPS);
        char first = steps.startsWith("add") ? '+' : '-';
        char second = steps.endsWith("add") ? '+' : '-';
        while (true) {
            Sum one = Sum.of(draw, scene.split(), first);
            Sum two = Sum.of(draw, scene.split(), second);
            two = new Sum(one.result(), second, two.b());
            boolean sensible =
                    one.b() > 0 && two.b() > 0 && one.result() < 100 && two.result() < 100 && two.result() > 0;
            boolean split = one.a() > 9 && two.a() > 9 && two.isIn(scene.split()); // digits alone are in both splits
            if (sensible && split) {
                Word thing = scene.word(draw.chance(70) ? "ware" : "tool");
                Map<String, Word> slots = Scene.slots("a", one.a(), "b", one.b(), "c", two.b(), "thing", thing);
                slots.putAll(Scene.slots(
                        "counter",
                        Word.same(thing.counter()),
                        "who",
                        scene.freshName(),
                        "place",
                        scene.freshPlace(),
                        "day",
                        scene.word("day")));
                return new Steps(scene.language(), said(scene, "steps." + steps, slots), one, two);
            }
        }
    }

    /** Somebody made up, of whom nothing is said with a noun of the other split. */
    private static Person person(Scene scene) {
        Person any = scene.stranger();
        return new Person(
                any.name(),
                any.woman(),
                scene.freshPlace(),
                noun(scene, "trade"),
                noun(scene, "animal"),
                noun(scene, "food"),
                any.born(),
                scene.freshName());
    }

    private static Word noun(Scene scene, String group) {
        return scene.draw()
                .pick(Instructions.kept(scene.split(), scene.world().lexicon().group(group)));
    }

    private String say(Scene scene, String section, Object... slots) {
        return said(scene, section, new LinkedHashMap<>(Scene.slots(slots)));
    }

    private String said(Scene scene, String section, Map<String, Word> slots) {
        Phrases phrases = scene.korean() ? korean : english;
        List<String> wordings = phrases.templates(section);
        String wording = wordings.size() == 1 ? wordings.get(0) : Instructions.wording(scene, wordings);
        return phrases.fill(wording, slots, scene.draw());
    }

    private static Exercise exercise(String id, Scene scene, String kind, String prompt, String answer) {
        return new Exercise(id, scene.language(), kind, prompt, answer, Map.of());
    }
}
