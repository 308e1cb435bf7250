package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.recipes.prefer.Deck;
import dev.hone.recipes.prefer.SampledPairs;
import dev.hone.recipes.prefer.Verdicts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A person chooses between completions; the choices become pairs for preference training. */
@Command(
        name = "prefer",
        description =
                "Choose the better of two completions, side by side; each choice is a row for dpo and similar methods.",
        footer = {
            "",
            "Completions come from --samples, which ./hone sample writes, or are sampled, two to a prompt, from --model."
                    + " The sides are drawn from --seed. Every choice is written at once; the same command resumes after the"
                    + " last one. Beside OUT.jsonl stands OUT.judged.jsonl with every verdict, ties too, and OUT.samples.jsonl"
                    + " with the completions.",
            "Keys: ← or l, → or r; space or t for a tie; b takes the last one back; ↑ ↓ for long texts; q ends. Where keys"
                    + " cannot be read at once, a letter and Enter; without a terminal, one letter a line.",
            "",
            "Example:",
            "  ./hone prefer --samples runs/samples/samples.jsonl --output pairs.jsonl",
            "  ./hone train dpo.yaml  # with method: dpo and data: {train: pairs.jsonl}"
        })
final class Prefer extends Verb {
    @Option(names = "--samples", paramLabel = "FILE", description = "Completions: prompt or messages, and completion.")
    private @Nullable Path samples;

    @Option(names = "--prompts", paramLabel = "FILE", description = "What --model answers: prompt or messages.")
    private @Nullable Path prompts;

    @ArgGroup(exclusive = false)
    private @Nullable ModelOptions model;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--each",
            defaultValue = "1",
            description = "Comparisons of each prompt at most, of different completions (1).")
    private int each = 1;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "Where the pairs go, as JSONL.")
    private Path output = Path.of("");

    private final InputStream in;

    Prefer() {
        this(System.in);
    }

    Prefer(InputStream in) {
        this.in = in;
    }

    @Override
    Exit run() throws Exception {
        sampling.check();
        within("--each", each, 1, 100_000);
        ResultPlace place = ResultPlace.of(output).reading("--samples", samples).reading("--prompts", prompts);
        (model == null ? place : model.readBeside(place)).require();
        Optional<Path> completions = completions();
        if (completions.isEmpty()) {
            return Exit.INTERRUPTED;
        }
        Deck deck = Deck.read(completions.get(), each, sampling.sampling().seed());
        if (deck.repeated() > 0) {
            err().println(deck.repeated() + " completions say the same as another of their prompt and were skipped; "
                    + deck.alike() + " prompts are left without two to compare");
        }
        if (deck.cutOff() > 0) {
            err().println(deck.cutOff() + " completions were cut off by --max-tokens and are not compared");
        }
        try (Verdicts verdicts = Verdicts.open(output)) {
            judge(deck, verdicts);
            out().println(output + ": " + verdicts.tally().summary());
        }
        return Exit.DONE;
    }

    /** The file of completions; empty if sampling them was interrupted. */
    private Optional<Path> completions() throws IOException {
        Path given = samples;
        Path asked = prompts;
        ModelOptions options = model;
        if (given != null && asked == null && options == null) {
            return Optional.of(given);
        }
        if (given != null || asked == null || options == null) {
            throw new ConfigurationException(
                    "completions come from --samples FILE, or from --model DIR and --prompts FILE;"
                            + " give the one or the other two");
        }
        Path samples = Verdicts.beside(output, "samples");
        try (Interruption interruption = Interruption.watch(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            SampledPairs.into(
                    samples, asked, () -> options.open(terminal), sampling.sampling(), sampling.maxTokens(), terminal);
            if (terminal.getAsBoolean()) {
                terminal.say("sampling was interrupted; nothing of it is kept");
                return Optional.empty();
            }
            return Optional.of(samples);
        }
    }

    private void judge(Deck deck, Verdicts verdicts) throws IOException {
        Optional<RawTerminal> raw = RawTerminal.open(out());
        if (raw.isPresent()) {
            try (RawTerminal terminal = raw.get()) {
                InputStreamReader typed = new InputStreamReader(in, StandardStream.IN.charset());
                new Judging(deck, verdicts, new WholeScreen(out(), terminal::size), new PressedKeys(typed)).run();
            }
        } else {
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardStream.IN.charset()));
            new Judging(deck, verdicts, new LogScreen(out(), StandardStream.OUT.columns()), new LineKeys(lines, err()))
                    .run();
        }
    }
}
