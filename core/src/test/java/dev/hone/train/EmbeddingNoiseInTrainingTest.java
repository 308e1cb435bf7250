package dev.hone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.data.Example;
import dev.hone.data.batch.Batch;
import dev.hone.objective.NextToken;
import dev.hone.random.Draw;
import dev.hone.testkit.GoldenModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingNoiseInTrainingTest {
    private static final List<Batch> STEP = List.of(Batch.of(List.of(Example.ofText(0, GoldenModels.ROW))));
    private static final Draw PLACE = Draw.of(1, "dropout").at(3);

    private final Policy plain = Policy.full(GoldenModels.trainable(GoldenModels.a()));
    private final Policy noisy = plain.withEmbeddingNoise(5);

    @Test
    void trainingSeesTheNoiseAndMeasuringDoesNot() {
        assertThat(noisy.measure(STEP, new NextToken())).isEqualTo(plain.measure(STEP, new NextToken()));
        double withNoise = noisy.accumulate(STEP, new NextToken(), PLACE).loss();
        assertThat(withNoise)
                .isNotEqualTo(plain.accumulate(STEP, new NextToken(), PLACE).loss());
        assertThat(noisy.accumulate(STEP, new NextToken(), PLACE).loss()).isEqualTo(withNoise);
        assertThat(noisy.accumulate(STEP, new NextToken(), PLACE.at(1)).loss()).isNotEqualTo(withNoise);
    }

    @Test
    void otherThreadsSeeTheSameNoise() {
        List<Batch> two = List.of(STEP.get(0), Batch.of(List.of(Example.ofText(1, new int[] {2, 4, 6}))));
        double alone = noisy.accumulate(two, new NextToken(), PLACE).loss();
        assertThat(noisy.parallel(2).accumulate(two, new NextToken(), PLACE).loss())
                .isEqualTo(alone);
        assertThat(plain.parallel(2)
                        .withEmbeddingNoise(5)
                        .accumulate(two, new NextToken(), PLACE)
                        .loss())
                .isEqualTo(alone);
    }

    @Test
    void negativeNoiseIsRefused() {
        assertThatThrownBy(() -> plain.withEmbeddingNoise(-1)).hasMessageContaining("embedding-noise (-1.0)");
    }
}
