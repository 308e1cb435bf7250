package dev.hone.data.loader;

import dev.hone.data.batch.Batch;
import java.util.List;
import java.util.Map;

/**
 * The data of a run, by step: what step s trains on is a function of s alone, so a run can go on anywhere without replaying
 * what came before.
 */
public interface BatchSource {
    /** How many steps there are. */
    long steps();

    /** The rows of one step, split into micro-batches. */
    List<Batch> step(long step);

    /** The same rows, each alone, by which it can be told what one of them did. */
    List<StepRow> rows(long step);

    /** How many tokens of each source a step learns; sources that have none in it are left out. */
    Map<Integer, Long> learned(long step);
}
