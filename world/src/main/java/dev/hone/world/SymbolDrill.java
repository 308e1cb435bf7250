package dev.hone.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reserved symbols as opaque signs in random rows with words, repeated, reversed and taken apart. Teaches nothing about
 * their later meaning, only that each differs from the others, so that fine-tuning starts from symbols that the model can
 * already distinguish and copy.
 */
final class SymbolDrill implements DocumentKind {
    private final List<String> symbols;

    SymbolDrill(List<String> symbols) {
        this.symbols = List.copyOf(symbols);
    }

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> lines = new ArrayList<>();
        for (int i = draw.between(1, 3); i > 0; i--) {
            List<String> row = row(scene, draw.between(3, 8));
            List<String> again = new ArrayList<>(row);
            int doing = draw.below(3);
            if (doing == 1) {
                Collections.reverse(again);
            } else if (doing == 2) {
                again.removeIf(item -> !symbols.contains(item));
            }
            lines.add(String.join(" ", row));
            lines.add(String.join(" ", again));
        }
        return String.join("\n", lines);
    }

    private List<String> row(Scene scene, int length) {
        WorldDraw draw = scene.draw();
        List<Word> words = scene.world().lexicon().all();
        List<String> row = new ArrayList<>();
        row.add(draw.pick(symbols));
        while (row.size() < length) {
            row.add(draw.chance(65) ? draw.pick(symbols) : draw.pick(words).in(scene.language()));
        }
        return draw.shuffled(row);
    }
}
