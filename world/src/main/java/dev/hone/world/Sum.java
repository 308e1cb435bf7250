package dev.hone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * One calculation, such as 37 + 45. Immutable.
 *
 * <p>Every eighth calculation with a number above nine is held out: no text of the training split contains it as such.
 *
 * @param operator {@code +}, {@code -} or {@code x}
 */
record Sum(int a, char operator, int b) {

    /** A calculation of {@code split} with up to two digits; a difference is never negative. */
    static Sum of(WorldDraw draw, Split split) {
        while (true) {
            int kind = draw.below(100);
            Sum sum = kind < 45
                    ? new Sum(draw.between(1, 99), '+', draw.between(1, 99))
                    : kind < 60
                            ? new Sum(draw.between(0, 20), '+', draw.between(0, 20))
                            : kind < 90 ? difference(draw) : product(draw);
            if (sum.isIn(split)) {
                return sum;
            }
        }
    }

    /** A calculation with the given operator. */
    static Sum of(WorldDraw draw, Split split, char operator) {
        while (true) {
            Sum sum = of(draw, split);
            if (sum.operator == operator) {
                return sum;
            }
        }
    }

    private static Sum difference(WorldDraw draw) {
        int one = draw.between(1, 99);
        int other = draw.between(0, draw.chance(30) ? 20 : 99);
        return new Sum(Math.max(one, other), '-', Math.min(one, other));
    }

    private static Sum product(WorldDraw draw) {
        return new Sum(draw.between(2, draw.chance(50) ? 9 : 30), 'x', draw.between(2, 9));
    }

    int result() {
        return operator == '+' ? a + b : operator == '-' ? a - b : a * b;
    }

    /** True if a text of {@code split} may contain it; calculations of single digits are in both. */
    boolean isIn(Split split) {
        boolean small = Math.max(a, b) < 10;
        boolean heldOut = (WorldDraw.mix(a * 1000L + b * 7L + operator * 1_000_003L) & 7) == 0;
        return small || heldOut == (split == Split.HELD_OUT);
    }

    /** {@code 37 + 45}. */
    String open() {
        return a + " " + operator + " " + b;
    }

    /** {@code 37 + 45 = 82}. */
    @Override
    public String toString() {
        return open() + " = " + result();
    }

    /** The steps to the result, digit by digit from the right, in words of the scene's language. */
    String steps(Scene scene) {
        List<String> steps = new ArrayList<>();
        steps.add(open() + ".");
        switch (operator) {
            case '+' -> add(scene, steps);
            case '-' -> subtract(scene, steps);
            default -> multiply(scene, steps);
        }
        steps.add(scene.say("steps.end", "sum", this));
        return String.join(" ", steps);
    }

    private void add(Scene scene, List<String> steps) {
        int carry = 0;
        for (int left = a, right = b; left > 0 || right > 0; left /= 10, right /= 10) {
            int sum = left % 10 + right % 10 + carry;
            String section = (carry > 0 ? "add.carried" : sum > 9 ? "add.carry" : "add.plain")
                    + (carry > 0 && sum > 9 ? ".carry" : "");
            steps.add(scene.say(section, "a", left % 10, "b", right % 10, "sum", sum, "write", sum % 10, "carry", 1));
            carry = sum / 10;
        }
        if (carry > 0) {
            steps.add(scene.say("add.last"));
        }
    }

    private void subtract(Scene scene, List<String> steps) {
        boolean borrowed = false;
        for (int left = a, right = b; left > 0; left /= 10, right /= 10) {
            int top = left % 10;
            int bottom = right % 10;
            if (borrowed) {
                steps.add(scene.say("sub.borrowed", "a", top, "less", top - 1));
                top--;
            }
            borrowed = top < bottom;
            int write = top - bottom + (borrowed ? 10 : 0);
            steps.add(scene.say(
                    borrowed ? "sub.borrow" : "sub.plain", "a", top, "b", bottom, "ten", top + 10, "write", write));
        }
    }

    private void multiply(Scene scene, List<String> steps) {
        if (a < 10) {
            return;
        }
        int tens = a / 10 * 10;
        steps.add(scene.say("mul.part", "digit", tens, "b", b, "part", tens * b));
        steps.add(scene.say("mul.part", "digit", a % 10, "b", b, "part", a % 10 * b));
        steps.add(tens * b + " + " + a % 10 * b + " = " + result() + ".");
    }
}
