package dev.hone.cli;

import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.text.Specials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation with a model, its replies shown as they are generated. */
@Command(
        name = "chat",
        description = "Talk with a model. /help shows the commands, /exit or Ctrl-D ends it, Ctrl-C ends a reply.",
        footer = {
            "",
            "Where the conversation outgrows the model's context, the oldest turns are left out.",
            "With --documents each question is asked behind what BM25 finds for it, in the form that RAFT trains (docs/raft.md), and the"
                    + " reply's quotations are looked up.",
            "",
            "Examples:",
            "  ./hone chat --model MODEL --adapter runs/first/final",
            "  ./hone chat --model MODEL < questions.txt",
            "  ./hone chat --model MODEL --adapter runs/raft/final --documents handbook"
        })
final class Chat extends Verb {
    private static final int LONGEST_CHUNK = 256;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--system", paramLabel = "TEXT", description = "The system message before the conversation.")
    private @Nullable String system;

    @Option(
            names = "--documents",
            paramLabel = "PATH",
            description = "Answer from the documents in a folder or file: txt, md, html, pdf, jsonl. Repeatable.")
    private List<Path> documents = List.of();

    @Option(names = "--retrieve", paramLabel = "N", description = "Documents before a question (4).")
    private int retrieve = 4;

    @Option(
            names = "--chunk-tokens",
            paramLabel = "N",
            description = "The longest passage of a document (256, or what lets them fit into the context).")
    private int chunkTokens;

    private final InputStream in;

    Chat() {
        this(System.in);
    }

    Chat(InputStream in) {
        this.in = in;
    }

    @Override
    Exit run() throws Exception {
        sampling.check();
        within("--retrieve", retrieve, 1, 100);
        within("--chunk-tokens", chunkTokens, 0, 1 << 20);
        try (ChatInput lines = input();
                LoadedModel model = options.openToGenerate(new Terminal(err(), () -> false));
                Generator generator = model.generator(1);
                ChatDocuments read = documents.isEmpty() ? null : read(model)) {
            lines.greet("/help shows the commands; Ctrl-D ends the conversation");
            if (read != null) {
                err().println(read.describe());
            }
            new ChatSession(model, generator, sampling, Conversation.opening(system), read, out(), err()).run(lines);
        }
        return Exit.DONE;
    }

    private ChatDocuments read(LoadedModel model) {
        int fitting = model.model().config().shape().maxPositions() / 2 / (retrieve + 1);
        int tokens = chunkTokens > 0 ? chunkTokens : Math.min(LONGEST_CHUNK, fitting);
        return ChatDocuments.read(
                documents, retrieve, tokens, text -> model.tokenizer().ids(text, Specials.NONE).length);
    }

    /** Lines are edited where a person types them and sees the replies; from a pipe they are read as they come. */
    private ChatInput input() throws IOException {
        boolean typed = in == System.in && StandardStream.IN.isTerminal();
        if (typed && StandardStream.OUT.isTerminal()) {
            return EditedLines.onTerminal(ChatSession.COMMANDS);
        }
        return new PlainLines(
                new BufferedReader(new InputStreamReader(in, StandardStream.IN.charset())), typed ? err() : null);
    }
}
