package dev.hone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A passage about people made up for it, then what can be read from it: teaches looking facts up in context, from the
 * person to the fact and back, quoting, judging a claim, and noticing that something is not said.
 */
final class Reading implements DocumentKind {

    /** One sentence of a passage and its fact. */
    record Told(Person person, Attribute attribute, String sentence) {}

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<Person> people = scene.strangers(draw.between(1, 5));
        List<Told> passage = passage(scene, people, draw.between(1, 4));
        List<String> text = new ArrayList<>();
        if (draw.chance(60)) {
            text.add(scene.say(
                    "passage.open", "place", scene.freshPlace(), "count", people.size(), "people", people(people)));
        }
        passage.forEach(told -> text.add(told.sentence()));
        List<String> found = new ArrayList<>();
        if (draw.chance(50)) {
            found.add(scene.say("look.intro"));
        }
        for (int i = draw.between(3, 7); i > 0; i--) {
            found.add(look(scene, people, passage));
        }
        String separator = draw.chance(50) ? "\n" : " ";
        return String.join(" ", text) + (draw.chance(50) ? "\n\n" : "\n") + String.join(separator, found);
    }

    /** {@code facts} facts of each person; person by person, or mixed. */
    static List<Told> passage(Scene scene, List<Person> people, int facts) {
        WorldDraw draw = scene.draw();
        List<Told> passage = new ArrayList<>();
        for (Person person : people) {
            for (Attribute attribute : draw.some(Arrays.asList(Attribute.values()), facts)) {
                passage.add(new Told(person, attribute, scene.fact(person, attribute)));
            }
        }
        return draw.chance(40) ? draw.shuffled(passage) : passage;
    }

    private static String look(Scene scene, List<Person> people, List<Told> passage) {
        WorldDraw draw = scene.draw();
        Told told = draw.pick(passage);
        Person person = told.person();
        int choice = draw.below(100);
        if (choice < 22) {
            return FactNotes.answered(scene, person, told.attribute());
        } else if (choice < 42) {
            return fact(scene, told);
        } else if (choice < 60) {
            return scene.say("look.one", "one", scene.one(person, told.attribute()), "who", person.name());
        } else if (choice < 74) {
            return scene.say("look.quote", "who", person.name(), "quote", told.sentence());
        } else if (choice < 82) {
            Attribute attribute = draw.pick(Arrays.asList(Attribute.values()));
            boolean said = passage.stream().anyMatch(t -> t.person().equals(person) && t.attribute() == attribute);
            return said ? fact(scene, told) : scene.say("look.missing", "ask", scene.ask(person, attribute));
        } else if (choice < 94) {
            return judged(scene, told);
        }
        return scene.say("look.count", "count", people.size(), "people", people(people));
    }

    private static String people(List<Person> people) {
        return people.size() + (people.size() == 1 ? " person" : " people");
    }

    private static String fact(Scene scene, Told told) {
        String ask = scene.ask(told.person(), told.attribute());
        return scene.say("look.fact", "ask", ask, "value", scene.value(told.person(), told.attribute()));
    }

    /** A claim about the passage, right or wrong, and the verdict. */
    private static String judged(Scene scene, Told told) {
        Attribute attribute = told.attribute();
        int line = List.of(Attribute.TRADE, Attribute.PET, Attribute.HOME).indexOf(attribute);
        if (line < 0) {
            return fact(scene, told);
        }
        var slots = told.person().slots();
        boolean right = scene.draw().chance(50);
        if (!right) {
            Person other = scene.stranger();
            if (attribute.of(other).equals(attribute.of(told.person()))) {
                return fact(scene, told);
            }
            slots.put("wrong" + attribute.key(), attribute.of(other));
        }
        String template =
                scene.phrases().templates(right ? "look.yes" : "look.no").get(line);
        return scene.phrases().fill(template, slots, scene.draw());
    }

    /** Which of two people, born in different years, is the older. */
    static String older(Scene scene, Person one, Person other) {
        Person older = one.born() < other.born() ? one : other;
        Person younger = older == one ? other : one;
        return scene.say(
                "look.older",
                "who",
                one.name(),
                "other",
                other.name(),
                "older",
                older.name(),
                "younger",
                younger.name());
    }
}
