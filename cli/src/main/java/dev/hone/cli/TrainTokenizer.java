package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.DataException;
import dev.hone.text.bpe.BpeTrainer;
import dev.hone.text.bpe.BpeVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
        within("--vocabulary", vocabulary, 256 + 2 + special.size(), 1 << 20);
        within("--rows", rows, 1, Integer.MAX_VALUE);
        within("--context", context, 1, 1 << 24);
        checkSpecial();
        ResultPlace place = ResultPlace.of(output).reading("--input", input);
        place.requireFor("tokenizer.json", "tokenizer_config.json");
        place.requireFree("tokenizer.json", "tokenizer_config.json"); // a checkpoint's, which its weights belong to
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
        BpeVocabulary trained = trained(file, texts, tokens);
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

    private BpeVocabulary trained(JsonlFile file, List<Integer> texts, List<String> tokens) {
        try {
            return new BpeTrainer(vocabulary, 2, tokens)
                    .train(texts.stream()
                            .map(row -> file.row(row).path("text").asText())
                            .iterator());
        } catch (IllegalArgumentException e) { // a special token that the text also teaches
            throw new ConfigurationException("--special: " + e.getMessage(), e);
        }
    }

    private void checkSpecial() {
        Set<String> seen = new HashSet<>(List.of(END, PAD));
        for (String token : special) {
            if (token.codePointCount(0, token.length()) < 2) {
                throw new ConfigurationException("--special (" + token + ") must have at least two characters");
            }
            if (!seen.add(token)) {
                throw new ConfigurationException("--special (" + token + ") is given twice, or there already");
            }
        }
    }
}
