package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A list of words and what can be done with it: teaches reversing, counting, repeating, the first, the last and the nth,
 * leaving out, membership, and spelling.
 */
final class Lists implements DocumentKind {
    private static final List<String> GROUPS =
            List.of("animal", "food", "tool", "ware", "trade", "nature", "home", "colour", "mind", "body");
    private static final List<String> DOINGS =
            List.of("list.count", "list.ends", "list.nth", "list.again", "list.without", "list.in");

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> parts = new ArrayList<>();
        boolean spelling = draw.chance(25);
        for (int i = draw.between(1, 4); i > 0; i--) {
            parts.add(spelling ? spelled(scene) : listed(scene));
        }
        return String.join("\n", parts);
    }

    /** Different words, of one group or of several, or names. */
    static List<Word> words(Scene scene, int count) {
        WorldDraw draw = scene.draw();
        if (draw.chance(15)) {
            return Scene.different(count, scene::freshName);
        }
        return draw.chance(50)
                ? scene.words(draw.pick(GROUPS), count)
                : Scene.different(count, () -> scene.word(draw.pick(GROUPS)));
    }

    private static String listed(Scene scene) {
        WorldDraw draw = scene.draw();
        List<Word> words = words(scene, draw.between(2, 7));
        List<Word> back = new ArrayList<>(words);
        Collections.reverse(back);
        int n = draw.below(words.size());
        List<Word> rest = new ArrayList<>(words);
        rest.remove(n);
        Word outside = draw.pick(scene.world().lexicon().all());
        Map<String, Word> slots = Scene.slots(
                "list",
                scene.list(words),
                "back",
                scene.list(back),
                "count",
                words.size(),
                "first",
                words.get(0),
                "last",
                back.get(0),
                "n",
                n + 1,
                "word",
                words.get(n),
                "rest",
                scene.list(rest),
                "who",
                scene.freshName());
        List<String> sentences = new ArrayList<>();
        sentences.add(scene.say("list.give", slots));
        if (draw.chance(50)) {
            sentences.add(scene.say("list.back", slots));
        }
        for (String doing : draw.some(DOINGS, draw.between(1, 3))) {
            sentences.add(scene.say(doing, slots));
        }
        if (draw.chance(15) && !words.contains(outside)) {
            sentences.add(scene.say("list.notin", "word", outside));
        }
        return String.join(" ", sentences);
    }

    private static String spelled(Scene scene) {
        String word = draw(scene).in(scene.language());
        String back = new StringBuilder(word).reverse().toString();
        String letters = word.chars().mapToObj(c -> String.valueOf((char) c)).collect(joining(", "));
        Map<String, Word> slots =
                Scene.slots("word", word, "letters", letters, "backword", back, "count", word.length());
        List<String> sentences = new ArrayList<>(List.of(scene.say("spell", slots)));
        if (scene.draw().chance(50)) {
            sentences.add(scene.say("spell.back", slots));
        }
        if (scene.draw().chance(50)) {
            sentences.add(scene.say("spell.count", slots));
        }
        return String.join(" ", sentences);
    }

    private static Word draw(Scene scene) {
        return scene.draw().chance(30)
                ? scene.freshName()
                : scene.word(scene.draw().pick(GROUPS));
    }
}
