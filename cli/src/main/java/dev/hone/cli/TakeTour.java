package dev.hone.cli;

import dev.hone.error.CheckpointException;
import dev.hone.files.AtomicFolder;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.tour.Tour;
import dev.hone.recipes.tour.TourReport;
import dev.hone.recipes.tour.TourResults;
import dev.hone.report.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** Shows fine-tuning from end to end on the small model that comes with hone. */
@Command(
        name = "tour",
        description = "See a small language model being fine-tuned, with what it could do before and after.",
        footer = {"", "Takes three to four minutes on two cores, offline.", "", "Example:", "  ./hone tour"})
final class TakeTour extends Verb {
    /** What a tour leaves. */
    private static final String[] NAMES = {
        "fine-tuning",
        "from-blank",
        "pace",
        "fine-tuning.yaml",
        "from-blank.yaml",
        "pace.yaml",
        "report.html",
        "scorecard",
        "instructions.jsonl"
    };

    @Option(
            names = "--output",
            defaultValue = "runs/tour",
            paramLabel = "DIR",
            description = "Where its files go (runs/tour).")
    private Path output = Path.of("runs/tour");

    @Override
    Exit run() throws Exception {
        Path model = Path.of(System.getProperty("hone.home", "."), "small-model");
        if (!Files.exists(model.resolve("model.safetensors"))) {
            throw new CheckpointException(model + ": the small model is missing; it comes with hone's repository");
        }
        ResultPlace.of(output).requireFor();
        clear();
        Files.createDirectories(output);
        try (Interruption interruption = Interruption.watch(err())) {
            TourResults results = Tour.take(model, output, new Terminal(err(), interruption));
            TextTable.Ink ink = Ansi.AUTO.enabled() ? TextTable.Ink.ANSI : TextTable.Ink.PLAIN;
            out().println();
            out().println(TextTable.render(TourReport.accuracy(results), ink, StandardStream.OUT.tableColumns()));
            out().println(TextTable.render(results.scorecard(), ink, StandardStream.OUT.tableColumns()));
            out().println(TextTable.render(TourReport.cost(results), ink, StandardStream.OUT.tableColumns()));
            Path report = output.resolve("report.html");
            TourReport.page(results).save(report);
            out().println("report: " + report);
            out().println("model:  " + results.adapter());
            out().println();
            out().println("What to type next:");
            String hone = ShellCommand.ofThisHone();
            out().println(ShellCommand.of(hone, "chat")
                    .with("--model", ShellCommand.shortest(model))
                    .with("--adapter", results.adapter())
                    .text());
            out().println(ShellCommand.of(hone, "train", output.resolve("fine-tuning.yaml"))
                    .with("--set", "output=runs/mine")
                    .with("--set", "model=YOUR/CHECKPOINT")
                    .with("--set", "data.train=YOUR.jsonl")
                    .with("--set", "training.learning-rate=2e-4")
                    .text());
        }
        return Exit.DONE;
    }

    /** Deletes an earlier tour, and nothing else; what a tour would replace and did not make is refused. */
    private void clear() throws IOException {
        boolean earlier = Files.exists(output.resolve("instructions.jsonl"))
                && Files.exists(output.resolve("fine-tuning.yaml"))
                && RunDirectory.isRun(output.resolve("fine-tuning"));
        if (!earlier) {
            ResultPlace.of(output).requireFree(NAMES);
        }
        for (String name : NAMES) {
            AtomicFolder.delete(output.resolve(name));
        }
    }
}
