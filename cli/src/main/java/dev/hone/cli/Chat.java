package dev.hone.cli;

import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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
            "",
            "Examples:",
            "  ./hone chat --model MODEL --adapter runs/first/final",
            "  ./hone chat --model MODEL < questions.txt"
        })
final class Chat extends Verb {
    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--system", paramLabel = "TEXT", description = "The system message before the conversation.")
    private @Nullable String system;

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
        try (ChatInput lines = input();
                LoadedModel model = options.openToGenerate(new Terminal(err(), () -> false));
                Generator generator = model.generator(1)) {
            lines.greet("/help shows the commands; Ctrl-D ends the conversation");
            new ChatSession(model, generator, sampling, Conversation.opening(system), out(), err()).run(lines);
        }
        return Exit.DONE;
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
