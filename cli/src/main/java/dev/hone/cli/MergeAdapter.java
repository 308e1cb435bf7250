package dev.hone.cli;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.checkpoint.Merge;
import dev.hone.model.adapter.Adapter;
import dev.hone.tensor.DType;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a checkpoint in which an adapter has become part of the weights. */
@Command(
        name = "merge",
        description = "Write a checkpoint in which an adapter has become part of the weights.",
        footer = {
            "",
            "Small updates are lost when they are rounded to bf16; how much was lost is told.",
            "",
            "Example:",
            "  ./hone merge --model MODEL --adapter runs/first/final --output merged --type fp32"
        })
final class MergeAdapter extends Verb {
    enum Type {
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

    @Option(names = "--type", description = "fp32, bf16 or fp16; left out: as the base is stored.")
    private @Nullable Type type;

    @Override
    Exit run() throws Exception {
        Checkpoint base = Checkpoint.open(model);
        DType target = target(base);
        Adapter change = AdapterFiles.scoresTexts(adapter)
                ? AdapterFiles.readReward(adapter, base.config())
                : AdapterFiles.read(adapter, base.config());
        Merge.Report report = Merge.write(base, change, output, target);
        CheckpointWriter.copyTokenizer(adapter, output); // with the template that was taught
        out().println(String.format(
                Locale.ROOT,
                "merged into %s as %s; rounding took %.1f %% of the update and changed it by %.1f %%",
                output,
                target,
                100 * report.whole().lost(),
                100 * report.whole().error()));
        if (report.whole().error() > 0.25) {
            err().println("that is much; --type fp32 keeps all of it");
        }
        return Exit.DONE;
    }

    private DType target(Checkpoint base) {
        if (type == null) {
            return base.storedType();
        }
        return switch (type) {
            case FP32 -> DType.F32;
            case BF16 -> DType.BF16;
            case FP16 -> DType.F16;
        };
    }
}
