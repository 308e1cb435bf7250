package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * A long numbered register, then single entries looked up in it: teaches finding one line among many, exact copying of
 * names, numbers and marks, and position by number.
 */
final class Ledger implements DocumentKind {

    private record Entry(int line, Word name, Word goods, Word code, String text) {}

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> lines = new ArrayList<>();
        lines.add(scene.say(
                "ledger.open",
                "place",
                scene.freshPlace(),
                "who",
                scene.freshName(),
                "year",
                draw.between(430, 499),
                "season",
                scene.word("season")));
        boolean brief = draw.chance(50);
        List<Entry> entries = entries(scene, draw.between(6, brief ? 30 : 20), brief);
        entries.forEach(entry -> lines.add(entry.text()));
        lines.add(scene.say("ledger.between"));
        for (int i = draw.between(6, 10); i > 0; i--) {
            Entry entry = draw.pick(entries);
            lines.add(scene.say(
                    "ledger.look",
                    "who",
                    entry.name(),
                    "code",
                    entry.code(),
                    "n",
                    entry.line(),
                    "goods",
                    entry.goods(),
                    "line",
                    entry.text()));
        }
        return String.join("\n", lines);
    }

    private static List<Entry> entries(Scene scene, int count, boolean brief) {
        WorldDraw draw = scene.draw();
        List<Word> names = Scene.different(count, scene::freshName);
        List<String> goods = Scene.different(count, () -> goods(scene));
        List<String> codes = Scene.different(count, () -> code(draw));
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Person person = scene.stranger();
            String text = scene.say(
                    brief ? "ledger.line.short" : "ledger.line",
                    "n",
                    i + 1,
                    "who",
                    names.get(i),
                    "trade",
                    person.trade(),
                    "home",
                    person.home(),
                    "goods",
                    goods.get(i),
                    "code",
                    codes.get(i));
            entries.add(new Entry(i + 1, names.get(i), Word.same(goods.get(i)), Word.same(codes.get(i)), text));
        }
        return entries;
    }

    /** A number of some ware or animal. */
    static String goods(Scene scene) {
        Word ware = scene.word(scene.draw().chance(80) ? "ware" : "animal");
        return ware.counted(scene.draw().between(2, 99), scene.language());
    }

    /** A mark of letters and digits that means nothing; it ends in a digit. */
    static String code(WorldDraw draw) {
        StringBuilder code = new StringBuilder();
        for (int i = draw.between(1, 2); i > 0; i--) {
            code.append((char) ('A' + draw.below(26)));
        }
        for (int i = draw.between(2, 3); i > 0; i--) {
            code.append(draw.below(10));
        }
        return code.toString();
    }
}
