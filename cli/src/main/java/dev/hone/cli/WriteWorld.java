package dev.hone.cli;

import dev.hone.files.AtomicFiles;
import dev.hone.world.Corpus;
import dev.hone.world.ExerciseFiles;
import dev.hone.world.Instruction;
import dev.hone.world.InstructionTask;
import dev.hone.world.Instructions;
import dev.hone.world.Language;
import dev.hone.world.Newcomers;
import dev.hone.world.Preferences;
import dev.hone.world.Rows;
import dev.hone.world.Split;
import dev.hone.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the data of the small invented world as ordinary files. */
@Command(
        name = "world",
        description =
                "Write the corpus of the small invented world, and data for fine-tuning and evaluation beside it, as JSONL files.",
        footer = {
            "",
            "corpus, closing (texts) and held-out.en, held-out.ko; instructions and questions;",
            "newcomers (texts about people the corpus does not mention), sums (tasks), preferences (pairs, and unpaired), each with"
                    + " its held-out cases;",
            "for each purpose of fine-tuning rows and cases: safety (and safety-pairs), ability, format, raft, retellings, reasoning, functions, claims.",
            "",
            "Example:",
            "  ./hone world --output runs/world --documents 110000"
        })
final class WriteWorld extends Verb {
    /** Beside the files, so that the same command may replace them. */
    private static final String MARK = "world.json";

    private static final String[] NAMES = {
        "corpus.jsonl",
        "closing.jsonl",
        "held-out.en.jsonl",
        "held-out.ko.jsonl",
        "instructions.jsonl",
        "questions.jsonl",
        "sums.jsonl",
        "sums-held-out.jsonl",
        "newcomers.jsonl",
        "newcomers-held-out.jsonl",
        "preferences.jsonl",
        "preferences-judged.jsonl",
        "preferences-held-out.jsonl"
    };

    private static final int SUMS = 400;
    private static final int PREFERENCES = 600;
    private static final int NEWCOMERS = 8;

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

    @Option(
            names = "--held-out",
            defaultValue = "400",
            description = "Held-out documents of each language, and questions (400).")
    private int heldOut = 400;

    @Option(names = "--instructions", defaultValue = "6000", description = "Instructions for training (6000).")
    private long instructions = 6000;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Another seed is another world (1: the shipped model's).")
    private long seed = 1;

    @Override
    Exit run() throws Exception {
        within("--documents", documents, 0, 100_000_000);
        within("--closing", closing, 0, 100_000_000);
        within("--held-out", heldOut, 0, 10_000_000);
        within("--instructions", instructions, 0, 100_000_000);
        World world = World.of(seed);
        Map<String, Stream<String>> exercises = new ExerciseFiles(world).rows(heldOut);
        ResultPlace place = ResultPlace.of(output);
        place.requireFor();
        if (!Files.exists(output.resolve(MARK))
                && !Stream.of(NAMES).allMatch(name -> Files.exists(output.resolve(name)))) {
            place.requireFree(
                    Stream.concat(Stream.of(NAMES), exercises.keySet().stream()).toArray(String[]::new));
        }
        Files.createDirectories(output);
        AtomicFiles.write(output.resolve(MARK), "{\"seed\": " + seed + "}\n");
        Corpus corpus = new Corpus(world, Corpus.RESERVED);
        Rows.write(corpus.train().limit(documents).map(Rows::text), output.resolve("corpus.jsonl"));
        Rows.write(corpus.closing().limit(closing).map(Rows::text), output.resolve("closing.jsonl"));
        for (Language language : Language.values()) {
            Rows.write(
                    corpus.heldOut(language).limit(heldOut).map(Rows::text),
                    output.resolve("held-out." + language.code() + ".jsonl"));
        }
        Instructions all = new Instructions(world);
        Rows.write(
                LongStream.range(0, instructions).mapToObj(i -> Rows.messages(all.at(Split.TRAIN, i))),
                output.resolve("instructions.jsonl"));
        questions("questions.jsonl", all.all(Split.HELD_OUT), heldOut);
        questions("sums.jsonl", sums(all, Split.TRAIN), SUMS);
        questions("sums-held-out.jsonl", sums(all, Split.HELD_OUT), heldOut / 2);
        writeNewcomers(world, all);
        Preferences preferences = new Preferences(world);
        Rows.write(
                preferences.all(Split.TRAIN).limit(PREFERENCES).map(Rows::pair), output.resolve("preferences.jsonl"));
        Rows.write(
                preferences
                        .all(Split.TRAIN)
                        .limit(PREFERENCES)
                        .flatMap(preference -> Stream.of(true, false).map(chosen -> Rows.judged(preference, chosen))),
                output.resolve("preferences-judged.jsonl"));
        Rows.write(
                preferences.all(Split.HELD_OUT).limit(heldOut / 2).map(Rows::question),
                output.resolve("preferences-held-out.jsonl"));
        for (Map.Entry<String, Stream<String>> file : exercises.entrySet()) {
            Rows.write(file.getValue(), output.resolve(file.getKey()));
        }
        out().println("written to " + output);
        return Exit.DONE;
    }

    /** Texts about people the corpus does not mention, and questions about them. */
    private void writeNewcomers(World world, Instructions all) throws IOException {
        Newcomers newcomers = new Newcomers(world, NEWCOMERS);
        Rows.write(newcomers.all().limit(NEWCOMERS * 60L).map(Rows::text), output.resolve("newcomers.jsonl"));
        Stream<Instruction> asked = newcomers.people().stream()
                .flatMap(person ->
                        Stream.of(Language.values()).flatMap(language -> all.about(person, language).stream()));
        questions("newcomers-held-out.jsonl", asked, Long.MAX_VALUE);
    }

    private static Stream<Instruction> sums(Instructions all, Split split) {
        return all.all(split).filter(instruction -> instruction.task() == InstructionTask.ARITHMETIC);
    }

    private void questions(String file, Stream<Instruction> asked, long count) throws IOException {
        Rows.write(asked.limit(count).map(Rows::question), output.resolve(file));
    }
}
