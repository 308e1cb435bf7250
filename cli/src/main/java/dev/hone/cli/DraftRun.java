package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.files.OutputFile;
import dev.hone.recipes.draft.RunDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a run's file for some data. */
@Command(
        name = "init",
        description = "Write a run's file for the data there is, with comments that say why.",
        footer = {
            "",
            "The method follows from the kind of rows, lengths from how long they are, and",
            "columns of other names from a dataset_info.json beside the file or from what",
            "they are usually called. A file that is there is never overwritten.",
            "",
            "Examples:",
            "  ./hone init train.jsonl --model MODEL",
            "  ./hone init pairs.parquet --model MODEL --output dpo.yaml",
            "  ./hone check run.yaml"
        })
final class DraftRun extends Verb {
    @Parameters(index = "0", paramLabel = "DATA", description = "A file of rows, or a folder of documents.")
    private Path data = Path.of("");

    @Option(names = "--model", paramLabel = "DIR", description = "The checkpoint that is to be trained.")
    private @Nullable Path model;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "run.yaml",
            description = "The file to write (run.yaml).")
    private Path output = Path.of("run.yaml");

    @Override
    Exit run() throws IOException {
        if (Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigurationException(
                    output + ": is there already, and is not overwritten; name another with --output, or delete it");
        }
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            String yaml = RunDraft.of(data, model, new Terminal(err(), interruption));
            OutputFile.write(output, writer -> writer.write(yaml));
            out().println("wrote " + output + (model == null ? "; name your model in it" : ""));
            out().println("next: ./hone check " + output + ", then ./hone train " + output);
        }
        return Exit.DONE;
    }
}
