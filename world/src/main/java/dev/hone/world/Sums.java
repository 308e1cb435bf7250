package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Calculations: bare, step by step with what is carried and borrowed, said in words, and in small tales of having and
 * giving. Teaches arithmetic up to two digits.
 */
final class Sums implements DocumentKind {

    @Override
    public String write(Scene scene) {
        WorldDraw draw = scene.draw();
        int form = draw.below(100);
        List<String> lines = new ArrayList<>();
        int count = form < 45 ? draw.between(8, 20) : draw.between(3, 7);
        for (int i = 0; i < count; i++) {
            Sum sum = Sum.of(draw, scene.split());
            lines.add(
                    form < 45
                            ? sum.toString()
                            : form < 73 ? sum.steps(scene) : form < 84 ? said(scene, sum) : tale(scene, sum));
        }
        return String.join("\n", lines);
    }

    private static String said(Scene scene, Sum sum) {
        String section = sum.operator() == '+' ? "said" : sum.operator() == '-' ? "said.minus" : "said.times";
        return scene.say(section, "a", sum.a(), "b", sum.b(), "result", sum.result());
    }

    private static String tale(Scene scene, Sum drawn) {
        Sum sum = drawn.a() > 1 && drawn.b() > 1 && drawn.result() > 1 ? drawn : new Sum(7, '-', 3);
        String section = sum.operator() == '+' ? "more" : sum.operator() == '-' ? "less" : "times";
        Word thing = scene.word(scene.draw().chance(70) ? "ware" : "tool");
        return scene.say(
                section,
                "who",
                scene.freshName(),
                "thing",
                thing,
                "counter",
                Word.same(thing.counter()),
                "a",
                sum.a(),
                "b",
                sum.b(),
                "result",
                sum.result(),
                "sum",
                sum,
                "day",
                scene.word("day"),
                "place",
                scene.freshPlace(),
                "place2",
                scene.freshPlace());
    }
}
