package dev.hone.world;

import java.util.Collections;
import java.util.List;

/**
 * Words of another document in random order, in a row that is repeated: only the row before predicts the next word. Copying
 * is learned from this within some hundred steps, long before documents with meaning would teach it.
 */
final class Scramble implements DocumentKind {
    private final List<DocumentKind> sources;

    /** @param sources kinds whose words are taken */
    Scramble(List<DocumentKind> sources) {
        this.sources = sources;
    }

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> words = List.of(draw.pick(sources).write(scene).split("\\s+"));
        List<String> row = draw.some(words, Math.min(words.size(), draw.between(3, 20)));
        return String.join("\n", Collections.nCopies(draw.between(2, 3), String.join(" ", row)));
    }
}
