package dev.hone.bench;

import dev.hone.bench.TrainingWork.Rows;
import dev.hone.bench.TrainingWork.Subject;
import dev.hone.config.ConfigurationException;
import dev.hone.model.weight.WeightFormat;
import java.util.List;
import java.util.stream.Collectors;

/** All that is measured, in the order in which it is told. */
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
    /** As SFT; the virtual machine compiles our code during the first twenty steps, which take a few milliseconds of products. */
    private static final String SMALL = SFT.replace("steps: 6,", "steps: 80,");

    private static final String ALL_LINEAR = "adapter: {kind: lora, rank: 16, alpha: 32, targets: all-linear}\n";
    private static final String DPO = """
            method: dpo
            dpo: {reference: on-the-fly}
            data: {shuffle: false, max-tokens: 1024, on-overflow: truncate, accept: [duplicates, stop-token, equal-sides]}
            training: {steps: 5, rows-per-step: 4, schedule: {kind: constant}, evaluate-every: 0, checkpoint-every: 0}
            """;

    static final List<Workload> ALL = List.of(
            new TrainingWork(
                    "sft",
                    "instructions, LoRA r16 on all linear maps",
                    Subject.LARGE,
                    Rows.INSTRUCTIONS,
                    SFT + ALL_LINEAR,
                    1),
            new TrainingWork(
                    "packed",
                    "the same, packed to 1,024 tokens, two of these a step",
                    Subject.LARGE,
                    Rows.INSTRUCTIONS,
                    PACKED + ALL_LINEAR,
                    1),
            new TrainingWork("full", "the same rows, every weight", Subject.LARGE, Rows.INSTRUCTIONS, SFT, 1),
            new TrainingWork(
                    "dpo", "pairs, LoRA r16 on all linear maps", Subject.LARGE, Rows.PAIRS, DPO + ALL_LINEAR, 1),
            new DecodeWork(
                    "decode", "texts written from the model's own distribution", null, List.of(1, 4, 16), List.of(0)),
            new DecodeWork(
                    "decode-int8",
                    "the same with weights in eight bits",
                    WeightFormat.INT8,
                    List.of(1, 4, 16),
                    List.of(0)),
            new DecodeWork(
                    "adapters", "16 texts under one adapter, and under one each", null, List.of(16), List.of(1, 16)),
            new TrainingWork(
                    "small-lora",
                    "the small model under an adapter",
                    Subject.SMALL,
                    Rows.INSTRUCTIONS,
                    SMALL + ALL_LINEAR,
                    20),
            new TrainingWork("small-full", "the small model in full", Subject.SMALL, Rows.INSTRUCTIONS, SMALL, 20),
            new GrowthWork("growth", "how the cost of a step grows with length, rows, rank, layers and workers"));

    private Workloads() {}

    /** {@link ConfigurationException} where there is none of that name. */
    static Workload named(String name) {
        return ALL.stream()
                .filter(work -> work.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("no work is named " + name + "; allowed are "
                        + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))));
    }
}
