package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.recipes.compare.ComparisonFileSchema;
import dev.hone.recipes.guard.GuardSettings;
import dev.hone.recipes.pipeline.PipelineFileSchema;
import dev.hone.recipes.raft.RaftFileSchema;
import dev.hone.recipes.run.RunFileSchema;
import dev.hone.recipes.scorecard.EvaluationFileSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the JSON Schema of a file, for editors to complete and check it by. */
@Command(
        name = "schema",
        description =
                "Show the JSON Schema of a run's, a pipeline's, a comparison's or an evaluation's file, or one of RAFT's data.",
        footer = {
            "",
            "Editors that know JSON Schema complete the keys of a file whose first line names its schema:",
            "  # yaml-language-server: $schema=run.schema.json",
            "",
            "Examples:",
            "  ./hone schema > run.schema.json",
            "  ./hone schema pipeline > pipeline.schema.json"
        })
final class ShowSchema extends Verb {
    /** The files that have one. */
    private enum Kind {
        RUN,
        PIPELINE,
        COMPARE,
        EVALUATE,
        RAFT;

        ObjectNode schema() {
            return switch (this) {
                case RUN -> GuardSettings.in(RunFileSchema.generate());
                case PIPELINE -> PipelineFileSchema.generate();
                case COMPARE -> ComparisonFileSchema.generate();
                case EVALUATE -> EvaluationFileSchema.generate();
                case RAFT -> RaftFileSchema.generate();
            };
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "run, pipeline, compare, evaluate or raft; run if left out.")
    private Kind kind = Kind.RUN;

    @Override
    Exit run() {
        out().println(kind.schema().toPrettyString());
        return Exit.DONE;
    }
}
