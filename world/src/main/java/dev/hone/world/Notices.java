package dev.hone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbered notices about different people, then passages that name and quote them: teaches finding the one document that
 * matters among several, quoting it word for word, and seeing that none of them tells something.
 */
final class Notices implements DocumentKind {

    private record Notice(String title, List<Reading.Told> told, List<String> sentences) {}

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> parts = new ArrayList<>();
        parts.add(scene.say("notice.open", "place", scene.freshPlace()));
        List<Person> people = scene.strangers(draw.between(3, 7));
        String title = draw.pick(scene.phrases().templates("notice.title"));
        List<Notice> notices = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            notices.add(notice(scene, titled(scene, title, i + 1), people.get(i)));
        }
        notices.forEach(notice -> parts.add(notice.title() + "\n" + String.join(" ", notice.sentences())));
        List<String> found = new ArrayList<>();
        for (int i = draw.between(5, 8); i > 0; i--) {
            found.add(look(scene, draw.pick(notices)));
        }
        parts.add(String.join("\n", found));
        return String.join("\n\n", parts);
    }

    private static Notice notice(Scene scene, String title, Person person) {
        WorldDraw draw = scene.draw();
        List<Reading.Told> told = Reading.passage(scene, List.of(person), draw.between(2, 4));
        List<String> sentences = new ArrayList<>();
        told.forEach(t -> sentences.add(t.sentence()));
        for (int i = draw.below(3); i > 0; i--) {
            sentences.add(Deed.event(scene, person.name()));
        }
        return new Notice(title, told, draw.shuffled(sentences));
    }

    private static String look(Scene scene, Notice notice) {
        WorldDraw draw = scene.draw();
        Reading.Told told = draw.pick(notice.told());
        Person person = told.person();
        if (draw.chance(30)) {
            return FactNotes.answered(scene, person, told.attribute());
        }
        List<Attribute> untold = Arrays.stream(Attribute.values())
                .filter(attribute -> notice.told().stream().noneMatch(t -> t.attribute() == attribute))
                .toList();
        if (draw.chance(10)) {
            return scene.say("notice.none", "ask", scene.ask(person, draw.pick(untold)));
        }
        return scene.say(
                "notice.look",
                "title",
                notice.title(),
                "who",
                person.name(),
                "quote",
                draw.pick(notice.sentences()),
                "fact",
                scene.fact(person, told.attribute()),
                "ask",
                scene.ask(person, told.attribute()),
                "value",
                scene.value(person, told.attribute()));
    }

    private static String titled(Scene scene, String title, int number) {
        return scene.phrases().fill(title, Scene.slots("n", number), scene.draw());
    }
}
