package dev.hone.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Questions about numbers with their answers: teaches that the answer to whether one is greater or less is yes or no, and
 * the answer to which is the largest or smallest a number.
 */
final class NumberVerdicts implements DocumentKind {

    @Override
    public String write(Scene scene) {
        List<String> lines = new ArrayList<>();
        boolean extremes = scene.draw().chance(30);
        for (int i = scene.draw().between(3, 8); i > 0; i--) {
            lines.add(extremes ? extreme(scene) : verdict(scene));
        }
        return String.join("\n", lines);
    }

    private static String verdict(Scene scene) {
        WorldDraw draw = scene.draw();
        List<Integer> pair = Scene.different(2, () -> draw.between(1, 99));
        int a = pair.get(0);
        int b = pair.get(1);
        boolean up = draw.chance(50);
        String answer = scene.phrases()
                .templates(up == a > b ? "verdict.yes" : "verdict.no")
                .get(0);
        return scene.say(
                up ? "verdict.greater" : "verdict.less",
                "a",
                a,
                "b",
                b,
                "large",
                Math.max(a, b),
                "small",
                Math.min(a, b),
                "answer",
                answer,
                "who",
                scene.freshName());
    }

    private static String extreme(Scene scene) {
        WorldDraw draw = scene.draw();
        List<Integer> numbers = Scene.different(draw.between(2, 5), () -> draw.between(1, 99));
        boolean up = draw.chance(50);
        return scene.say(
                up ? "verdict.largest" : "verdict.smallest",
                "numbers",
                NumberTalk.comma(numbers),
                "answer",
                up ? Collections.max(numbers) : Collections.min(numbers),
                "who",
                scene.freshName());
    }
}
