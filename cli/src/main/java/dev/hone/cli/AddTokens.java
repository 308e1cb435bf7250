package dev.hone.cli;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.WiderVocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a checkpoint with further tokens. */
@Command(
        name = "add-tokens",
        description = "Write a checkpoint with further tokens, whose rows begin as the mean of all others.",
        footer = {
            "",
            "The result is the model of a run that trains them: one without adapter, as",
            "an adapter changes no row of the embedding. All other weights are as they were.",
            "",
            "Example:",
            "  ./hone add-tokens --model MODEL --token \"<|patient|>\" \\",
            "    --token \"<|report|>\" --output wider"
        })
final class AddTokens extends Verb {
    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The base.")
    private Path model = Path.of("");

    @Option(names = "--token", required = true, paramLabel = "TOKEN", description = "A new token. Repeatable.")
    private List<String> tokens = List.of();

    @Option(
            names = "--text",
            description = "They are text; without it they mark structure, and replies are shown without them.")
    private boolean text;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Where the checkpoint goes.")
    private Path output = Path.of("");

    @Override
    Exit run() throws Exception {
        ResultPlace.of(output).reading("--model", model).require();
        Checkpoint base = Checkpoint.openAny(model);
        base.notes().forEach(err()::println);
        WiderVocabulary.Report report = WiderVocabulary.write(base, tokens, !text, output);
        for (int i = 0; i < tokens.size(); i++) {
            out().println(report.ids().get(i) + "  " + tokens.get(i));
        }
        out().println(String.format(
                Locale.ROOT,
                "%,d tokens added to %s; its embedding has %,d rows, %,d of them new",
                tokens.size(),
                output,
                report.rows(),
                report.grown()));
        return Exit.DONE;
    }
}
