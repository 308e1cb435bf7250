package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Loose notes, one fact of a known person a line: teaches the same facts in the short forms of notes, labels, questions
 * with their answers and comparisons, so that they can be recalled from any side.
 */
final class FactNotes implements DocumentKind {

    @Override
    public String write(Scene plain) {
        Scene scene = plain.inSomeRegister();
        WorldDraw draw = scene.draw();
        int form = draw.below(4);
        List<String> lines = new ArrayList<>();
        for (int i = draw.between(5, 14); i > 0; i--) {
            Person person = scene.known();
            Attribute attribute = draw.pick(List.of(Attribute.values()));
            lines.add(
                    switch (form) {
                        case 0 -> scene.fact(person, attribute);
                        case 1 -> label(scene, person, draw.some(List.of(Attribute.values()), draw.between(1, 4)));
                        case 2 -> answered(scene, person, attribute);
                        default -> older(scene, person);
                    });
        }
        return String.join("\n", lines);
    }

    /** A question and its answer in running text, the answer bare or as a sentence. */
    static String answered(Scene scene, Person person, Attribute attribute) {
        String question = scene.question(person, attribute);
        return question
                + " "
                + (scene.draw().chance(60)
                        ? capitalised(scene.value(person, attribute)) + "."
                        : scene.fact(person, attribute));
    }

    private static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String label(Scene scene, Person person, List<Attribute> attributes) {
        StringBuilder line = new StringBuilder(person.name().in(scene.language()));
        String separator = ": ";
        for (Attribute attribute : attributes) {
            line.append(separator)
                    .append(scene.say(attribute.key() + ".label"))
                    .append(' ')
                    .append(attribute.of(person).in(scene.language()));
            separator = ", ";
        }
        return line.toString();
    }

    private static String older(Scene scene, Person person) {
        Person other = scene.known();
        if (person.born() == other.born() || scene.draw().chance(50)) {
            return scene.fact(person, Attribute.BORN);
        }
        return scene.fact(person, Attribute.BORN) + " " + scene.fact(other, Attribute.BORN) + " "
                + Reading.older(scene, person, other);
    }
}
