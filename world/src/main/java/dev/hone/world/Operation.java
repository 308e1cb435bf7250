package dev.hone.world;

import java.util.Locale;

/** A step of a function of one number, as Python writes and calculates it. */
enum Operation {
    ADD("%s + %d", 1, 1),
    TAKE("%s - %d", 1, 1),
    TIMES("%s * %d", 2, 2),
    REMAINDER("%s %% %d", 2, 2),
    SHARE("%s // %d", 2, 2),
    AT_LEAST("max(%s, %d)", 0, 5),
    AT_MOST("min(%s, %d)", 0, 5),
    SQUARE("%s ** 2", 5, 4),
    POSITIVE("abs(%s)", 0, 5),
    NEGATE("-%s", 4, 3);

    private final String written;
    private final int operandBinding;
    private final int binding;

    /**
     * @param operandBinding how tightly an operand has to bind to stand without parentheses
     * @param binding how tightly the whole binds: 1 sums, 2 products, 3 a sign, 4 powers, 5 calls and names
     */
    Operation(String written, int operandBinding, int binding) {
        this.written = written;
        this.operandBinding = operandBinding;
        this.binding = binding;
    }

    /** The section of phrases that tell of it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A number for it: small ones where results grow or would all be alike. */
    int constant(WorldDraw draw) {
        return switch (this) {
            case TIMES, REMAINDER, SHARE -> draw.between(2, 12);
            default -> draw.between(2, 30);
        };
    }

    int binding() {
        return binding;
    }

    /** The operation on {@code operand}, which is in parentheses only where it has to be. */
    String on(String operand, int operandBinds, int constant) {
        String inner = operandBinds < operandBinding ? "(" + operand + ")" : operand;
        return written.formatted(inner, constant);
    }

    /** Its value; division rounds down and a remainder is never negative, as in Python. */
    int of(int x, int constant) {
        return switch (this) {
            case ADD -> x + constant;
            case TAKE -> x - constant;
            case TIMES -> x * constant;
            case REMAINDER -> Math.floorMod(x, constant);
            case SHARE -> Math.floorDiv(x, constant);
            case AT_LEAST -> Math.max(x, constant);
            case AT_MOST -> Math.min(x, constant);
            case SQUARE -> x * x;
            case POSITIVE -> Math.abs(x);
            case NEGATE -> -x;
        };
    }
}
