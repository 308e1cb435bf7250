package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.JsonFiles;
import dev.hone.recipes.pipeline.Pipeline;
import dev.hone.recipes.pipeline.PipelineFile;
import dev.hone.recipes.scorecard.Judgement;
import dev.hone.report.TextTable;
import java.nio.file.Files;
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
            "The file, pipeline.yaml, where MODEL, rows.jsonl, sums.jsonl and general.jsonl are yours:",
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
            "Examples; the last one runs in the folder of hone as it is:",
            "  ./hone pipeline pipeline.yaml",
            "  ./hone pipeline pipeline.yaml --from draw",
            "  ./hone world --output runs/world --documents 100 --closing 3000 \\",
            "    --held-out 100",
            "  ./hone pipeline examples/stages.yaml"
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

    @Option(names = "--json", description = "Print the scores as one JSON object instead of a table.")
    private boolean json;

    @Override
    Exit run() {
        PipelineFile pipeline = PipelineFile.read(overrides.over(file));
        try (Interruption interruption = Interruption.watch(err())) {
            Pipeline.PipelineOutcome outcome = Pipeline.run(
                    pipeline, from, List.of(new Version().getVersion()), new Terminal(err(), interruption));
            if (outcome.ending() == Pipeline.PipelineEnding.INTERRUPTED) {
                err().println("saved; the same command resumes from here");
                if (json) {
                    print(object(pipeline, "interrupted", outcome));
                }
                return Exit.INTERRUPTED;
            }
            if (json) {
                print(object(pipeline, "complete", outcome));
            } else {
                out().print(TextTable.render(outcome.scores(), TextTable.Ink.PLAIN, StandardStream.OUT.tableColumns()));
                outcome.judged().forEach(one -> out().println(one.line()));
            }
            err().println("every stage's result is in " + pipeline.output());
            return Judgement.hold(outcome.judged()) ? Exit.DONE : Exit.GATE;
        }
    }

    /** How it ended, where, and the scores as {@code pipeline.json} keeps them. */
    private static ObjectNode object(PipelineFile pipeline, String ending, Pipeline.PipelineOutcome outcome) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("ending", ending).put("output", pipeline.output().toString());
        Path scores = pipeline.output().resolve("pipeline.json");
        if (Files.exists(scores)) {
            object.set("scores", JsonFiles.read(scores));
        }
        ArrayNode gates = object.putArray("gates");
        outcome.judged().forEach(one -> gates.add(one.json()));
        return object;
    }
}
