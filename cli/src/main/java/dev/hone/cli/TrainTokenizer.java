package dev.hone.cli;

import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.text.bpe.BpeTrainer;
import dev.hone.text.bpe.BpeVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a tokenizer on text. */
@Command(
        name = "tokenizer",
        description = "Train a byte-level BPE tokenizer on the text rows of a JSONL file.",
        footer = {
            "",
            "Example:",
            "  ./hone tokenizer --input corpus.jsonl --vocabulary 4096 \\",
            "    --special \"<|im_start|>\" --output my-model"
        })
final class TrainTokenizer extends Verb {
    private static final String END = "<|endoftext|>";
    private static final String PAD = "<|pad|>";

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "Rows {\"text\": …}.")
    private Path input = Path.of("");

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Where tokenizer.json goes.")
    private Path output = Path.of("");

    @Option(
            names = "--vocabulary",
            defaultValue = "4096",
            description = "Number of tokens, special ones included (4096).")
    private int vocabulary = 4096;

    @Option(
            names = "--special",
            paramLabel = "TOKEN",
            description = "A special token, after <|endoftext|> and <|pad|>. Repeatable.")
    private List<String> special = List.of();

    @Option(names = "--rows", paramLabel = "N", description = "Train on the first N rows only (all).")
    private int rows = Integer.MAX_VALUE;

    @Option(names = "--context", defaultValue = "1024", description = "The model's context length (1024).")
    private int context = 1024;

    private static boolean hasText(JsonlFile file, int row) {
        return file.row(row).path("text").isTextual()
                && !file.row(row).path("text").asText().isBlank();
    }

    @Override
    Exit run() throws Exception {
        List<String> tokens = new ArrayList<>(List.of(END, PAD));
        tokens.addAll(special);
        JsonlFile file = JsonlFile.open(input);
        int read = Math.min(rows, file.rows());
        List<Integer> texts = IntStream.range(0, read)
                .filter(row -> hasText(file, row))
                .boxed()
                .toList();
        if (texts.isEmpty()) {
            throw DataException.at(
                    input.toString(),
                    "none of its " + read
                            + " rows has a text to learn from, such as {\"text\": \"…\"}; conversations are"
                            + " not read: write their contents as texts");
        }
        BpeVocabulary trained = new BpeTrainer(vocabulary, 2, tokens)
                .train(texts.stream()
                        .map(row -> file.row(row).path("text").asText())
                        .iterator());
        if (texts.size() < read) {
            out().println((read - texts.size()) + " of " + read + " rows have no text and were left out");
        }
        trained.save(output, END, PAD, context);
        out().println(trained.size() + " tokens; see " + output.resolve("tokenizer.json"));
        if (trained.size() < vocabulary) {
            err().println(String.format(
                    Locale.ROOT,
                    "fewer than --vocabulary %,d: no other pair of tokens occurs twice in the text; more text gives more",
                    vocabulary));
        }
        return Exit.DONE;
    }
}
