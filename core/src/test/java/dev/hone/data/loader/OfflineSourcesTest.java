package dev.hone.data.loader;

import dev.hone.data.Example;
import dev.hone.data.batch.Annotation;
import dev.hone.data.batch.Batch;
import dev.hone.data.dataset.Dataset;
import dev.hone.random.Draw;
import dev.hone.testkit.OfflineSourceContract;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;

/** Every source of data at rest keeps the {@linkplain OfflineSourceContract contract}: twelve rows, four a step, two epochs. */
class OfflineSourcesTest {
    @Nested
    class OfShuffledRows extends OfTwelve {
        @Override
        protected OfflineSource open(int tokensPerBatch) {
            return EpochLoader.epochs(TWELVE, new EpochLoader.BatchShape(true, 0, 4, 0, tokensPerBatch, 7), 2);
        }
    }

    @Nested
    class OfRowsInFileOrder extends OfTwelve {
        @Override
        protected OfflineSource open(int tokensPerBatch) {
            return EpochLoader.epochs(TWELVE, new EpochLoader.BatchShape(false, 0, 4, 0, tokensPerBatch, 7), 2);
        }
    }

    /** Bins of 16 tokens, two a step. */
    @Nested
    class OfPackedRows extends OfTwelve {
        @Override
        protected OfflineSource open(int tokensPerBatch) {
            return EpochLoader.epochs(TWELVE, new EpochLoader.BatchShape(true, 16, 2, 0, tokensPerBatch, 7), 2);
        }

        @Override
        protected long epoch() {
            return open(MANY).steps() / 2;
        }
    }

    /** A fifth of what is trained comes from the same rows again, beside the steps. */
    @Nested
    class OfReplay extends OfTwelve {
        @Override
        protected OfflineSource open(int tokensPerBatch) {
            EpochLoader.BatchShape shape = new EpochLoader.BatchShape(true, 0, 4, 0, tokensPerBatch, 7);
            return new Replay(EpochLoader.epochs(TWELVE, shape, 2), TWELVE, 0.2);
        }

        @Override
        protected boolean isOfEpoch(Batch batch) {
            return !batch.has(Annotation.REPLAY);
        }
    }

    /** The first five steps: an epoch and two thirds of another. */
    @Nested
    class OfFirstSteps extends OfTwelve {
        @Override
        protected OfflineSource open(int tokensPerBatch) {
            return new StepLimit(
                    EpochLoader.epochs(TWELVE, new EpochLoader.BatchShape(true, 0, 4, 0, tokensPerBatch, 7), 2), 5);
        }
    }

    private static final Dataset TWELVE =
            Dataset.of(IntStream.range(0, 12).mapToObj(OfflineSourcesTest::row).toList());

    /** A row of 3 to 14 tokens. */
    private static Example row(int number) {
        int[] tokens = new int[3 + number * 5 % 12];
        Arrays.setAll(tokens, i -> (int) Draw.of(number, "row").below(i, 32));
        return Example.ofText(number, tokens);
    }

    abstract static class OfTwelve extends OfflineSourceContract {
        @Override
        protected long epoch() {
            return 3;
        }

        @Override
        protected long[] rows() {
            return LongStream.range(0, 12).toArray();
        }
    }
}
