package dev.hone.recipes.evaluate;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.config.Default;
import dev.hone.config.Flattened;
import dev.hone.config.FromScalar;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.report.Intervals;
import dev.hone.rollout.BestOf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers: tasks are answered, greedily unless several samples are asked for, and scored by a reward. Rows are those of {@code ./hone
 * sample}.
 *
 * @param answer the column with the right answer
 * @param maxTokens a longer answer is cut and scored as it stands
 * @param purpose what it tells about the model
 * @param count what a reward's scores are counted as
 * @param examples solved rows before each question
 * @param fewShot solved rows before each question in a measurement of its own, of the base model alone
 * @param gate what its result has to meet
 */
public record Cases(
        Path path,
        @Nullable String name,
        @Default("exact") RewardChoice reward,
        @Default("answer") String answer,
        @Default("256") int maxTokens,
        @Default("auto") String template,
        @Default("ability") Purpose purpose,
        @Default("auto") Count count,
        @Flattened Repetition repetition,
        @Nullable Examples examples,
        @Nullable Examples fewShot,
        @Nullable Gate gate)
        implements RowTask {
    private static final long SEED = 16;

    /** What scores are counted as. */
    public enum Count {
        /** Mean scores of rewards that grade, else right answers. */
        AUTO,
        /** The share of full scores, of at least 1. */
        RIGHT,
        /** The mean score. */
        SCORE
    }

    /**
     * How often each task is answered.
     *
     * @param samples answers to each task; with several, their share that is right, pass@k, and whether the most frequent answer is right
     * @param temperature 0: greedily
     */
    public record Repetition(
            @Default("1") int samples,
            @Default("0.0") double temperature,
            @Default("1.0") double topP,
            @Default("42") long seed) {
        static final Repetition GREEDY = new Repetition(1, 0, 1, 42);

        public Repetition {
            require(samples > 0, "samples (%d) must be positive", samples);
            requireAtMost("samples", samples, 100_000);
            require(
                    samples == 1 || temperature > 0,
                    "samples (%d) at temperature 0 would all be the same; give a temperature, such as 0.8",
                    samples);
            sampling(temperature, topP, seed);
        }

        Sampling sampling() {
            return sampling(temperature, topP, seed);
        }

        private static Sampling sampling(double temperature, double topP, long seed) {
            return temperature == 0 ? Sampling.greedy() : new Sampling(temperature, 0, topP, 0, 1, seed);
        }
    }

    public Cases {
        require(maxTokens > 0, "maxTokens (%d) must be positive", maxTokens);
        requireAtMost("maxTokens", maxTokens, 1 << 24);
        require(
                examples == null || fewShot == null,
                "few-shot has no effect beside examples, which stand before each question anyway; leave one out");
    }

    /** Tasks that are answered once, greedily. */
    public Cases(
            Path path,
            @Nullable String name,
            RewardChoice reward,
            String answer,
            int maxTokens,
            String template,
            Purpose purpose) {
        this(path, name, reward, answer, maxTokens, template, purpose, Count.AUTO, Repetition.GREEDY, null, null, null);
    }

    @FromScalar
    public static Cases of(Path path) {
        return new Cases(path, null, RewardChoice.of("exact"), "answer", 256, "auto", Purpose.ABILITY);
    }

    @Override
    public String kind() {
        return "cases";
    }

    @Override
    public List<Path> files() {
        return examples == null ? List.of() : List.of(examples.path());
    }

    @Override
    public String identity() {
        return new Cases(
                        path,
                        name,
                        reward,
                        answer,
                        maxTokens,
                        template,
                        purpose,
                        count,
                        repetition,
                        examples,
                        null,
                        null)
                .toString();
    }

    @Override
    public Optional<EvaluationTask> fewShotTask() {
        return Optional.ofNullable(fewShot)
                .map(shown -> new Cases(
                        path,
                        title(),
                        reward,
                        answer,
                        maxTokens,
                        template,
                        purpose,
                        count,
                        repetition,
                        shown,
                        null,
                        null));
    }

    /** Whether answers are graded, and not right or wrong. */
    boolean isGraded() {
        return switch (count) {
            case RIGHT -> false;
            case SCORE -> true;
            case AUTO -> reward.isGraded();
        };
    }

    @Override
    public CaseSource open(LoadedModel model) {
        return new AnsweredCases(this, model);
    }

    @Override
    public EvaluationResult result(List<CaseResult> cases) {
        double[] scores = cases.stream().mapToDouble(CaseResult::score).toArray();
        if (repetition.samples() == 1 && !isGraded()) {
            long right = cases.stream()
                    .filter(one -> Objects.equals(one.right(), true))
                    .count();
            return new Accuracy(right, cases.size());
        }
        double[] weights = new double[scores.length];
        Arrays.fill(weights, 1);
        double mean = Arrays.stream(scores).average().orElse(0);
        return new Rate(
                isGraded() ? "mean score" : "pass@1",
                mean,
                Intervals.bootstrap(scores, weights, SEED),
                cases.size(),
                isGraded() ? Map.of() : repeated(cases));
    }

    /** Pass@k for powers of two, and the share of tasks whose most frequent answer is right. */
    private Map<String, Double> repeated(List<CaseResult> cases) {
        Map<String, Double> beside = new LinkedHashMap<>();
        List<Integer> ks = new ArrayList<>();
        for (int k = 2; k < repetition.samples(); k *= 2) {
            ks.add(k);
        }
        ks.add(repetition.samples());
        for (int k : ks) {
            beside.put(
                    "pass@" + k,
                    cases.stream()
                            .mapToDouble(one -> BestOf.passAtK(
                                    repetition.samples(),
                                    one.details().path("right").asInt(),
                                    k))
                            .average()
                            .orElse(0));
        }
        beside.put(
                "majority",
                cases.stream()
                        .mapToDouble(one -> Objects.equals(one.right(), true) ? 1 : 0)
                        .average()
                        .orElse(0));
        return beside;
    }

    @Override
    public Optional<EvaluationResult> read(JsonNode json) {
        return Accuracy.read(json).or(() -> Rate.read(json));
    }
}
