package dev.hone.cli;

import dev.hone.recipes.pipeline.Pipeline;
import dev.hone.recipes.pipeline.PipelineFile;
import dev.hone.report.TextTable;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs several stages from one file. */
@Command(
        name = "pipeline",
        description = "Run several stages, each from an earlier one's result, and evaluate the model after each."
                + " The same command resumes what was interrupted.",
        footer = {
            "",
            "Example:",
            "  output: runs/full",
            "  stages:",
            "    - name: sft",
            "      method: sft",
            "      model: MODEL",
            "      data: {train: rows.jsonl}",
            "      adapter: {rank: 16}",
            "    - name: draw",
            "      sample: {model: stage:sft, tasks: sums.jsonl, reward: numeric}",
            "    - name: dpo",
            "      method: dpo",
            "      adapter: {path: stage:sft}",
            "      data: {train: stage:draw/pairs.jsonl}",
            "  evaluate: {texts: general.jsonl}",
            "",
            "  ./hone pipeline pipeline.yaml",
            "  ./hone pipeline pipeline.yaml --from draw"
        })
final class RunPipeline extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "PIPELINE.yaml",
            description = "The stages, and what is evaluated after each.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(
            names = "--from",
            paramLabel = "STAGE",
            description = "Run this stage and all after it again; their folders are deleted.")
    private @Nullable String from;

    @Override
    Exit run() {
        PipelineFile pipeline = PipelineFile.read(overrides.over(file));
        try (Interruption interruption = Interruption.watch(err())) {
            Pipeline.PipelineOutcome outcome = Pipeline.run(
                    pipeline, from, List.of(new Version().getVersion()), new Terminal(err(), interruption));
            if (outcome.ending() == Pipeline.PipelineEnding.INTERRUPTED) {
                err().println("saved; the same command resumes from here");
                return Exit.INTERRUPTED;
            }
            out().print(TextTable.render(outcome.scores(), TextTable.Ink.PLAIN));
            err().println("every stage's result is in " + pipeline.output());
            return Exit.DONE;
        }
    }
}
