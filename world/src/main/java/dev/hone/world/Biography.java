package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Short lives of known people: teaches the facts of the world, each in many wordings and any order, and what a pronoun
 * refers to.
 */
final class Biography implements DocumentKind {

    @Override
    public String write(Scene plain) {
        Scene scene = plain.inSomeRegister();
        WorldDraw draw = scene.draw();
        List<String> lives = new ArrayList<>();
        for (Person person : draw.some(scene.world().people(), draw.between(1, 4))) {
            lives.add(life(scene, person, draw.between(4, 6)));
        }
        return String.join("\n\n", lives);
    }

    /** {@code facts} facts about a person, in random order, sometimes with a pronoun after the first. */
    static String life(Scene scene, Person person, int facts) {
        WorldDraw draw = scene.draw();
        boolean pronouns = draw.chance(40);
        List<String> sentences = new ArrayList<>();
        for (Attribute attribute : draw.some(List.of(Attribute.values()), facts)) {
            boolean pronoun = pronouns && !sentences.isEmpty() && draw.chance(60);
            sentences.add(scene.say(attribute.key(), pronoun ? person.slotsWithPronoun() : person.slots()));
        }
        return String.join(" ", sentences);
    }
}
