package dev.hone.train;

import dev.hone.tensor.Stateful;
import dev.hone.tensor.Tensor;
import java.util.Map;
import java.util.function.Function;

/**
 * What a run remembers of its {@link Guard}: the last step whose weights held, and whether the guard has ended the run. A part of saved
 * states.
 */
final class Guarding implements Stateful {
    /** How the guard ended the run. The numbers stand in saved states. */
    private enum Fate {
        NONE,
        STOPPED,
        ROLLED_BACK
    }

    private final Guard guard;
    private long held;
    private Fate fate = Fate.NONE;

    Guarding(Guard guard) {
        this.guard = guard;
    }

    Guard guard() {
        return guard;
    }

    /** The last step whose weights held; 0: those that the run began with. */
    long held() {
        return held;
    }

    boolean hasEnded() {
        return fate != Fate.NONE;
    }

    Trainer.Ending ending() {
        return fate == Fate.ROLLED_BACK ? Trainer.Ending.ROLLED_BACK : Trainer.Ending.GUARD_STOP;
    }

    void held(long step) {
        held = step;
    }

    void stopped() {
        fate = Fate.STOPPED;
    }

    void rolledBack() {
        fate = Fate.ROLLED_BACK;
    }

    @Override
    public String stateName() {
        return "guard";
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of("held", Tensor.of(new long[] {held}, 1), "fate", Tensor.of(new long[] {fate.ordinal()}, 1));
    }

    @Override
    public void restore(Function<String, Tensor> saved) {
        held = saved.apply("held").longs()[0];
        fate = Fate.values()[(int) saved.apply("fate").longs()[0]];
    }
}
