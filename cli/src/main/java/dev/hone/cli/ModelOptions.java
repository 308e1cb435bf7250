package dev.hone.cli;

import dev.hone.model.weight.WeightFormat;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every verb that uses a model. */
final class ModelOptions {
    enum Compute {
        AUTO,
        FP32,
        BF16,
        INT8
    }

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "A checkpoint in Hugging Face format.")
    private Path model = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "An adapter on it, in PEFT format.")
    private @Nullable Path adapter;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "How conversations are written: auto, chatml, alpaca, llama3, qwen2.5 or a Jinja file.")
    private String template = "auto";

    @Option(
            names = "--compute",
            defaultValue = "auto",
            description =
                    "Type of the products: fp32, bf16, or auto, the faster one here; int8 holds weights in eight bits,"
                            + " which takes the least memory and time and moves log-probabilities (docs/benchmarks.md).")
    private Compute compute = Compute.AUTO;

    Speaker open(RunObserver watcher) {
        return switch (compute) {
            case AUTO -> Speaker.open(model, adapter, Engine.fastestCompute(), template, watcher);
            case FP32 -> Speaker.open(model, adapter, DType.F32, template, watcher);
            case BF16 -> Speaker.open(model, adapter, DType.BF16, template, watcher);
            case INT8 -> Speaker.forWriting(model, adapter, WeightFormat.INT8, template, watcher);
        };
    }

    /** The same for writing texts, with the products that are fastest for it unless a type is asked for. */
    Speaker openToWrite(RunObserver watcher) {
        return compute == Compute.AUTO ? Speaker.forWriting(model, adapter, template, watcher) : open(watcher);
    }

    Path model() {
        return model;
    }

    String template() {
        return template;
    }
}
