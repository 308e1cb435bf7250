package dev.hone.cli;

import dev.hone.recipes.run.ModelPaths;
import dev.hone.recipes.scorecard.EvaluationFile;
import dev.hone.recipes.scorecard.Judgement;
import dev.hone.recipes.scorecard.ModelEvaluation;
import dev.hone.report.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model on the tasks of a file. */
@Command(
        name = "evaluate",
        description =
                "Measure a model on the tasks of a file: answers, multiple choice, loss of texts, each with its 95 %%"
                        + " interval. The same command resumes what was interrupted.",
        footer = {
            "",
            "The file, tasks.yaml, where the rows are yours (docs/evaluate.md):",
            "  cases:   [{path: sums.jsonl, reward: numeric, purpose: ability}]",
            "  choices: [{path: arc_easy.jsonl, gate: {at-least: 0.25}}]",
            "  texts:   [{path: general-en.jsonl, name: English}]",
            "",
            "Examples:",
            "  ./hone evaluate tasks.yaml --model MODEL --output runs/base",
            "  ./hone evaluate tasks.yaml --model MODEL --adapter runs/first/final \\",
            "    --output runs/tuned --before runs/base",
            "  ./hone diff runs/base runs/tuned"
        })
final class Evaluate extends Verb {
    @Parameters(index = "0", paramLabel = "TASKS.yaml", description = "What is measured.")
    private Path file = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "A checkpoint in Hugging Face format.")
    private Path model = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "An adapter on it, in PEFT format.")
    private @Nullable Path adapter;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where scorecard.json, scorecard.html, junit.xml and cases/ go; left out: nothing is kept.")
    private @Nullable Path output;

    @Option(
            names = "--before",
            paramLabel = "DIR",
            description = "The --output of an earlier evaluation, from which changes are counted.")
    private @Nullable Path before;

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(names = "--json", description = "Print the scorecard as one JSON object instead of a table.")
    private boolean json;

    @Override
    Exit run() throws IOException {
        if (output != null) {
            ResultPlace.of(output)
                    .reading("--model", model)
                    .reading("--adapter", adapter)
                    .reading("--before", before)
                    .requireFor();
        }
        EvaluationFile tasks = EvaluationFile.read(overrides.over(file));
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            ModelEvaluation.Outcome outcome =
                    ModelEvaluation.run(tasks, new ModelPaths(model, adapter), output, before, terminal);
            if (!outcome.complete()) {
                err().println(output == null ? "stopped" : "saved; the same command resumes from here");
                return Exit.INTERRUPTED;
            }
            if (json) {
                print(outcome.json());
            } else {
                out().print(TextTable.render(outcome.table(), TextTable.Ink.PLAIN, StandardStream.OUT.tableColumns()));
                outcome.judged().forEach(one -> out().println(one.line()));
            }
            if (output != null) {
                err().println("page: " + output.resolve("scorecard.html"));
            }
            return Judgement.hold(outcome.judged()) ? Exit.DONE : Exit.GATE;
        }
    }
}
