package dev.hone.world;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Python functions of one number in one expression, in two steps that a comment tells: {@code # add 3, then multiply by 4} is
 * {@code return (x + 3) * 4}. Each has its tests as HumanEval has them (as a case its {@code language} is python). Languages take turns.
 *
 * <p>An exercise's kind is its two operations. The splits share none, and of those in training about half are {@link #isTaught(String) taught}
 * by solutions: the others are for learning from tests alone. Dropping either operation fails the tests.
 */
public final class Functions implements Exercises {
    private static final long PURPOSE = 0x66756e;
    private static final int[] INPUTS = {-37, -12, -5, -1, 0, 1, 3, 8, 14, 26, 40};

    /** How tightly a name binds, as an operand. */
    private static final int NAME_BINDS = 5;

    private final World world;
    private final Phrases english = Phrases.functions(Language.ENGLISH);
    private final Phrases korean = Phrases.functions(Language.KOREAN);

    public Functions(World world) {
        this.world = world;
    }

    @Override
    public Exercise at(Split split, long number) {
        String id = Exercises.id(split, number);
        Language language = Language.values()[(int) (number % 2)];
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, split.ordinal(), number);
        List<Operation> operations = Arrays.asList(Operation.values());
        while (true) {
            Operation first = draw.pick(operations);
            Operation second = draw.pick(operations);
            int b = first.constant(draw);
            int c = second.constant(draw);
            String kind = first.key() + " " + second.key();
            if (first != second && isIn(split, kind) && needsBoth(first, b, second, c)) {
                return exercise(id, language, kind, draw, first, b, second, c);
            }
        }
    }

    /** A function of one operation, its kind, with which each can be learned by itself. */
    public Exercise single(long number) {
        String id = Exercises.id(Split.TRAIN, number);
        Language language = Language.values()[(int) (number % 2)];
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, Split.TRAIN.ordinal(), number, 1);
        Operation operation = draw.pick(Arrays.asList(Operation.values()));
        int c = operation.constant(draw);
        Phrases phrases = phrases(language);
        Map<String, Word> steps = Scene.slots("first", phrases.say(operation.key(), Scene.slots("c", c), draw));
        return exercise(
                id,
                language,
                operation.key(),
                phrases.say("one", steps, draw),
                operation.on("x", NAME_BINDS, c),
                x -> operation.of(x, c));
    }

    /** Whether solutions of a kind may be shown. */
    public static boolean isTaught(String kind) {
        return (share(kind) & 1) == 0;
    }

    /** Every fourth pair of operations is held out. */
    private static boolean isIn(Split split, String kind) {
        return (share(kind) >>> 1 == 0) == (split == Split.HELD_OUT);
    }

    /** A number from 0 to 7 that follows from a kind. */
    private static int share(String kind) {
        return (int) (WorldDraw.mix(kind) >>> 61);
    }

    private static boolean needsBoth(Operation first, int b, Operation second, int c) {
        boolean needsFirst = Arrays.stream(INPUTS).anyMatch(x -> second.of(x, c) != second.of(first.of(x, b), c));
        boolean needsSecond = Arrays.stream(INPUTS).anyMatch(x -> first.of(x, b) != second.of(first.of(x, b), c));
        boolean varies = Arrays.stream(INPUTS)
                        .map(x -> second.of(first.of(x, b), c))
                        .distinct()
                        .count()
                > 2;
        return needsFirst && needsSecond && varies;
    }

    private Exercise exercise(
            String id,
            Language language,
            String kind,
            WorldDraw draw,
            Operation first,
            int b,
            Operation second,
            int c) {
        Phrases phrases = phrases(language);
        Map<String, Word> steps = Scene.slots(
                "first", phrases.say(first.key(), Scene.slots("c", b), draw),
                "second", phrases.say(second.key(), Scene.slots("c", c), draw));
        String expression = second.on(first.on("x", NAME_BINDS, b), first.binding(), c);
        return exercise(
                id, language, kind, phrases.say("two", steps, draw), expression, x -> second.of(first.of(x, b), c));
    }

    private static Exercise exercise(
            String id, Language language, String kind, String comment, String expression, IntUnaryOperator value) {
        String tests = IntStream.of(INPUTS)
                .mapToObj(x -> "    assert candidate(%d) == %d".formatted(x, value.applyAsInt(x)))
                .collect(joining("\n", "def check(candidate):\n", "\n"));
        return new Exercise(
                id,
                language,
                kind,
                "# " + comment + "\ndef f(x):",
                "return " + expression,
                Map.of("entry_point", "f", "test", tests, "language", "python"));
    }

    private Phrases phrases(Language language) {
        return language == Language.KOREAN ? korean : english;
    }
}
