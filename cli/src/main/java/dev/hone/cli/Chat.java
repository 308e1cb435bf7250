package dev.hone.cli;

import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.Request;
import dev.hone.recipes.prepare.Speaker;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation with a model, its replies shown as they are written. */
@Command(
        name = "chat",
        description = "Talk with a model. An empty line or Ctrl-D ends it; /new starts over.",
        footer = {"", "Example:", "  ./hone chat --model MODEL --adapter runs/first/final"})
final class Chat extends Verb {
    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told before the conversation.")
    private @Nullable String system;

    @Override
    Exit run() throws Exception {
        Terminal terminal = new Terminal(err(), () -> false);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Speaker speaker = options.openToWrite(terminal);
                Generator generator = new Generator(speaker.model(), speaker.tokenizer(), 1)) {
            List<Message> messages = opening();
            for (String line = ask(in); line != null && !line.isBlank(); line = ask(in)) {
                if (line.strip().equals("/new")) {
                    messages = opening();
                    continue;
                }
                messages.add(Message.user(line.strip()));
                messages.add(Message.assistant(reply(speaker, generator, messages)));
            }
        }
        return Exit.DONE;
    }

    private List<Message> opening() {
        List<Message> messages = new ArrayList<>();
        String told = system;
        if (told != null) {
            messages.add(Message.of(Message.Role.SYSTEM, told));
        }
        return messages;
    }

    private @Nullable String ask(BufferedReader in) throws java.io.IOException {
        out().print("> ");
        out().flush();
        return in.readLine();
    }

    private String reply(Speaker speaker, Generator generator, List<Message> messages) {
        String prompt = speaker.template().text(messages, List.of(), ChatTemplate.Options.prompt());
        Request request = Request.of(
                        speaker.tokenizer().ids(prompt, Specials.NONE), sampling.sampling(), sampling.maxTokens())
                .numbered(messages.size())
                .stoppingAt(speaker.stops())
                .stoppingAt(sampling.stops())
                .with(speaker.adapter());
        Generation generation = generator.submit(request, (id, score, text) -> {
            out().print(text);
            out().flush();
        });
        generator.finish();
        out().println();
        return generation.completion().text();
    }
}
