package dev.hone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A letter with news of several people, then what it says: teaches connected prose and summaries by names. */
final class LetterPage implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        Word me = scene.freshName();
        Word other = scene.freshName();
        Word place = scene.freshPlace();
        List<String> parts = new ArrayList<>();
        parts.add(scene.say("letter.open", "other", other, "place", place));
        Set<Word> named = new LinkedHashSet<>();
        List<String> lines = new ArrayList<>();
        for (String template : draw.some(scene.phrases().templates("letter.line"), draw.between(3, 6))) {
            Person person = scene.anyone(30);
            Word ware = scene.word("ware");
            Attribute attribute = draw.pick(Arrays.asList(Attribute.values()));
            Map<String, Word> slots = Scene.slots(
                    "who",
                    person.name(),
                    "deed",
                    Deed.of(scene),
                    "fact",
                    scene.fact(person, attribute),
                    "season",
                    scene.word("season"),
                    "day",
                    scene.word("day"),
                    "ware",
                    ware,
                    "counter",
                    Word.same(ware.counter()),
                    "count",
                    draw.between(2, 40),
                    "animal",
                    scene.word("animal"));
            String line = scene.phrases().fill(template, slots, draw);
            lines.add(line);
            if (line.contains(person.name().in(scene.language()))) {
                named.add(person.name());
            }
        }
        parts.add(String.join(" ", lines));
        parts.add(scene.say("letter.end", "me", me));
        List<String> after = new ArrayList<>();
        after.add(scene.say("letter.look", "me", me, "other", other, "place", place));
        if (!named.isEmpty()) {
            after.add(scene.say("letter.sum", "me", me, "other", other, "list", scene.list(List.copyOf(named))));
        }
        parts.add(String.join(" ", after));
        return String.join("\n", parts);
    }
}
