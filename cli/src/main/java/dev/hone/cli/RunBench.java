package dev.hone.cli;

import dev.hone.bench.Baseline;
import dev.hone.bench.Bench;
import dev.hone.bench.Inputs;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what this machine does and what it could do. */
@Command(
        name = "bench",
        description =
                "Measure speed, memory and start on Qwen2.5-0.5B's shape with random weights, each work in a process of its"
                        + " own, with the machine's ceilings beside it. One line of JSON for each.",
        footer = {
            "",
            "Example:",
            "  ./hone bench --list",
            "  ./hone bench sft dpo --tokenizer models/qwen2.5 --instructions alpaca.jsonl --pairs hh.jsonl",
            "  ./hone bench sft --peer v/bin/python"
        })
final class RunBench extends Verb {
    @Parameters(arity = "0..*", paramLabel = "WORK", description = "What to measure; left out: all.")
    private List<String> works = List.of();

    @Option(names = "--list", description = "Tell what can be measured.")
    private boolean list;

    @Option(names = "--folder", paramLabel = "DIR", description = "Where models and rows are made, 1 GB (.hone/bench).")
    private Path folder = Path.of(System.getProperty("hone.home", "."), ".hone", "bench");

    @Option(
            names = "--instructions",
            paramLabel = "FILE",
            description = "Rows of instruction, input and output (of the small invented world).")
    private @Nullable Path instructions;

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = "Rows of chosen and rejected transcripts (of the small invented world).")
    private @Nullable Path pairs;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "A folder with tokenizer.json (the small model's).")
    private @Nullable Path tokenizer;

    @Option(
            names = "--peer",
            paramLabel = "PYTHON",
            description = "An interpreter with TRL, PEFT and transformers, which do the same works in turn with ours.")
    private @Nullable Path peer;

    @Option(names = "--peer-scripts", paramLabel = "DIR", description = "Their scripts (../shared/peerbench).")
    private Path peerScripts = Path.of("../shared/peerbench");

    @Option(names = "--rounds", defaultValue = "2", description = "How often each does each work (2).")
    private int rounds = 2;

    @Override
    Exit run() throws Exception {
        if (list) {
            Bench.described().forEach(out()::println);
            return Exit.DONE;
        }
        Bench bench = new Bench(folder, Path.of(System.getProperty("hone.home", "."), "small-model"));
        bench.prepare(new Inputs.Sources(instructions, pairs, tokenizer));
        for (String work : works.isEmpty() ? Bench.names() : works) {
            out().println(
                            peer != null && Bench.isCompared(work)
                                    ? bench.compare(work, new Baseline(peer, peerScripts), rounds)
                                    : bench.measure(work));
            out().flush();
        }
        return Exit.DONE;
    }
}
