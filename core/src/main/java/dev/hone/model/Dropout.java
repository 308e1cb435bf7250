package dev.hone.model;

import dev.hone.data.batch.Batch;
import dev.hone.data.batch.Segment;
import dev.hone.random.Draw;
import dev.hone.tensor.Tensor;

/**
 * Dropout whose mask is a function of (seed, step, row, position, module): packing, splitting or recomputing a batch drops
 * the same entries (Srivastava et al., 2014; kept entries are scaled by 1 / (1 − rate)).
 */
public final class Dropout {
    private final double rate;
    private final Draw draw;
    private final Batch batch;

    /**
     * @param draw already narrowed to the run and step
     */
    public Dropout(double rate, Draw draw, Batch batch) {
        this.rate = rate;
        this.draw = draw;
        this.batch = batch;
    }

    /** Drops entries of a module's inputs [tokens, width]. */
    public Tensor apply(Tensor x, String module) {
        int width = Math.toIntExact(x.size(1));
        float[] mask = new float[batch.tokenCount() * width];
        float scale = (float) (1 / (1 - rate));
        Draw here = draw.at(module.hashCode());
        int at = 0;
        for (Segment segment : batch.segments()) {
            Draw row = here.at(batch.rowIds()[segment.row()]);
            for (int i = 0; i < segment.length(); i++) {
                long position = batch.positions()[segment.start() + i];
                for (int j = 0; j < width; j++) {
                    mask[at++] = row.uniform(position * width + j) < rate ? 0f : scale;
                }
            }
        }
        return x.times(Tensor.of(mask, batch.tokenCount(), width).to(x.dtype()));
    }
}
