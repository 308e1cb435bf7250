package dev.hone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Calculations in two steps that are answered by the result alone, or after thinking: one line a step between {@code <think>} and
 * {@code </think>}, some of them wrong at first and corrected in the next line. Tasks are {@link Skills}'; languages take turns.
 */
public final class Reasoning implements Exercises {
    private static final long PURPOSE = 0x726561;
    /** How many of a hundred steps begin with a slip. */
    private static final int SLIPS = 20;

    private final World world;
    private final Skills skills;

    public Reasoning(World world) {
        this.world = world;
        this.skills = new Skills(world);
    }

    /** Answered by the result. */
    @Override
    public Exercise at(Split split, long number) {
        return exercise(split, number, skills.steps(split, number));
    }

    /** The same exercise, answered after thinking. */
    public Exercise thought(Split split, long number) {
        Skills.Steps steps = skills.steps(split, number);
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        List<String> lines = new ArrayList<>();
        for (Sum sum : List.of(steps.one(), steps.two())) {
            if (draw.chance(SLIPS)) {
                lines.add(sum.open() + " = " + slip(draw, sum.result()));
                lines.add(wait(steps) + sum);
            } else {
                lines.add(sum.toString());
            }
        }
        return thought(exercise(split, number, steps), lines);
    }

    /**
     * The same exercise, answered after a thought that calculates each step back, {@code 86 - 12 = 74} after {@code 74 + 12 = 86}, and corrects
     * it where that leads elsewhere: what is wrong can be seen. None where such a calculation is one of the other split's.
     */
    public Optional<Exercise> checked(Split split, long number) {
        Skills.Steps steps = skills.steps(split, number);
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        List<String> lines = new ArrayList<>();
        List<Sum> checks = new ArrayList<>();
        for (Sum sum : List.of(steps.one(), steps.two())) {
            if (draw.chance(SLIPS)) {
                int wrong = slip(draw, sum.result());
                checks.add(back(sum, wrong));
                lines.addAll(
                        List.of(sum.open() + " = " + wrong, back(sum, wrong).toString()));
                lines.add(wait(steps) + sum);
            } else {
                lines.add(sum.toString());
            }
            checks.add(back(sum, sum.result()));
            lines.add(back(sum, sum.result()).toString());
        }
        return checks.stream().allMatch(check -> check.isIn(split))
                ? Optional.of(thought(exercise(split, number, steps), lines))
                : Optional.empty();
    }

    /** From a result back to where it came from. */
    private static Sum back(Sum sum, int result) {
        return new Sum(result, sum.operator() == '+' ? '-' : '+', sum.b());
    }

    private static String wait(Skills.Steps steps) {
        return steps.language() == Language.KOREAN ? "잠깐, " : "Wait, ";
    }

    private static Exercise thought(Exercise direct, List<String> lines) {
        String answer = "<think>\n" + String.join("\n", lines) + "\n</think>\n" + direct.answer();
        return new Exercise(direct.id(), direct.language(), direct.kind(), direct.prompt(), answer, Map.of());
    }

    private static Exercise exercise(Split split, long number, Skills.Steps steps) {
        return new Exercise(
                Exercises.id(split, number),
                steps.language(),
                "reasoning",
                steps.prompt(),
                Integer.toString(steps.two().result()),
                Map.of());
    }

    /** Off by one or by ten, as a missed carry is. */
    private static int slip(WorldDraw draw, int right) {
        int wrong = right + draw.pick(List.of(-10, -1, 1, 10));
        return wrong < 0 ? right + 1 : wrong;
    }
}
