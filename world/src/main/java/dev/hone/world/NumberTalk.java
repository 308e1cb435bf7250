package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Sentences about numbers: teaches which is larger, largest and smallest, even and odd, before and after, and order. */
final class NumberTalk implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        List<String> lines = new ArrayList<>();
        int only = draw.below(8);
        for (int i = draw.between(4, 10); i > 0; i--) {
            lines.add(line(scene, only < 5 ? only : draw.below(5)));
        }
        return String.join("\n", lines);
    }

    private static String line(Scene scene, int matter) {
        WorldDraw draw = scene.draw();
        List<Integer> numbers = Scene.different(draw.between(3, 5), () -> draw.between(1, 99));
        int a = numbers.get(0);
        int b = numbers.get(1);
        return switch (matter) {
            case 0 -> scene.say("compare", "a", a, "b", b, "large", Math.max(a, b), "small", Math.min(a, b));
            case 1 ->
                scene.say(
                        "extreme",
                        "numbers",
                        comma(numbers),
                        "largest",
                        Collections.max(numbers),
                        "smallest",
                        Collections.min(numbers));
            case 2 -> scene.say(a % 2 == 0 ? "parity" : "parity.odd", "n", a);
            case 3 -> scene.say("next", "n", a, "after", a + 1, "before", a - 1);
            default ->
                scene.say("numbers.give", "list", comma(numbers), "who", scene.freshName()) + " "
                        + scene.say(
                                "list.sorted",
                                "sorted",
                                comma(numbers.stream().sorted().toList()));
        };
    }

    static String comma(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(joining(", "));
    }
}
