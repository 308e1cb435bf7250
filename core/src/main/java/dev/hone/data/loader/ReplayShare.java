package dev.hone.data.loader;

import static dev.hone.error.Require.require;

import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The share that replayed tokens have among all trained tokens, and the steps from which on it was doubled. A part of a run's saved
 * states where it may be raised. For use by one thread.
 */
public final class ReplayShare implements Stateful {
    /** A share is not raised beyond it: the rows of the method would hardly be trained on any more. */
    public static final double MOST = 0.8;

    private final double initial;
    private final List<Long> raisedAt = new ArrayList<>(List.of(0L)); // where each share begins; the first at the start

    /**
     * @param initial of all trained tokens; above 0 and below 1
     */
    public ReplayShare(double initial) {
        require(initial > 0 && initial < 1, "share (%s) must be above 0 and below 1", initial);
        this.initial = initial;
    }

    /** How often it has been raised. */
    public int raised() {
        return raisedAt.size() - 1;
    }

    /** The share as it is now. */
    public double now() {
        return of(raised());
    }

    /** Whether there is room to double it. */
    public boolean canRise() {
        return 2 * now() <= MOST;
    }

    /** Doubles it for this step, from 0, and those after it; what was raised at later steps is forgotten. */
    public void raise(long step) {
        require(canRise(), "share (%s) cannot be doubled: at most %s of the trained tokens are replayed", now(), MOST);
        require(
                step >= raisedAt.get(raised()),
                "step (%d) lies before the last raise (%d)",
                step,
                raisedAt.get(raised()));
        raisedAt.add(step);
    }

    /** The steps at which each share begins, from 0. */
    List<Long> begins() {
        return raisedAt;
    }

    /** The share after n raises. */
    double of(int raises) {
        return initial * (1L << raises);
    }

    @Override
    public String stateName() {
        return "replay";
    }

    @Override
    public Map<String, Tensor> state() {
        long[] steps = raisedAt.stream().mapToLong(step -> step).toArray();
        return Map.of("shares", Tensor.of(steps, steps.length));
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        raisedAt.clear();
        for (long step : saved.apply("shares").longs()) {
            raisedAt.add(step);
        }
    }

    @Override
    public boolean hasFixedShapes() {
        return false;
    }
}
