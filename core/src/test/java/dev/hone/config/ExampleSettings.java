package dev.hone.config;

import static dev.hone.error.Require.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run's file with one setting of every kind, for the tests of this package. */
record ExampleSettings(
        Method method,
        String model,
        Path output,
        Data data,
        @Nullable Adapter adapter,
        Training training,
        Map<String, Double> weights) {

    enum Method {
        SFT,
        DPO,
        ROLL_OUT
    }

    static final String YAML = """
            method: sft
            model: some/model
            output: runs/first
            data:
              train: [{path: train.jsonl, weight: 2}]
              evaluate: {share: 0.05}
              max-tokens: 512
            adapter: {kind: lora, rank: 8}
            training:
              steps: 100
              learning-rate: 2.0e-4
              schedule: {kind: cosine, warmup: 0.1}
            weights: {loss: 1, value: 0.5}
            """;

    record Data(
            List<Source> train,
            Optional<Held> evaluate,
            @Default("1024") int maxTokens,
            @Default("true") boolean shuffle) {}

    record Source(Path path, @Default("1") double weight) {
        @FromScalar
        static Source of(Path path) {
            return new Source(path, 1);
        }
    }

    /** Rows held out: a share, or a file of their own. */
    record Held(@Nullable Double share, @Nullable Path path) {
        Held {
            require(share == null || (share > 0 && share < 1), "share (%s) must lie between 0 and 1", share);
            require((share == null) != (path == null), "give either share or path");
        }

        @FromScalar
        static Held of(Path path) {
            return new Held(null, path);
        }
    }

    @OneOf(otherwise = Adapter.Lora.class)
    sealed interface Adapter {
        record Lora(int rank, float alpha, List<String> targets) implements Adapter {
            public Lora {
                require(rank > 0, "rank (%d) must be positive", rank);
            }

            static Lora defaults() {
                return new Lora(16, 32, List.of("all-linear"));
            }
        }

        @Kind(whenKey = "path")
        record Saved(Path path) implements Adapter {}
    }

    record Training(
            @Alternative("length") @Nullable Double epochs,
            @Alternative("length") @Nullable Long steps,
            @Renamed({"lr", "learn-rate"}) double learningRate,
            Schedule schedule,
            Rows rowsPerBatch,
            Duration saveEvery,
            long seed,
            Optional<Stop> earlyStop) {
        Training {
            require(learningRate > 0, "learningRate (%s) must be positive", learningRate);
        }

        static Training defaults() {
            Duration half = Duration.ofMinutes(30);
            return new Training(
                    3.0, null, 2e-4, new Schedule.Cosine(0.03), Rows.auto(), half, 42, Optional.of(new Stop(5, 0)));
        }
    }

    record Stop(@Default("5") int patience, @Default("0.0") double margin) {}

    @OneOf
    sealed interface Schedule {
        record Cosine(@Default("0.0") double warmup) implements Schedule {}

        record Constant() implements Schedule {}

        @Kind("wsd")
        record WarmupStableDecay(double decay) implements Schedule {}
    }

    /** A number, or {@code auto}. */
    record Rows(@Nullable Integer count) {
        enum Word {
            AUTO
        }

        static Rows auto() {
            return new Rows((Integer) null);
        }

        @FromScalar
        static Rows of(int count) {
            require(count > 0, "a number of rows (%d) must be positive", count);
            return new Rows(count);
        }

        @FromScalar
        static Rows of(Word word) {
            return auto();
        }

        @AsScalar
        Object written() {
            return count == null ? Word.AUTO : count;
        }
    }
}
