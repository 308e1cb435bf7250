package dev.hone.cli;

import dev.hone.config.Configured;
import dev.hone.recipes.raft.RaftData;
import dev.hone.recipes.raft.RaftFile;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes rows for retrieval-augmented fine-tuning from documents. */
@Command(
        name = "raft",
        description =
                "Make data for retrieval-augmented fine-tuning (RAFT) from documents: questions with the document that"
                        + " answers them among others that do not, and replies that quote it.",
        footer = {
            "",
            "The file, raft.yaml (docs/raft.md says more, ./hone schema raft shows every key):",
            "  documents: [handbook, faq.jsonl]   # txt, md, html, pdf, jsonl, SQuAD's json",
            "  output: data/raft                  # train.jsonl, held-out.jsonl, …",
            "  questions: auto                    # squad, rule, model, or a file of rows",
            "  model: MODEL                       # whose tokenizer counts",
            "  chunk-tokens: 256",
            "  distractors: 4",
            "  oracle-share: 0.8                  # P",
            "",
            "Examples:",
            "  ./hone raft raft.yaml",
            "  ./hone raft raft.yaml --set absent=refuse --set retriever=bm25"
        })
final class Raft extends Verb {
    @Parameters(index = "0", paramLabel = "FILE.yaml", description = "The documents and what is made of them.")
    private Path file = Path.of("");

    @Mixin
    private Overrides overrides = new Overrides();

    @Option(names = "--json", description = "Print the report as one JSON object.")
    private boolean json;

    @Override
    Exit run() throws Exception {
        Configured<RaftFile> configured = RaftFile.read(overrides.over(file));
        RaftFile raft = configured.value();
        ResultPlace place = ResultPlace.of(raft.output());
        raft.documents().forEach(documents -> place.reading("documents", documents));
        place.reading("model", raft.model());
        place.requireFor(RaftData.NAMES);
        if (!Files.exists(raft.output().resolve("raft.json"))) {
            place.requireFree(RaftData.NAMES);
        }
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            RaftData data = RaftData.of(raft, terminal);
            Files.createDirectories(raft.output());
            data.save(configured.toYaml());
            if (json) {
                print(data.report().json());
            } else {
                data.report().lines().forEach(out()::println);
                out().println("written to " + raft.output());
            }
        }
        return Exit.DONE;
    }
}
