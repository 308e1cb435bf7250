package org.javatuples;

/** Two values, as the library javatuples has them: what HumanEval-Java's tests use of it. */
public final class Pair<A, B> {
    private final A first;
    private final B second;

    public Pair(A first, B second) {
        this.first = first;
        this.second = second;
    }

    public static <A, B> Pair<A, B> with(A first, B second) {
        return new Pair<>(first, second);
    }

    public A getValue0() {
        return first;
    }

    public B getValue1() {
        return second;
    }

    public <C> Pair<C, B> setAt0(C value) {
        return new Pair<>(value, second);
    }

    public <C> Pair<A, C> setAt1(C value) {
        return new Pair<>(first, value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pair<?, ?> pair
                && java.util.Objects.equals(first, pair.first)
                && java.util.Objects.equals(second, pair.second);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(first, second);
    }

    @Override
    public String toString() {
        return "[" + first + ", " + second + "]";
    }
}
