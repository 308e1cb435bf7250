package dev.hone.model;

import dev.hone.data.batch.Targets;
import dev.hone.tensor.Tensor;
import java.util.Arrays;

/**
 * The positions of a batch that predict something, each once however many targets it predicts. After the last layer's attention no
 * position reads another, so from there on only these are computed.
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

    /** Of rows for all positions, those of these. */
    Tensor ofAll(Tensor x) {
        return x.select(0, positions);
    }

    /** Of rows for these, the one of each target. */
    Tensor ofTargets(Tensor x) {
        return x.select(0, places);
    }
}
