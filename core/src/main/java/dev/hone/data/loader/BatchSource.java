package dev.hone.data.loader;

/**
 * The data of a run, asked for one step after the other. What a step holds may depend on the weights that the steps before it
 * left, as rollouts do; a source that can say any step at any time is an {@link OfflineSource}.
 *
 * <p>A run asks for each of its steps exactly once and in order, from step 0 or, resumed, from the first one that is not
 * complete. It holds on to what it got until the step is complete, so a second question about the step (its rows, a preview) is
 * answered without the source.
 *
 * <p>A source that has to remember more than the number of the step is {@link dev.hone.tensor.Stateful} too. It then saves what
 * it needs beside the policy's weights to give the step after the last one it gave as it would have without the stop. For use
 * by one thread.
 */
public interface BatchSource {
    /** How many steps there are. */
    long steps();

    /**
     * The data of a step, from 0.
     *
     * @throws dev.hone.error.StoppedException if asked to stop meanwhile; like any other failure it leaves the source as it was
     */
    StepBatches next(long step);
}
