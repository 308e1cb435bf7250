package dev.hone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A story of half a dozen sentences with a beginning and an end: teaches connected prose and who did what. */
final class Story implements DocumentKind {
    private final Phrases english = Phrases.stories(Language.ENGLISH);
    private final Phrases korean = Phrases.stories(Language.KOREAN);

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        Phrases stories = scene.korean() ? korean : english;
        Map<String, Word> slots = cast(scene);
        List<String> sentences = new ArrayList<>();
        for (String line : stories.templates(draw.pick(stories.names()))) {
            boolean optional = line.startsWith("?");
            if (!optional || draw.chance(60)) {
                sentences.add(stories.fill(optional ? line.substring(1) : line, slots, draw));
            }
        }
        return String.join(" ", sentences);
    }

    private static Map<String, Word> cast(Scene scene) {
        WorldDraw draw = scene.draw();
        Person hero = scene.stranger();
        Person other = scene.stranger();
        List<Word> seasons = scene.words("season", 2);
        Word ware = scene.word("ware");
        Map<String, Word> slots = hero.slots();
        slots.put("other", other.name());
        slots.put("his2", other.woman() ? Word.name("her", "그의") : Word.name("his", "그의"));
        slots.put("place", hero.home());
        slots.put("place2", other.home());
        slots.put("season", seasons.get(0));
        slots.put("season2", seasons.get(1));
        slots.put("animal", hero.pet());
        slots.put("tool", scene.word("tool"));
        slots.put("ware", ware);
        slots.put("counter", Word.same(ware.counter()));
        slots.put("colour", scene.word("colour"));
        slots.put("day", scene.word("day"));
        slots.put("count", Word.same(draw.between(3, 40)));
        return slots;
    }
}
