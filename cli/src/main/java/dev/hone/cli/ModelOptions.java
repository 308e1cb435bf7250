package dev.hone.cli;

import dev.hone.generate.ComputeChoice;
import dev.hone.generate.LoadedModel;
import dev.hone.model.weight.WeightFormat;
import dev.hone.recipes.prepare.ModelLoading;
import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.run.RunObserver;
import dev.hone.tensor.DType;
import dev.hone.tensor.Engine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every verb that uses a model. */
final class ModelOptions {
    enum ComputeOption {
        AUTO,
        FP32,
        BF16,
        INT8
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb = CommandSpec.create();

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description =
                    "A checkpoint in Hugging Face format: a folder, or OWNER/NAME of the hub that was downloaded.")
    private Path model = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "An adapter on it, in PEFT format.")
    private @Nullable Path adapter;

    @Option(names = "--download", description = "Fetch model and adapter first where they are not in the cache.")
    private boolean download;

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
    private ComputeOption compute = ComputeOption.AUTO;

    LoadedModel open(RunObserver observer) {
        return open(
                switch (compute) {
                    case AUTO -> ComputeChoice.of(Engine.fastestCompute());
                    case FP32 -> ComputeChoice.of(DType.F32);
                    case BF16 -> ComputeChoice.of(DType.BF16);
                    case INT8 -> ComputeChoice.packed(WeightFormat.INT8);
                },
                observer);
    }

    /** The same for generation, with the products that are fastest for it unless a type is asked for. */
    LoadedModel openToGenerate(RunObserver observer) {
        return compute == ComputeOption.AUTO ? open(ComputeChoice.fastest(), observer) : open(observer);
    }

    private LoadedModel open(ComputeChoice choice, RunObserver observer) {
        if (download) {
            HubAccess.fetchNamed(model, verb.commandLine().getErr());
            HubAccess.fetchNamed(adapter, verb.commandLine().getErr());
        }
        return ModelLoading.open(new ModelPaths(model, adapter), choice, template, observer);
    }

    /** What of the options is read, for a verb that writes. */
    ResultPlace readBeside(ResultPlace place) {
        return place.reading("--model", model).reading("--adapter", adapter);
    }

    Path model() {
        return model;
    }

    String template() {
        return template;
    }
}
