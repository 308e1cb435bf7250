package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.data.row.JsonlFile;
import dev.hone.recipes.inspect.Scoring;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.recipes.run.RunObserver;
import java.io.Writer;
import java.nio.file.Files;
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
            "Rows are {\"ids\"}, {\"text\"}, {\"prompt\", \"completion\"} or {\"messages\"}; answers are {\"ids\", \"logprobs\"}.",
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
        JsonlFile rows = JsonlFile.open(input);
        try (Interruption interruption = Interruption.watch(err())) {
            RunObserver watcher = new Terminal(err(), interruption);
            try (Speaker speaker = options.open(watcher);
                    Writer out = Files.newBufferedWriter(output);
                    RunObserver.Work work = watcher.begin("scoring", "rows", rows.rows(), 0)) {
                long done = 0;
                Iterator<ObjectNode> answers = Scoring.of(rows, speaker).iterator();
                while (answers.hasNext()) {
                    if (watcher.getAsBoolean()) {
                        return Exit.INTERRUPTED;
                    }
                    out.write(answers.next() + "\n");
                    work.report(++done, done, "");
                }
            }
        }
        err().println(rows.rows() + " rows scored; see " + output);
        return Exit.DONE;
    }
}
