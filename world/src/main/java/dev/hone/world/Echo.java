package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rows without meaning, repeated, continued and looked up: teaches copying of anything, and that what followed something before will
 * follow it again.
 */
final class Echo implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        Supplier<String> source = source(scene, draw.below(4));
        int form = draw.below(3);
        List<String> lines = new ArrayList<>();
        if (form == 0) {
            for (int i = draw.between(2, 4); i > 0; i--) {
                String row = row(source, draw.between(3, 9));
                lines.add(row + "\n" + row);
            }
        } else if (form == 1) {
            List<String> cycle = Scene.different(draw.between(2, 4), source);
            int length = draw.between(8, 16);
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < length; i++) {
                row.append(i == 0 ? "" : " ").append(cycle.get(i % cycle.size()));
            }
            lines.add(row.toString());
        } else {
            List<String> keys = Scene.different(draw.between(4, 9), source);
            List<String> values = new ArrayList<>();
            keys.forEach(key -> values.add(Ledger.code(draw)));
            for (int round = 0; round < 2; round++) {
                List<Integer> order = new ArrayList<>();
                for (int i = 0; i < keys.size(); i++) {
                    order.add(i);
                }
                draw.shuffled(order).forEach(i -> lines.add(keys.get(i) + " " + values.get(i)));
            }
        }
        return String.join("\n", lines);
    }

    private static Supplier<String> source(Scene scene, int matter) {
        return () -> switch (matter) {
            case 0 -> scene.freshName().in(scene.language());
            case 1 -> Ledger.code(scene.draw());
            case 2 -> scene.draw().pick(scene.world().lexicon().all()).in(scene.language());
            default -> scene.freshPlace().in(scene.language());
        };
    }

    private static String row(Supplier<String> source, int length) {
        return Stream.generate(source).limit(length).collect(joining(" "));
    }
}
