package dev.hone.bench;

import dev.hone.bench.TrainingWork.Data;
import dev.hone.bench.TrainingWork.Subject;
import dev.hone.config.ConfigurationException;
import dev.hone.model.weight.WeightFormat;
import java.util.List;
import java.util.stream.Collectors;

/** All workloads, in the order of their listing. */
final class Workloads {
    private static final String SFT = """
            method: sft
            data: {shuffle: false, max-tokens: 1024, on-overflow: truncate, accept: [duplicates, stop-token, prefix]}
            training: {steps: 6, rows-per-step: 8, schedule: {kind: constant}, evaluate-every: 0, checkpoint-every: 0}
            """;
    private static final String PACKED = """
            method: sft
            data: {shuffle: false, max-tokens: 1024, packing: true, on-overflow: truncate, accept: [duplicates, stop-token, prefix]}
            training: {steps: 6, rows-per-step: 2, schedule: {kind: constant}, evaluate-every: 0, checkpoint-every: 0}
            """;
    /** As SFT with more steps: during the first twenty the JIT compiler is still at work. */
    private static final String SMALL = SFT.replace("steps: 6,", "steps: 80,");

    private static final String ALL_LINEAR = "adapter: {kind: lora, rank: 16, alpha: 32, targets: all-linear}\n";
    private static final String DPO = """
            method: dpo
            dpo: {reference: on-the-fly}
            data: {shuffle: false, max-tokens: 1024, on-overflow: truncate, accept: [duplicates, stop-token, equal-sides]}
            training: {steps: 5, rows-per-step: 4, schedule: {kind: constant}, evaluate-every: 0, checkpoint-every: 0}
            """;

    /** As the baseline does it: no completion ends early, as the chance of a random model to end one is one in its vocabulary. */
    private static final String GRPO = """
            method: grpo
            data: {shuffle: false, max-tokens: 1024}
            rewards: chrf
            rollout: {group-size: 8, max-completion-tokens: 64}
            grpo: {mask-truncated: false}
            training: {steps: 5, rows-per-step: 16, schedule: {kind: constant}, evaluate-every: 0, checkpoint-every: 0}
            report: {rows: 0, replies: 0}
            """;

    static final List<Workload> ALL = List.of(
            new TrainingWork(
                    "sft",
                    "instructions, LoRA r16 on all linear layers",
                    Subject.LARGE,
                    Data.INSTRUCTIONS,
                    SFT + ALL_LINEAR,
                    1),
            new TrainingWork(
                    "packed",
                    "the same, packed to 1,024 tokens, two a step",
                    Subject.LARGE,
                    Data.INSTRUCTIONS,
                    PACKED + ALL_LINEAR,
                    1),
            new TrainingWork("full", "the same rows, full fine-tuning", Subject.LARGE, Data.INSTRUCTIONS, SFT, 1),
            new TrainingWork(
                    "dpo", "pairs, LoRA r16 on all linear layers", Subject.LARGE, Data.PAIRS, DPO + ALL_LINEAR, 1),
            new TrainingWork(
                    "grpo",
                    "rollouts of 2 prompts, 8 completions of 64 tokens each, and their step, LoRA r16",
                    Subject.LARGE,
                    Data.PROMPTS,
                    GRPO + ALL_LINEAR,
                    1),
            new DecodeWork(
                    "decode", "generation, sampled from the whole distribution", null, List.of(1, 4, 16), List.of(0)),
            new DecodeWork(
                    "decode-int8", "the same with int8 weights", WeightFormat.INT8, List.of(1, 4, 16), List.of(0)),
            new DecodeWork(
                    "adapters", "16 requests with one adapter, and with one each", null, List.of(16), List.of(1, 16)),
            new TrainingWork(
                    "small-lora", "the small model, LoRA", Subject.SMALL, Data.INSTRUCTIONS, SMALL + ALL_LINEAR, 20),
            new TrainingWork(
                    "small-full", "the small model, full fine-tuning", Subject.SMALL, Data.INSTRUCTIONS, SMALL, 20),
            new GrowthWork("growth", "how the cost of a step grows with length, rows, rank, layers and workers"));

    private Workloads() {}

    /** The workload of a name; a {@link ConfigurationException} lists the names if there is none. */
    static Workload named(String name) {
        return ALL.stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("no workload is named " + name + "; allowed are "
                        + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))));
    }
}
