package dev.hone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Words with their other language's word, names in both spellings, and sentences in both languages: teaches the lexicon
 * and that both languages describe one world.
 */
final class WordBook implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> lines = new ArrayList<>();
        int form = draw.below(10);
        if (form < 3) {
            if (draw.chance(60)) {
                Place place = draw.pick(scene.world().places());
                lines.add(scene.say("lexicon.open", "day", scene.word("day"), "place", place.name()));
            }
            for (Word word : draw.some(scene.world().lexicon().all(), draw.between(6, 16))) {
                lines.add(word.in(scene.language()) + " = "
                        + word.in(scene.language().other()));
            }
        } else if (form < 7) {
            for (Word word : draw.some(scene.world().lexicon().all(), draw.between(4, 9))) {
                lines.add(explained(scene, draw.chance(50) ? "lexicon.en" : "lexicon.ko", word));
            }
        } else if (form < 8) {
            for (int i = draw.between(4, 9); i > 0; i--) {
                Word name = draw.chance(40)
                        ? scene.known().name()
                        : draw.chance(50) ? scene.freshName() : scene.freshPlace();
                lines.add(explained(scene, "lexicon.name", name));
            }
        } else {
            for (int i = draw.between(2, 5); i > 0; i--) {
                lines.add(parallel(scene));
            }
        }
        return String.join("\n", lines);
    }

    private static String explained(Scene scene, String section, Word word) {
        return scene.say(section, "w", Word.same(word.english()), "k", Word.same(word.korean()));
    }

    /** One fact in both languages. */
    private static String parallel(Scene scene) {
        Person person = scene.anyone(50);
        Attribute attribute = scene.draw().pick(Arrays.asList(Attribute.values()));
        String other = scene.in(scene.language().other()).fact(person, attribute);
        return scene.fact(person, attribute) + " " + scene.say("parallel", "k", other, "w", other);
    }
}
