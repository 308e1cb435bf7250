package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues texts, or answers them. */
@Command(
        name = "generate",
        description = "Continue one or several texts, or answer them as a chat model with --chat.",
        footer = {
            "",
            "Examples:",
            "  ./hone generate --model MODEL \"Once upon a time\"",
            "  ./hone generate --model MODEL --adapter runs/first/final --chat \\",
            "    --temperature 0 \"What is 3 + 4?\""
        })
final class Generate extends Verb {
    /** Sequences that are generated at a time. */
    private static final int SLOTS = 16;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "What to continue or answer.")
    private List<String> prompts = List.of();

    @Option(names = "--chat", description = "Put each text into the model's chat template as a user's message.")
    private boolean chat;

    @Option(names = "--json", description = "One JSON object a text: prompt, text, ids, logprobs, reason.")
    private boolean json;

    @Override
    Exit run() {
        sampling.check();
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            try (LoadedModel model = options.openToGenerate(terminal);
                    Generator generator = model.generator(SLOTS)) {
                boolean single = prompts.size() == 1 && !json;
                List<Generation> generations = new ArrayList<>();
                long started = System.nanoTime();
                for (int i = 0; i < prompts.size(); i++) {
                    Request request = request(model, prompts.get(i), i);
                    generations.add(
                            single
                                    ? generator.submit(request, (id, score, text) -> stream(text))
                                    : generator.submit(request));
                }
                while (generator.step() && !terminal.getAsBoolean()) {
                    // until nothing is left or Ctrl-C
                }
                print(generations, single);
                summarise(generations, started);
                return terminal.getAsBoolean() ? Exit.INTERRUPTED : Exit.DONE;
            }
        }
    }

    private Request request(LoadedModel model, String prompt, int number) {
        Request request = chat
                ? model.request(List.of(Message.user(prompt)), sampling.sampling(), sampling.maxTokens())
                : model.request(prompt, sampling.sampling(), sampling.maxTokens());
        return request.numbered(number).stoppingAt(sampling.stops());
    }

    private void stream(String text) {
        out().print(text);
        out().flush();
    }

    private void print(List<Generation> generations, boolean streamed) {
        for (int i = 0; i < generations.size(); i++) {
            if (streamed || !generations.get(i).isFinished()) {
                out().println();
                continue;
            }
            Completion completion = generations.get(i).completion();
            if (json) {
                out().println(object(prompts.get(i), completion));
            } else {
                out().println("── " + prompts.get(i));
                out().println(completion.text().strip());
            }
        }
    }

    private static ObjectNode object(String prompt, Completion completion) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("prompt", prompt);
        object.put("text", completion.text());
        for (int id : completion.ids()) {
            object.withArray("ids").add(id);
        }
        for (float score : completion.logProbabilities()) {
            object.withArray("logprobs").add(score);
        }
        object.put("reason", completion.reason().name().toLowerCase(Locale.ROOT));
        return object;
    }

    private void summarise(List<Generation> generations, long started) {
        double seconds = (System.nanoTime() - started) / 1e9;
        long tokens = generations.stream()
                .filter(Generation::isFinished)
                .mapToLong(g -> g.completion().ids().length)
                .sum();
        err().println(String.format(
                Locale.ROOT, "%,d tokens in %.1f s, %,.0f tokens/s", tokens, seconds, tokens / seconds));
    }
}
