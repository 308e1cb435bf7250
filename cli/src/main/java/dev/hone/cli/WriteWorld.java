package dev.hone.cli;

import dev.hone.world.Corpus;
import dev.hone.world.Instructions;
import dev.hone.world.Language;
import dev.hone.world.Rows;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the data of the small invented world as ordinary files. */
@Command(
        name = "world",
        description = "Write the corpus, instructions and questions of the small invented world as JSONL files.",
        footer = {"", "Example:", "  ./hone world --output runs/world --documents 110000"})
final class WriteWorld extends Verb {
    private static final int HELD_OUT = 400;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Where the files go.")
    private Path output = Path.of("");

    @Option(
            names = "--documents",
            defaultValue = "110000",
            description = "Documents of the corpus (110000: 16 M tokens).")
    private long documents = 110_000;

    @Option(
            names = "--closing",
            defaultValue = "60000",
            description = "Documents of the corpus's closing (60000: 6 M tokens).")
    private long closing = 60_000;

    @Option(names = "--instructions", defaultValue = "6000", description = "Instructions to learn from (6000).")
    private long instructions = 6000;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Another seed is another world (1: the shipped model's).")
    private long seed = 1;

    @Override
    Exit run() throws Exception {
        Files.createDirectories(output);
        World world = World.of(seed);
        Corpus corpus = new Corpus(world, Corpus.RESERVED);
        Rows.write(corpus.train().limit(documents).map(Rows::text), output.resolve("corpus.jsonl"));
        Rows.write(corpus.closing().limit(closing).map(Rows::text), output.resolve("closing.jsonl"));
        for (Language language : Language.values()) {
            Rows.write(
                    corpus.heldOut(language).limit(HELD_OUT).map(Rows::text),
                    output.resolve("held-out." + language.code() + ".jsonl"));
        }
        Instructions all = new Instructions(world);
        Rows.write(
                LongStream.range(0, instructions).mapToObj(i -> Rows.messages(all.at(Split.TRAIN, i))),
                output.resolve("instructions.jsonl"));
        Rows.write(
                LongStream.range(0, HELD_OUT).mapToObj(i -> Rows.question(all.at(Split.HELD_OUT, i))),
                output.resolve("questions.jsonl"));
        out().println("written to " + output);
        return Exit.DONE;
    }
}
