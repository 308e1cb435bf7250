package dev.hone.model;

import dev.hone.data.batch.Targets;
import dev.hone.tensor.Tensor;
import java.util.Arrays;

/**
 * The positions of a batch that predict something, each once however many targets it predicts. Behind the last layer's attention no
 * position sees another, so from there on these are all that has to be computed.
 *
 * @param positions in ascending order [distinct]
 * @param places which of them each target is predicted by [targets]
 */
record PredictingPositions(Tensor positions, Tensor places) {
    static PredictingPositions of(Targets targets) {
        int[] positions = Arrays.stream(targets.position()).sorted().distinct().toArray();
        int[] places = Arrays.stream(targets.position())
                .map(at -> Arrays.binarySearch(positions, at))
                .toArray();
        return new PredictingPositions(Tensor.of(positions), Tensor.of(places));
    }

    /** Of what stands for all positions, what stands for these. */
    Tensor ofAll(Tensor x) {
        return x.select(0, positions);
    }

    /** Of what stands for these, what stands for each target. */
    Tensor ofTargets(Tensor x) {
        return x.select(0, places);
    }
}
