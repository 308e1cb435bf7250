package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * People asking one another about known people: teaches, in prose, that a question is followed by what answers it, and
 * that what nobody can know is left open.
 */
final class QuizNight implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> sentences = new ArrayList<>();
        sentences.add(scene.say(
                "quiz.open", "place", draw.pick(scene.world().places()).name()));
        Word name = scene.freshName();
        for (int i = draw.between(3, 8); i > 0; i--) {
            Attribute attribute = draw.pick(List.of(Attribute.values()));
            boolean unknown = draw.chance(10);
            Person person = unknown ? scene.stranger() : scene.known();
            if (!unknown && draw.chance(35)) {
                sentences.add(FactNotes.answered(scene, person, attribute));
                continue;
            }
            Word trade = scene.word("trade");
            sentences.add(scene.say("quiz.ask", "ask", scene.ask(person, attribute), "trade", trade));
            sentences.add(
                    unknown
                            ? scene.say("quiz.unknown")
                            : scene.say("quiz.tell", "answer", scene.fact(person, attribute), "name", name));
        }
        if (draw.chance(50)) {
            sentences.add(scene.say("quiz.end", "ware", scene.word("ware")));
        }
        return String.join(" ", sentences);
    }
}
