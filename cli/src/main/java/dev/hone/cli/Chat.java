package dev.hone.cli;

import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.text.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation with a model, its replies shown as they are generated. */
@Command(
        name = "chat",
        description = "Talk with a model. An empty line or Ctrl-D ends it; /new starts over; Ctrl-C ends a reply.",
        footer = {"", "Example:", "  ./hone chat --model MODEL --adapter runs/first/final"})
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
        Terminal terminal = new Terminal(err(), () -> false);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try (LoadedModel model = options.openToGenerate(terminal);
                Generator generator = model.generator(1)) {
            List<Message> messages = opening();
            for (String line = ask(lines); line != null && !line.isBlank(); line = ask(lines)) {
                if (line.strip().equals("/new")) {
                    messages = opening();
                    continue;
                }
                messages.add(Message.user(line.strip()));
                messages.add(Message.assistant(reply(model, generator, messages)));
            }
        }
        return Exit.DONE;
    }

    private List<Message> opening() {
        List<Message> messages = new ArrayList<>();
        String given = system;
        if (given != null) {
            messages.add(Message.of(Message.Role.SYSTEM, given));
        }
        return messages;
    }

    private @Nullable String ask(BufferedReader lines) throws IOException {
        out().print("> ");
        out().flush();
        return lines.readLine();
    }

    /** The reply to a conversation, shown as it comes; Ctrl-C ends it where it is. */
    private String reply(LoadedModel model, Generator generator, List<Message> messages) {
        Request request = model.request(messages, sampling.sampling(), sampling.maxTokens())
                .numbered(messages.size())
                .stoppingAt(sampling.stops());
        Generation generation = generator.submit(request, (id, score, text) -> {
            out().print(text);
            out().flush();
        });
        try (Interruption interruption =
                Interruption.watch(err(), "(reply ended; Ctrl-C once more ends the conversation)")) {
            while (generator.step()) {
                if (interruption.getAsBoolean()) {
                    generation.cancel();
                }
            }
        }
        out().println();
        return generation.completion().text();
    }
}
