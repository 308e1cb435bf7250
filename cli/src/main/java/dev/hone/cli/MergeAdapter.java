package dev.hone.cli;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.Merge;
import dev.hone.checkpoint.Rounding;
import dev.hone.error.CheckpointException;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a checkpoint with an adapter merged into the weights. */
@Command(
        name = "merge",
        description = "Write a checkpoint with an adapter merged into the weights.",
        footer = {
            "",
            "Rounding to bf16 loses small updates; the share that was lost is printed.",
            "",
            "Example:",
            "  ./hone merge --model MODEL --adapter runs/first/final \\",
            "    --output merged --type fp32"
        })
final class MergeAdapter extends Verb {
    enum Type {
        AUTO,
        FP32,
        BF16,
        FP16
    }

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The base.")
    private Path model = Path.of("");

    @Option(names = "--adapter", required = true, paramLabel = "DIR", description = "The adapter.")
    private Path adapter = Path.of("");

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Where the merged checkpoint goes.")
    private Path output = Path.of("");

    @Option(names = "--type", defaultValue = "auto", description = "fp32, bf16, fp16, or auto: as the base is stored.")
    private Type type = Type.AUTO;

    @Option(names = "--any-base", description = "Merge even into another base than the adapter was trained on.")
    private boolean anyBase;

    @Override
    Exit run() throws Exception {
        ResultPlace.of(output)
                .reading("--model", model)
                .reading("--adapter", adapter)
                .require();
        Checkpoint base = Checkpoint.open(model);
        DType target = target(base);
        base.notes().forEach(err()::println);
        AdapterOnBase adapted = AdapterOnBase.openAny(adapter, base);
        Optional<String> otherBase = adapted.otherBase();
        if (otherBase.isPresent() && !anyBase) {
            throw new CheckpointException(otherBase.get() + ", or merge all the same with --any-base");
        }
        adapted.notes().forEach(err()::println);
        Rounding rounding = Merge.write(adapted, output, target).whole();
        out().println("merged into " + output + " as " + target + "; " + rounding.describe());
        if (rounding.isMuch()) {
            err().println("that is much; --type fp32 keeps all of it");
        }
        return Exit.DONE;
    }

    private DType target(Checkpoint base) {
        return switch (type) {
            case AUTO -> base.storedType();
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
            case FP16 -> DType.F16;
        };
    }
}
