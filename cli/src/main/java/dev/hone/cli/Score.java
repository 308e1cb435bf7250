package dev.hone.cli;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.StoppedException;
import dev.hone.files.OutputFile;
import dev.hone.generate.LoadedModel;
import dev.hone.recipes.evaluate.Scoring;
import dev.hone.recipes.evaluate.TextScore;
import dev.hone.recipes.run.RunObserver;
import java.nio.file.Path;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the log-probability a model gives to each token of some rows. */
@Command(
        name = "score",
        description = "Write the log-probability that a model gives to each token of some rows.",
        footer = {
            "",
            "Rows are {\"ids\"}, {\"text\"}, {\"prompt\", \"completion\"} or {\"messages\"}; scores are {\"ids\", \"logprobs\"}.",
            "",
            "Example:",
            "  ./hone score --model MODEL --input rows.jsonl --output scores.jsonl"
        })
final class Score extends Verb {
    @Mixin
    private ModelOptions options = new ModelOptions();

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "Rows to score, as JSONL.")
    private Path input = Path.of("");

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "Where the scores go, as JSONL.")
    private Path output = Path.of("");

    @Override
    Exit run() throws Exception {
        options.readBeside(ResultPlace.of(output).reading("--input", input)).require();
        JsonlFile rows = JsonlFile.open(input);
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            RunObserver observer = new Terminal(err(), interruption);
            try (LoadedModel model = options.open(observer);
                    RunObserver.Work work = observer.begin("scoring", "rows", rows.rows(), 0)) {
                OutputFile.write(output, out -> {
                    long done = 0;
                    Iterator<TextScore> scores = Scoring.of(rows, model).iterator();
                    while (scores.hasNext()) {
                        if (observer.getAsBoolean()) {
                            throw new StoppedException();
                        }
                        out.write(scores.next().json() + "\n");
                        work.report(++done, done, "");
                    }
                });
            }
        }
        err().println(rows.rows() + " rows scored; see " + output);
        return Exit.DONE;
    }
}
