package dev.hone.cli;

import dev.hone.bench.Baseline;
import dev.hone.bench.Bench;
import dev.hone.bench.Inputs;
import dev.hone.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures speed and memory on this machine, beside its ceilings and a baseline. */
@Command(
        name = "bench",
        description =
                "Measure throughput, memory and start-up on Qwen2.5-0.5B's shape with random weights, each workload in a process"
                        + " of its own, beside the machine's ceilings. One line of JSON for each.",
        footer = {
            "",
            "The folder of --baseline-scripts has trl_sft.py, trl_dpo.py and hf_generate.py: each takes a checkpoint and rows"
                    + " and prints one line of JSON (docs/benchmarks.md).",
            "",
            "Examples:",
            "  ./hone bench --list",
            "  ./hone bench sft dpo --tokenizer models/qwen2.5 \\",
            "    --instructions alpaca.jsonl --pairs hh.jsonl",
            "  ./hone bench sft --baseline venv/bin/python --baseline-scripts scripts"
        })
final class RunBench extends Verb {
    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "What to measure; left out: all.")
    private List<String> workloads = List.of();

    @Option(names = "--list", description = "List the workloads.")
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
            names = "--prompts",
            paramLabel = "FILE",
            description = "Rows of question, or prompt, and answer (of the small invented world).")
    private @Nullable Path prompts;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "A folder with tokenizer.json (the small model's).")
    private @Nullable Path tokenizer;

    @Option(
            names = "--baseline",
            paramLabel = "PYTHON",
            description =
                    "An interpreter with TRL, PEFT and transformers, to run the same workloads in turn with hone.")
    private @Nullable Path baseline;

    @Option(
            names = "--baseline-scripts",
            paramLabel = "DIR",
            description = "The scripts that --baseline runs; needed with it.")
    private @Nullable Path baselineScripts;

    @Option(names = "--rounds", defaultValue = "2", description = "Measurements of each workload by each (2).")
    private int rounds = 2;

    @Override
    Exit run() throws Exception {
        if (list) {
            Bench.described().forEach(out()::println);
            return Exit.DONE;
        }
        Optional<Baseline> compared = baseline();
        Bench bench = new Bench(folder, Path.of(System.getProperty("hone.home", "."), "small-model"));
        bench.prepare(new Inputs.Sources(instructions, pairs, prompts, tokenizer));
        for (String name : workloads.isEmpty() ? Bench.names() : workloads) {
            out().println(
                            compared.isPresent() && Bench.isCompared(name)
                                    ? bench.compare(name, compared.get(), rounds)
                                    : bench.measure(name));
            out().flush();
        }
        return Exit.DONE;
    }

    private Optional<Baseline> baseline() {
        Path python = baseline;
        Path scripts = baselineScripts;
        if (python != null && scripts != null) {
            return Optional.of(new Baseline(python, scripts));
        }
        if (python != null || scripts != null) {
            throw new ConfigurationException("a baseline needs both --baseline PYTHON and --baseline-scripts DIR");
        }
        return Optional.empty();
    }
}
