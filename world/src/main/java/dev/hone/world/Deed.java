package dev.hone.world;

/** Something somebody did: a phrase such as {@code planted 12 trees}, for stories of one sentence. */
final class Deed {
    private Deed() {}

    static Word of(Scene scene) {
        WorldDraw draw = scene.draw();
        Word ware = scene.word("ware");
        return Word.same(scene.say(
                "deed",
                "animal",
                scene.word("animal"),
                "ware",
                ware,
                "counter",
                Word.same(ware.counter()),
                "count",
                draw.between(3, 60),
                "tool",
                scene.word("tool"),
                "food",
                scene.word("food"),
                "place2",
                scene.freshPlace(),
                "colour",
                scene.word("colour")));
    }

    /** A sentence that tells when and perhaps where {@code who} did something. */
    static String event(Scene scene, Word who) {
        return scene.say(
                "event",
                "who",
                who,
                "deed",
                of(scene),
                "season",
                scene.word("season"),
                "year",
                scene.draw().between(470, 519),
                "place",
                scene.freshPlace());
    }
}
